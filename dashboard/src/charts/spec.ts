import type { CivilDate } from "@/lib/dates/civil.ts";

/** One line: a value a day, null where nothing was reported. */
export interface LineSeries {
  key: string;
  values: readonly (number | null)[];
  /** A CSS colour, usually a token such as `var(--chart-1)`. */
  color: string;
  dashed?: boolean;
  /** Filled down to zero. */
  area?: boolean;
}

/** How settled a day is; what is not final is marked behind the lines. */
export type DayMark = "settled" | "provisional" | "archived";

/** What to draw, without any size. */
export interface LineChartSpec {
  dates: readonly CivilDate[];
  series: readonly LineSeries[];
  /** One entry a date; missing means settled. */
  marks?: readonly DayMark[];
}

export interface Size {
  width: number;
  height: number;
}
