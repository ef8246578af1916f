import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Calendar } from "@/components/ui/calendar.tsx";
import { type CivilDate, fromLocalDate, toLocalDate } from "@/lib/dates/civil.ts";
import { LONGEST_PERIOD_DAYS } from "@/lib/dates/period.ts";
import type { DateRange } from "@/lib/dates/presets.ts";
import { dayRange } from "@/lib/format/time.ts";
import { useLocale } from "@/lib/i18n/use-locale.ts";
import { useMedia } from "@/lib/use-media.ts";

interface RangeCalendarProps {
  initial: DateRange;
  today: CivilDate;
  onApply: (range: DateRange) => void;
  onBack: () => void;
}

/** Two clicks on a calendar, then "apply"; loaded only when somebody picks days. */
export default function RangeCalendar({ initial, today, onApply, onBack }: RangeCalendarProps) {
  const { t } = useLingui();
  const locale = useLocale();
  const wide = useMedia("(min-width: 48rem)");
  const [range, setRange] = useState<Partial<DateRange>>({ from: initial.from, to: initial.to });
  const chosen = range.from && range.to ? { from: range.from, to: range.to } : undefined;
  return (
    <div className="space-y-3 p-1">
      <Calendar
        locale={locale}
        numberOfMonths={wide ? 2 : 1}
        today={toLocalDate(today)}
        defaultMonth={toLocalDate(initial.to)}
        endMonth={toLocalDate(today)}
        disabled={{ after: toLocalDate(today) }}
        resetOnSelect
        // It counts the nights between both ends.
        max={LONGEST_PERIOD_DAYS - 1}
        selected={{ from: range.from ? toLocalDate(range.from) : undefined, to: range.to ? toLocalDate(range.to) : undefined }}
        onSelect={(next) =>
          setRange({
            ...(next?.from ? { from: fromLocalDate(next.from) } : {}),
            ...(next?.to ? { to: fromLocalDate(next.to) } : {}),
          })
        }
      />
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-sm text-muted-foreground tabular-nums" aria-live="polite">
          {chosen ? dayRange(chosen, locale) : t`Choose the first and the last day`}
        </p>
        <div className="ml-auto flex gap-2">
          <Button variant="ghost" size="small" className="sm:hidden" onClick={onBack}>{t`Back`}</Button>
          <Button size="small" disabled={!chosen} onClick={() => chosen && onApply(chosen)}>{t`Apply`}</Button>
        </div>
      </div>
    </div>
  );
}
