import { useLingui } from "@lingui/react/macro";
import ChevronLeft from "lucide-react/icons/chevron-left";
import ChevronRight from "lucide-react/icons/chevron-right";
import { Button } from "@/components/ui/button.tsx";
import type { CivilDate } from "@/lib/dates/civil.ts";
import { movePeriod, type PeriodSearch, type SelectedPeriod } from "@/lib/dates/period.ts";
import { ComparisonMenu } from "./comparison-menu.tsx";
import { PeriodPicker } from "./period-picker.tsx";

export interface PeriodBarProps {
  period: SelectedPeriod;
  today: CivilDate;
  /** Keys that are undefined leave the address, keys that are missing stay. */
  onChange: (change: PeriodSearch) => void;
}

/** Which days, and what they are compared with. */
export function PeriodBar({ period, today, onChange }: PeriodBarProps) {
  const { t } = useLingui();
  const move = (direction: -1 | 1) => {
    const moved = movePeriod(period, direction, today);
    if (moved) onChange(moved);
  };
  return (
    <div className="flex w-full flex-wrap items-center gap-2 sm:w-auto">
      <div className="flex w-full min-w-0 items-center gap-1 sm:w-auto">
        <Button variant="outline" size="icon" aria-label={t`Earlier period`} onClick={() => move(-1)}>
          <ChevronLeft aria-hidden="true" />
        </Button>
        <PeriodPicker period={period} today={today} onChange={onChange} />
        <Button
          variant="outline"
          size="icon"
          aria-label={t`Later period`}
          disabled={!movePeriod(period, 1, today)}
          onClick={() => move(1)}
        >
          <ChevronRight aria-hidden="true" />
        </Button>
      </div>
      <ComparisonMenu period={period} today={today} onChange={onChange} />
    </div>
  );
}
