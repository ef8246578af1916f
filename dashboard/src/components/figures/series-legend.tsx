import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { Schemas } from "@/lib/api/client.ts";
import { cn } from "@/lib/class-names.ts";
import { dayRange } from "@/lib/format/time.ts";
import { useLocale } from "@/lib/i18n/use-locale.ts";

/** What the lines and the shaded days of a chart mean. */
export function SeriesLegend({ periods }: { periods: Schemas["Periods"] }) {
  const { t } = useLingui();
  const locale = useLocale();
  const has = (state: Schemas["DayState"]) => periods.days.some((day) => day.state === state);
  return (
    <ul className="mt-3 flex flex-wrap gap-x-5 gap-y-1.5 text-xs text-muted-foreground">
      <Entry mark="border-t-2 border-chart-1">{dayRange(periods.current, locale)}</Entry>
      {periods.comparison && (
        <Entry mark="border-t-2 border-dashed border-chart-comparison">{dayRange(periods.comparison, locale)}</Entry>
      )}
      {has("provisional") && <Entry mark="h-[3px] rounded-xs bg-warning/70">{t`Still being updated`}</Entry>}
      {has("archived") && <Entry mark="h-3 rounded-xs border bg-chart-grid">{t`In the archive`}</Entry>}
    </ul>
  );
}

function Entry({ mark, children }: { mark: string; children: ReactNode }) {
  return (
    <li className="flex items-center gap-2">
      <span className={cn("w-4 shrink-0", mark)} aria-hidden="true" />
      <span className="tabular-nums">{children}</span>
    </li>
  );
}
