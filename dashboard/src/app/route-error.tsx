import { useLingui } from "@lingui/react/macro";
import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { ErrorState } from "@/components/states/error-state.tsx";
import { useRetrySoon } from "./use-retry-soon.ts";

/** Instead of a page that cannot be shown at all, such as while the API is away. */
export function RouteError({ error, reset }: ErrorComponentProps) {
  const { t } = useLingui();
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  useRetrySoon(error, retry);
  return (
    <main className="mx-auto flex min-h-dvh max-w-xl flex-col justify-center">
      <h1 className="sr-only">{t`Error`}</h1>
      <ErrorState error={error} onRetry={retry} />
    </main>
  );
}
