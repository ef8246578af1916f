import { useLingui } from "@lingui/react/macro";
import { Table, TableCell, TableHead, TableRow, TableRowHead } from "@/components/ui/table.tsx";
import type { Schemas } from "@/lib/api/client.ts";
import { day, dayWithWeekday } from "@/lib/format/time.ts";
import { useDictionary } from "./dictionary.ts";
import { dayStateText } from "./figure-words.ts";
import { seriesRows } from "./series-model.ts";
import { writeFigure } from "./write-figure.ts";

interface SeriesTableProps {
  series: Schemas["FigureWithSeries"];
  periods: Schemas["Periods"];
}

/** The chart in figures. */
export function SeriesTable({ series, periods }: SeriesTableProps) {
  const { t } = useLingui();
  const { metric, locale } = useDictionary();
  const { label, unit } = metric(series.figure.metric);
  const write = (value: string | null) => writeFigure({ value, unit, currency: series.figure.currency, locale });
  const cell = (which: "current" | "comparison", value: string | null) =>
    value === null ? (
      write(value)
    ) : (
      <data value={value} data-series={which}>
        {write(value)}
      </data>
    );
  const compared = periods.comparison !== null;
  return (
    <Table label={t`${label}, day by day`} frameClassName="max-h-80 overflow-y-auto">
      <thead className="sticky top-0 z-20 bg-card">
        <TableRow>
          <TableHead>{t`Day`}</TableHead>
          <TableHead className="text-right">{label}</TableHead>
          {compared && <TableHead className="text-right">{t`Before`}</TableHead>}
        </TableRow>
      </thead>
      <tbody>
        {seriesRows(series, periods).map((row) => {
          const state = dayStateText(row.state);
          return (
            <TableRow key={row.date} data-day={row.date}>
              <TableRowHead className="font-normal">
                {dayWithWeekday(row.date, locale)}
                {state && <span className="block text-xs text-warning">{t(state)}</span>}
              </TableRowHead>
              <TableCell className="text-right">{cell("current", row.value)}</TableCell>
              {compared && (
                <TableCell
                  className="text-right text-muted-foreground"
                  {...(row.comparisonDate ? { title: day(row.comparisonDate, locale) } : {})}
                >
                  {cell("comparison", row.comparisonValue)}
                </TableCell>
              )}
            </TableRow>
          );
        })}
      </tbody>
    </Table>
  );
}
