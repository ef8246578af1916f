import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import Archive from "lucide-react/icons/archive";
import Clock from "lucide-react/icons/clock";
import Globe from "lucide-react/icons/globe";
import TriangleAlert from "lucide-react/icons/triangle-alert";
import { Alert } from "@/components/ui/alert.tsx";
import type { Schemas } from "@/lib/api/client.ts";
import { dayRange } from "@/lib/format/time.ts";
import type { DateRange } from "@/lib/dates/presets.ts";
import { useLocale } from "@/lib/i18n/use-locale.ts";
import { openRanges } from "./series-model.ts";
import { sourceName } from "./source-words.ts";

type NoticesProps = Pick<Schemas["Overview"], "archived" | "freshness" | "timeZones" | "periods" | "kpis">;

/** What must be said above the figures of a page. */
export function Notices({ archived, freshness, timeZones, periods, kpis }: NoticesProps) {
  const troubled = freshness.filter((source) => source.state === "failing" || source.state === "late");
  const withoutRunningDays = kpis.some((kpi) => kpi.figures.some(({ figure }) => figure.comparison?.withoutRunningDays));
  const open = openRanges(periods);
  if (troubled.length === 0 && archived.length === 0 && !timeZones.mixed && open.length === 0 && !withoutRunningDays) return null;
  return (
    <div className="space-y-2">
      {troubled.length > 0 && <TroubledSources sources={troubled} />}
      {archived.length > 0 && <ArchivedRanges ranges={archived} />}
      {timeZones.mixed && <MixedTimeZones timeZones={timeZones} />}
      {open.length > 0 && <OpenDays ranges={open} />}
      {withoutRunningDays && (
        <WithoutRunningDays
          today={[periods.current, periods.comparison].some((period) => period && period.to >= periods.today)}
        />
      )}
    </div>
  );
}

function TroubledSources({ sources }: { sources: Schemas["SourceFreshness"][] }) {
  const failing = sources.some((source) => source.state === "failing");
  const names = sources.map((source) => source.name).join(", ");
  return (
    <Alert variant={failing ? "bad" : "warning"}>
      <TriangleAlert aria-hidden="true" />
      <p>
        <Plural value={sources.length} one="One data source is not up to date:" other="# data sources are not up to date:" />{" "}
        <strong className="font-medium break-words">{names}</strong>.{" "}
        <Link to="/sources" className="font-medium text-primary underline underline-offset-4">
          <Trans>See what to do</Trans>
        </Link>
      </p>
    </Alert>
  );
}

/** More of them would be a list and no longer a line. */
const SHOWN_RANGES = 4;

/** One quiet line: this is so on most days of a business. */
function OpenDays({ ranges }: { ranges: DateRange[] }) {
  const { t } = useLingui();
  const locale = useLocale();
  const shown = ranges.slice(0, SHOWN_RANGES).map((range) => dayRange(range, locale));
  const more = ranges.length - shown.length;
  const days = [...shown, ...(more > 0 ? [t`and ${more} more`] : [])].join(", ");
  return (
    <p data-slot="open-days" className="flex items-start gap-1.5 text-xs text-muted-foreground">
      <Clock className="mt-px size-3.5 shrink-0" aria-hidden="true" />
      <Trans>Still being updated: {days}. These figures may change.</Trans>
    </p>
  );
}

/** Said once for all changes of the page; a day may also run on in the zone of an account. */
function WithoutRunningDays({ today }: { today: boolean }) {
  return (
    <p data-slot="without-running-days" className="flex items-start gap-1.5 text-xs text-muted-foreground">
      <Clock className="mt-px size-3.5 shrink-0" aria-hidden="true" />
      {today ? (
        <Trans>Today is not over yet: figures hold what there is of it, and changes are compared without it.</Trans>
      ) : (
        <Trans>
          The last day is not over yet in the time zone of some accounts: figures hold what there is of it, and changes are
          compared without it.
        </Trans>
      )}
    </p>
  );
}

function ArchivedRanges({ ranges }: { ranges: Schemas["ArchivedRange"][] }) {
  const { t } = useLingui();
  const locale = useLocale();
  return (
    <Alert data-slot="archived">
      <Archive aria-hidden="true" />
      <div className="min-w-0">
        <p>
          <Trans>Some days are in the archive and not part of these figures:</Trans>
        </p>
        <ul className="mt-1 text-muted-foreground">
          {ranges.map((range) => (
            <li key={`${range.source}/${range.account}/${range.from}`} className="break-words">
              {sourceName(range.source)} ({t`account ${range.account}`}):{" "}
              <span className="tabular-nums">{dayRange(range, locale)}</span>
            </li>
          ))}
        </ul>
      </div>
    </Alert>
  );
}

function MixedTimeZones({ timeZones }: { timeZones: Schemas["TimeZones"] }) {
  const zones = [...new Set(timeZones.accounts.flatMap((account) => account.timeZone ?? []))].join(", ");
  return (
    <Alert data-slot="mixed-time-zones">
      <Globe aria-hidden="true" />
      <p className="min-w-0 break-words">
        <Trans>The accounts lie in different time zones ({zones}). Each account's days begin at its own midnight.</Trans>
      </p>
    </Alert>
  );
}
