import ChevronDown from "lucide-react/icons/chevron-down";
import ChevronLeft from "lucide-react/icons/chevron-left";
import ChevronRight from "lucide-react/icons/chevron-right";
import { DayPicker, type PropsRange } from "react-day-picker";
import { enGB, vi } from "react-day-picker/locale";
import type { Locale } from "@/lib/i18n/locale.ts";

const CLASSES = {
  root: "w-fit",
  months: "relative flex flex-col gap-6 sm:flex-row",
  month: "space-y-3",
  month_caption: "flex h-9 items-center justify-center text-sm font-medium capitalize",
  nav: "absolute inset-x-0 top-0 z-10 flex h-9 items-center justify-between",
  button_previous: "inline-flex size-9 items-center justify-center rounded-md hover:bg-accent focus-visible:outline-2",
  button_next:
    "inline-flex size-9 items-center justify-center rounded-md hover:bg-accent focus-visible:outline-2 aria-disabled:opacity-40",
  weekday: "size-9 text-xs font-medium text-muted-foreground",
  day: "p-0 text-center text-sm tabular-nums",
  day_button: "size-9 rounded-md hover:bg-accent focus-visible:outline-2 disabled:text-muted-foreground disabled:opacity-50",
  today: "font-semibold text-primary",
  selected: "bg-accent",
  range_start: "rounded-l-md [&>button]:bg-primary [&>button]:text-primary-foreground",
  range_end: "rounded-r-md [&>button]:bg-primary [&>button]:text-primary-foreground",
  hidden: "invisible",
};

/** As on calendars in Vietnam: T2 to T7 and CN; "Tháng 11, 2026". */
const VIETNAMESE = {
  formatWeekdayName: (date: Date) => (date.getDay() === 0 ? "CN" : `T${date.getDay() + 1}`),
  formatCaption: (month: Date) => `Tháng ${month.getMonth() + 1}, ${month.getFullYear()}`,
};

const ICONS = { left: ChevronLeft, right: ChevronRight, up: ChevronDown, down: ChevronDown };

type CalendarProps = Omit<PropsRange, "mode"> & {
  locale: Locale;
  today: Date;
  defaultMonth: Date;
  endMonth: Date;
  disabled: { after: Date };
  numberOfMonths: number;
};

/** A calendar for picking a range; weeks start on Monday in both languages. */
export function Calendar({ locale, ...props }: CalendarProps) {
  return (
    <DayPicker
      mode="range"
      locale={locale === "vi" ? vi : enGB}
      formatters={locale === "vi" ? VIETNAMESE : {}}
      weekStartsOn={1}
      classNames={CLASSES}
      components={{ Chevron }}
      {...props}
    />
  );
}

function Chevron({ orientation = "left" }: { orientation?: keyof typeof ICONS | undefined }) {
  const Icon = ICONS[orientation];
  return <Icon className="size-4" aria-hidden="true" />;
}
