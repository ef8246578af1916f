import { useLingui } from "@lingui/react/macro";
import type { Schemas } from "@/lib/api/client.ts";
import { cn } from "@/lib/class-names.ts";
import { instantIn, relativeTime } from "@/lib/format/time.ts";
import { useLocale } from "@/lib/i18n/use-locale.ts";
import { useSignedIn } from "@/lib/signed-in.tsx";
import { useNow } from "@/lib/use-now.ts";

type State = Schemas["FreshnessState"];

const DOTS: Record<State, string> = {
  fresh: "bg-good",
  late: "bg-warning",
  failing: "bg-bad",
  never_fetched: "bg-muted-foreground",
  suspended: "bg-muted-foreground",
  removed: "bg-muted-foreground",
};

/** Minutes that a sync may take, and this page until it hears of it. */
const GRACE = 10;

/** Whether a sync that was planned has passed without this page hearing of it: what was loaded is older than its green dot says. */
export function isOverdue(state: State, nextSyncAt: string | null, now: Date): boolean {
  return state === "fresh" && nextSyncAt !== null && now.getTime() - Date.parse(nextSyncAt) > GRACE * 60_000;
}

type FreshnessLabelProps = Pick<Schemas["Freshness"], "state" | "fetchedAt" | "nextSyncAt"> & { className?: string };

/** When a figure was last read from its platforms, and whether that is as it should be. */
export function FreshnessLabel({ state, fetchedAt, nextSyncAt, className }: FreshnessLabelProps) {
  const { t } = useLingui();
  const locale = useLocale();
  const now = useNow();
  const { organization } = useSignedIn();
  if (!state) return null;
  const shown = isOverdue(state, nextSyncAt, now) ? "late" : state;
  const ago = fetchedAt ? relativeTime(new Date(fetchedAt), now, locale) : "";
  const words: Record<State, string> = {
    fresh: t`Updated ${ago}`,
    late: ago ? t`Late, updated ${ago}` : t`Late`,
    failing: ago ? t`Sync failing, figures from ${ago}` : t`Sync failing`,
    never_fetched: t`Waiting for first sync`,
    suspended: ago ? t`Paused, figures from ${ago}` : t`Paused`,
    removed: ago ? t`Removed, figures from ${ago}` : t`Removed`,
  };
  const exact = (instant: string) => instantIn(new Date(instant), organization.timeZone, locale);
  const fetched = fetchedAt && t`Read at ${exact(fetchedAt)}`;
  const next = nextSyncAt && t`next at ${exact(nextSyncAt)}`;
  return (
    <span
      data-slot="freshness"
      data-state={shown}
      title={[fetched, next].filter(Boolean).join("; ")}
      className={cn("inline-flex max-w-full items-center gap-1.5 text-xs text-muted-foreground", className)}
    >
      <span className={cn("size-1.5 shrink-0 rounded-full", DOTS[shown])} aria-hidden="true" />
      <span className="min-w-0">{words[shown]}</span>
    </span>
  );
}
