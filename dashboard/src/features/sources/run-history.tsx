import { useLingui } from "@lingui/react/macro";
import ChevronDown from "lucide-react/icons/chevron-down";
import type { Schemas } from "@/lib/api/client.ts";
import { cn } from "@/lib/class-names.ts";
import { count } from "@/lib/format/number.ts";
import { instantIn, relativeTime } from "@/lib/format/time.ts";
import { useLocale } from "@/lib/i18n/use-locale.ts";
import { useSignedIn } from "@/lib/signed-in.tsx";
import { camelCase, type RunOutcome, runOutcome } from "./source-model.ts";
import { outcomeWords } from "./trouble-words.ts";

const COLORS: Record<RunOutcome, string> = {
  good: "bg-good",
  bad: "bg-bad",
  lost: "bg-bad",
  running: "bg-primary animate-pulse",
};

interface RunHistoryProps {
  runs: readonly Schemas["Run"][];
  now: Date;
}

/** The last runs: one mark each, and on request what each of them brought. */
export function RunHistory({ runs, now }: RunHistoryProps) {
  const { t } = useLingui();
  if (runs.length === 0) return null;
  const [newest] = runs;
  const outcomes = runs.map((run) => ({ run, outcome: runOutcome(run, run === newest, now) }));
  return (
    <details className="group mt-auto">
      <summary className="mt-4 flex min-h-11 list-none items-center gap-2 border-t pt-3 text-xs text-muted-foreground focus-visible:outline-2 [&::-webkit-details-marker]:hidden">
        <span>{t`Recent syncs`}</span>
        <span className="flex gap-1" aria-hidden="true">
          {outcomes.toReversed().map(({ run, outcome }) => (
            <span key={run.id} className={cn("h-4 w-1.5 rounded-full", COLORS[outcome])} />
          ))}
        </span>
        <ChevronDown className="ml-auto size-4 transition-transform group-open:rotate-180" aria-hidden="true" />
      </summary>
      <ol className="mt-1 divide-y text-sm">
        {outcomes.map(({ run, outcome }) => (
          <RunLine key={run.id} run={run} outcome={outcome} now={now} />
        ))}
      </ol>
    </details>
  );
}

function RunLine({ run, outcome, now }: { run: Schemas["Run"]; outcome: RunOutcome; now: Date }) {
  const { t } = useLingui();
  const locale = useLocale();
  const { organization } = useSignedIn();
  const started = new Date(run.startedAt);
  const rows = count(`${run.rowsLanded}`, locale);
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 py-2">
      <span className={cn("size-2 shrink-0 rounded-full", COLORS[outcome])} aria-hidden="true" />
      <span className="min-w-0 flex-1">
        {outcome === "running" ? t`Running` : t(outcomeWords(camelCase(run.class ?? "run_lost")))}
      </span>
      <span className="text-muted-foreground tabular-nums">{t`${rows} rows`}</span>
      <time
        dateTime={run.startedAt}
        title={instantIn(started, organization.timeZone, locale)}
        className="w-28 text-right text-muted-foreground"
      >
        {relativeTime(started, now, locale)}
      </time>
    </li>
  );
}
