import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { cn } from "@/lib/class-names.ts";
import { Card } from "@/components/ui/card.tsx";
import { ErrorState } from "./error-state.tsx";
import { StaleBanner } from "./stale-banner.tsx";

interface QueryBoundaryProps<Data> {
  query: UseQueryResult<Data>;
  skeleton: ReactNode;
  children: (data: Data) => ReactNode;
}

/** Loading, failed, or there, with a word where it could not be refreshed; figures of the period before stay, dimmed, while the next one loads. */
export function QueryBoundary<Data>({ query, skeleton, children }: QueryBoundaryProps<Data>) {
  if (query.data !== undefined && !(query.isError && query.isPlaceholderData)) {
    return (
      <div aria-busy={query.isPlaceholderData} className={cn("transition-opacity", query.isPlaceholderData && "opacity-60")}>
        {query.isError && <StaleBanner query={query} />}
        {children(query.data)}
      </div>
    );
  }
  if (!query.isError) return skeleton;
  return (
    <Card>
      <ErrorState error={query.error} onRetry={() => void query.refetch()} />
    </Card>
  );
}
