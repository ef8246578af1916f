import { useLingui } from "@lingui/react/macro";
import { useCallback, useMemo } from "react";
import type { PointDescription } from "@/charts/chart-tooltip.tsx";
import { LineChart } from "@/charts/line-chart.tsx";
import type { Schemas } from "@/lib/api/client.ts";
import { day, dayRange, dayWithWeekday, shortDay } from "@/lib/format/time.ts";
import { useDictionary } from "./dictionary.ts";
import { dayStateText } from "./figure-words.ts";
import { seriesSpec } from "./series-model.ts";
import { writeFigure, writeTick } from "./write-figure.ts";

interface SeriesChartProps {
  series: Schemas["FigureWithSeries"];
  periods: Schemas["Periods"];
}

const HEIGHT = 280;

export function SeriesChart({ series, periods }: SeriesChartProps) {
  const { t } = useLingui();
  const { metric, locale } = useDictionary();
  const { label, unit } = metric(series.figure.metric);
  const { currency } = series.figure;
  const spec = useMemo(() => seriesSpec(series, periods), [series, periods]);
  const tick = useCallback((value: number) => writeTick(value, unit, locale), [unit, locale]);
  const dateLabel = useCallback((index: number) => shortDay(spec.dates[index] ?? "", locale), [spec, locale]);
  const write = (value: string | null | undefined) => writeFigure({ value: value ?? null, unit, currency, locale });

  const describe = (index: number): PointDescription => {
    const current = periods.days[index];
    const before = periods.comparisonDays[index];
    const state = current && dayStateText(current.state);
    return {
      title: current ? dayWithWeekday(current.date, locale) : "",
      note: state && t(state),
      rows: [
        { key: "current", label, value: write(series.series[index]), color: "var(--chart-1)" },
        ...(before
          ? [
              {
                key: "comparison",
                label: day(before.date, locale),
                value: write(series.comparisonSeries[index]),
                color: "var(--chart-comparison)",
                dashed: true,
              },
            ]
          : []),
      ],
    };
  };
  const range = dayRange(periods.current, locale);
  return (
    <LineChart
      spec={spec}
      height={HEIGHT}
      label={t`${label}, day by day, ${range}. Arrow keys move between days.`}
      writeTick={tick}
      dateLabel={dateLabel}
      describe={describe}
    />
  );
}
