import type { DayMark, LineChartSpec, LineSeries } from "@/charts/spec.ts";
import type { Schemas } from "@/lib/api/client.ts";
import type { DateRange } from "@/lib/dates/presets.ts";
import { approximate } from "@/lib/format/decimal.ts";

type Periods = Schemas["Periods"];
type FigureWithSeries = Schemas["FigureWithSeries"];

/** One day of the table beside the chart. */
export interface SeriesRow {
  date: string;
  state: Schemas["DayState"];
  value: string | null;
  comparisonDate: string | undefined;
  comparisonValue: string | null;
}

/** The chart of a metric: the period as an area, the comparison as a dashed line laid over it day by day. */
export function seriesSpec({ series, comparisonSeries }: FigureWithSeries, periods: Periods): LineChartSpec {
  const current: LineSeries = { key: "current", values: series.map(approximate), color: "var(--chart-1)", area: true };
  const comparison: LineSeries = {
    key: "comparison",
    values: periods.days.map((_, index) => approximate(comparisonSeries[index])),
    color: "var(--chart-comparison)",
    dashed: true,
  };
  return {
    dates: periods.days.map((day) => day.date),
    // The comparison lies underneath.
    series: periods.comparison ? [comparison, current] : [current],
    marks: periods.days.map((day) => mark(day.state)),
  };
}

function mark(state: Schemas["DayState"]): DayMark {
  return state === "provisional" || state === "archived" ? state : "settled";
}

/** The same as rows, newest first; days that only the comparison has come last. */
export function seriesRows({ series, comparisonSeries }: FigureWithSeries, periods: Periods): SeriesRow[] {
  return periods.days
    .map((day, index) => ({
      date: day.date,
      state: day.state,
      value: series[index] ?? null,
      comparisonDate: periods.comparisonDays[index]?.date,
      comparisonValue: comparisonSeries[index] ?? null,
    }))
    .toReversed();
}

/** The days that may still change, each run of them as a range. */
export function openRanges({ days }: Periods): DateRange[] {
  const ranges: DateRange[] = [];
  for (const [index, { date, state }] of days.entries()) {
    if (state !== "provisional") continue;
    const last = ranges.at(-1);
    if (last && days[index - 1]?.state === "provisional") last.to = date;
    else ranges.push({ from: date, to: date });
  }
  return ranges;
}
