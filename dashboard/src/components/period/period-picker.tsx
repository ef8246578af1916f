import { useLingui } from "@lingui/react/macro";
import CalendarDays from "lucide-react/icons/calendar-days";
import { lazy, Suspense, useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Popover, PopoverContent, PopoverTrigger } from "@/components/ui/popover.tsx";
import { Skeleton } from "@/components/ui/skeleton.tsx";
import { cn } from "@/lib/class-names.ts";
import { DEFAULT_PRESET } from "@/lib/dates/period.ts";
import { type DateRange, PRESETS, type Preset, presetRange } from "@/lib/dates/presets.ts";
import { dayRange } from "@/lib/format/time.ts";
import { useLocale } from "@/lib/i18n/use-locale.ts";
import { Choice } from "./choice.tsx";
import type { PeriodBarProps } from "./period-bar.tsx";
import { PRESET_NAMES } from "./period-words.ts";

const RangeCalendar = lazy(() => import("./range-calendar.tsx"));

/** The presets, and a calendar for everything else. */
export function PeriodPicker({ period, today, onChange }: PeriodBarProps) {
  const { t } = useLingui();
  const locale = useLocale();
  const [open, setOpen] = useState(false);
  const [custom, setCustom] = useState(false);
  const name = period.preset && t(PRESET_NAMES[period.preset]);
  const range = dayRange(period, locale);

  const toggle = (next: boolean) => {
    setOpen(next);
    setCustom(period.preset === undefined);
  };
  const choosePreset = (preset: Preset) => {
    onChange({ range: preset === DEFAULT_PRESET ? undefined : preset, from: undefined, to: undefined });
    setOpen(false);
  };
  const chooseRange = (chosen: DateRange) => {
    onChange({ range: undefined, ...chosen });
    setOpen(false);
  };
  return (
    <Popover open={open} onOpenChange={toggle}>
      <PopoverTrigger asChild>
        <Button variant="outline" className="min-w-0 flex-1 justify-start px-3 sm:flex-none">
          <CalendarDays aria-hidden="true" className="text-muted-foreground max-sm:hidden" />
          {name && <span>{name}</span>}
          <span className={cn("truncate tabular-nums", name && "font-normal text-muted-foreground")}>{range}</span>
        </Button>
      </PopoverTrigger>
      <PopoverContent aria-label={t`Period`} align="start" className="flex flex-col p-2 sm:flex-row">
        <ul className={cn("grid grid-cols-2 gap-0.5 sm:grid-cols-1 sm:content-start", custom && "max-sm:hidden")}>
          {PRESETS.map((preset) => (
            <li key={preset}>
              <Choice
                chosen={!custom && preset === period.preset}
                days={dayRange(presetRange(preset, today), locale)}
                onClick={() => choosePreset(preset)}
              >
                {t(PRESET_NAMES[preset])}
              </Choice>
            </li>
          ))}
          <li className="col-span-2 sm:col-span-1">
            <Choice chosen={custom} onClick={() => setCustom(true)}>{t`Pick days…`}</Choice>
          </li>
        </ul>
        {custom && (
          <div className="sm:ml-2 sm:border-l sm:pl-4">
            <Suspense fallback={<Skeleton className="h-80 w-68" />}>
              <RangeCalendar initial={period} today={today} onApply={chooseRange} onBack={() => setCustom(false)} />
            </Suspense>
          </div>
        )}
      </PopoverContent>
    </Popover>
  );
}
