import { useLingui } from "@lingui/react/macro";
import Info from "lucide-react/icons/info";
import TriangleAlert from "lucide-react/icons/triangle-alert";
import { Alert } from "@/components/ui/alert.tsx";
import type { Trouble } from "./source-model.ts";
import { troubleWords } from "./trouble-words.ts";

/** What is wrong and what to do, in the user's words; the API's own sentence on request. */
export function TroubleNote({ trouble, failing }: { trouble: Trouble; failing: boolean }) {
  const { t } = useLingui();
  const { what, advice } = troubleWords(trouble.reason);
  const variant = failing ? "bad" : trouble.needsAttention ? "warning" : "info";
  const Icon = variant === "info" ? Info : TriangleAlert;
  return (
    <Alert variant={variant} className="mt-4" data-reason={trouble.reason}>
      <Icon aria-hidden="true" />
      <div className="min-w-0">
        <p className="font-medium">{t(what)}</p>
        <p className="mt-0.5 text-pretty">{t(advice)}</p>
        {trouble.message && (
          <details className="mt-1.5 text-muted-foreground">
            <summary className="inline-flex min-h-6 items-center rounded-sm text-xs underline underline-offset-4 focus-visible:outline-2">{t`Details`}</summary>
            <p className="mt-1 text-xs break-words" lang="en">
              {trouble.reason}: {trouble.message}
            </p>
          </details>
        )}
      </div>
    </Alert>
  );
}
