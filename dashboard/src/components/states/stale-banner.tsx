import { Trans, useLingui } from "@lingui/react/macro";
import type { UseQueryResult } from "@tanstack/react-query";
import CloudOff from "lucide-react/icons/cloud-off";
import { Alert } from "@/components/ui/alert.tsx";
import { Button } from "@/components/ui/button.tsx";
import { relativeTime } from "@/lib/format/time.ts";
import { useLocale } from "@/lib/i18n/use-locale.ts";
import { useNow } from "@/lib/use-now.ts";
import { errorWords } from "./error-words.ts";

/** Above what was loaded before: it could not be refreshed, so it stands still. */
export function StaleBanner({ query }: { query: Pick<UseQueryResult, "error" | "dataUpdatedAt" | "refetch" | "isFetching"> }) {
  const { t } = useLingui();
  const locale = useLocale();
  const ago = relativeTime(new Date(query.dataUpdatedAt), useNow(), locale);
  return (
    <Alert role="alert" data-slot="stale" variant="warning" className="mb-4 flex-wrap items-center">
      <CloudOff aria-hidden="true" />
      <p className="min-w-0 flex-1 basis-60">
        <span className="font-medium">{t(errorWords(query.error).title)}.</span>{" "}
        <Trans>What you see was loaded {ago}; this page goes on trying to refresh it.</Trans>
      </p>
      <Button variant="outline" size="small" aria-disabled={query.isFetching} onClick={() => void query.refetch()}>
        {t`Try again`}
      </Button>
    </Alert>
  );
}
