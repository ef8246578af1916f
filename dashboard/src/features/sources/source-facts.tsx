import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { Schemas } from "@/lib/api/client.ts";
import { count } from "@/lib/format/number.ts";
import { instantIn, relativeTime } from "@/lib/format/time.ts";
import { useLocale } from "@/lib/i18n/use-locale.ts";
import { useSignedIn } from "@/lib/signed-in.tsx";
import { readSchedule } from "./source-model.ts";

interface SourceFactsProps {
  source: Schemas["DataSource"];
  now: Date;
}

export function SourceFacts({ source, now }: SourceFactsProps) {
  const { t } = useLingui();
  const locale = useLocale();
  const schedule = useScheduleWords(source.schedule);
  return (
    <dl className="mt-4 grid grid-cols-2 gap-x-4 gap-y-3.5 text-sm sm:grid-cols-4">
      <Fact name={t`Last sync`}>
        <When instant={source.lastSuccessAt} now={now} fallback={t`Not yet`} />
      </Fact>
      <Fact name={t`Next sync`}>
        <When instant={source.nextSyncAt} now={now} fallback={t`Not planned`} />
      </Fact>
      <Fact name={t`New rows, 24 hours`}>
        <data value={source.rowsLandedLastDay} data-fact="rows" className="tabular-nums">
          {count(`${source.rowsLandedLastDay}`, locale)}
        </data>
      </Fact>
      <Fact name={t`Schedule`}>
        <span title={`${source.schedule} (${source.scheduleTimeZone})`}>{schedule}</span>
      </Fact>
      <Fact name={t`Accounts`} className="col-span-full">
        {source.accounts.length === 0 && <span className="text-muted-foreground">{t`Not yet`}</span>}
        <ul className="space-y-0.5">
          {source.accounts.map((account) => (
            <li key={account.id} className="break-words">
              {account.name ?? account.id}
              <span className="text-muted-foreground">
                {[account.name && account.id, account.currency, account.timeZone].filter(Boolean).map((part) => ` · ${part}`)}
              </span>
            </li>
          ))}
        </ul>
      </Fact>
    </dl>
  );
}

function Fact({ name, className, children }: { name: string; className?: string; children: ReactNode }) {
  return (
    <div className={className}>
      <dt className="text-xs text-muted-foreground">{name}</dt>
      <dd className="mt-0.5">{children}</dd>
    </div>
  );
}

function When({ instant, now, fallback }: { instant: string | null; now: Date; fallback: string }) {
  const locale = useLocale();
  const { organization } = useSignedIn();
  if (!instant) return <span className="text-muted-foreground">{fallback}</span>;
  const date = new Date(instant);
  return (
    <time
      dateTime={instant}
      title={instantIn(date, organization.timeZone, locale)}
      className="inline-block first-letter:uppercase"
    >
      {relativeTime(date, now, locale)}
    </time>
  );
}

function useScheduleWords(cron: string): string {
  const { t } = useLingui();
  const schedule = readSchedule(cron);
  switch (schedule.every) {
    case "minutes":
      return t`Every ${schedule.minutes} minutes`;
    case "hour":
      return t`Every hour`;
    case "day":
      return t`Daily at ${schedule.time}`;
    case "other":
      return schedule.cron;
  }
}
