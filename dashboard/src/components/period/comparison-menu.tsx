import { useLingui } from "@lingui/react/macro";
import GitCompareArrows from "lucide-react/icons/git-compare-arrows";
import { lazy, Suspense, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Popover, PopoverContent, PopoverTrigger } from "@/components/ui/popover.tsx";
import { Skeleton } from "@/components/ui/skeleton.tsx";
import { cn } from "@/lib/class-names.ts";
import { type Comparison, resolvePeriod } from "@/lib/dates/period.ts";
import type { DateRange } from "@/lib/dates/presets.ts";
import { dayRange } from "@/lib/format/time.ts";
import { useLocale } from "@/lib/i18n/use-locale.ts";
import { Choice } from "./choice.tsx";
import type { PeriodBarProps } from "./period-bar.tsx";
import { COMPARISON_NAMES } from "./period-words.ts";

const RangeCalendar = lazy(() => import("./range-calendar.tsx"));

/** The comparisons that need no calendar. */
const NAMED = ["previous_period", "previous_year", "none"] as const satisfies readonly Comparison[];

/** What the period is compared with, by name and in days. */
export function ComparisonMenu({ period, today, onChange }: PeriodBarProps) {
  const { t } = useLingui();
  const locale = useLocale();
  const [open, setOpen] = useState(false);
  const [custom, setCustom] = useState(false);

  const toggle = (next: boolean) => {
    setOpen(next);
    setCustom(period.compare === "custom");
  };
  const choose = (compare: Comparison, days?: DateRange) => {
    onChange({ compare, compareFrom: days?.from, compareTo: days?.to });
    setOpen(false);
  };
  const daysOf = (compare: Comparison) => {
    const { comparison } = resolvePeriod({ ...search(period), compare }, today);
    return comparison && dayRange(comparison, locale);
  };
  return (
    <Popover open={open} onOpenChange={toggle}>
      <PopoverTrigger asChild>
        <Button variant="outline" className="min-w-0 flex-1 justify-start sm:flex-none">
          <GitCompareArrows aria-hidden="true" className="text-muted-foreground" />
          <span className="sr-only">{t`Compare with`}</span>
          {period.compare !== "custom" && <span>{t(COMPARISON_NAMES[period.compare])}</span>}
          {period.comparison && (
            <span
              data-slot="comparison-days"
              className={cn("truncate tabular-nums", period.compare !== "custom" && "font-normal text-muted-foreground")}
            >
              {dayRange(period.comparison, locale)}
            </span>
          )}
        </Button>
      </PopoverTrigger>
      <PopoverContent aria-label={t`Compare with`} align="end" className="flex flex-col p-2 sm:flex-row">
        <ul className={cn("space-y-0.5", custom && "max-sm:hidden")}>
          {NAMED.map((compare) => (
            <li key={compare}>
              <Choice chosen={!custom && compare === period.compare} days={daysOf(compare)} onClick={() => choose(compare)}>
                {t(COMPARISON_NAMES[compare])}
              </Choice>
            </li>
          ))}
          <li>
            <Choice chosen={custom} onClick={() => setCustom(true)}>
              {t(COMPARISON_NAMES.custom)}
            </Choice>
          </li>
        </ul>
        {custom && (
          <div className="sm:ml-2 sm:border-l sm:pl-4">
            <Suspense fallback={<Skeleton className="h-80 w-68" />}>
              <RangeCalendar
                initial={period.comparison ?? period}
                today={today}
                onApply={(days) => choose("custom", days)}
                onBack={() => setCustom(false)}
              />
            </Suspense>
          </div>
        )}
      </PopoverContent>
    </Popover>
  );
}

/** The period alone, as an address would say it. */
function search({ preset, from, to }: PeriodBarProps["period"]) {
  return preset ? { range: preset } : { from, to };
}
