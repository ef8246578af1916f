import { useLingui } from "@lingui/react/macro";
import ChartSpline from "lucide-react/icons/chart-spline";
import Table2 from "lucide-react/icons/table-2";
import { useState } from "react";
import { Card, CardContent, CardHeader, CardTitle } from "@/components/ui/card.tsx";
import { Segmented } from "@/components/ui/segmented.tsx";
import type { Schemas } from "@/lib/api/client.ts";
import { ComparisonNote, Delta } from "./delta.tsx";
import { useDictionary } from "./dictionary.ts";
import { FigureValue } from "./figure-value.tsx";
import { SeriesChart } from "./series-chart.tsx";
import { SeriesLegend } from "./series-legend.tsx";
import { SeriesTable } from "./series-table.tsx";

interface SeriesPanelProps {
  kpi: Schemas["Kpi"];
  periods: Schemas["Periods"];
}

/** The course of one metric over the period, as a chart or as a table. */
export function SeriesPanel({ kpi, periods }: SeriesPanelProps) {
  const { t } = useLingui();
  const { metric } = useDictionary();
  const [view, setView] = useState<"chart" | "table">("chart");
  const [currency, setCurrency] = useState<string>();
  const shown = kpi.figures.find(({ figure }) => figure.currency === currency) ?? kpi.figures[0];
  const currencies = kpi.figures.flatMap(({ figure }) => figure.currency ?? []);
  const { label } = metric(kpi.metric);
  if (!shown) return null;
  return (
    <Card>
      <CardHeader>
        <div className="min-w-0">
          <CardTitle>{label}</CardTitle>
          <p className="mt-0.5 flex flex-wrap items-baseline gap-x-2 text-sm">
            <FigureValue figure={shown.figure} className="font-medium" />
            <Delta figure={shown.figure} />
            <ComparisonNote figure={shown.figure} />
          </p>
        </div>
        <div className="flex flex-wrap gap-2">
          {currencies.length > 1 && (
            <Segmented
              label={t`Currency`}
              value={shown.figure.currency ?? ""}
              options={currencies.map((value) => ({ value, label: value }))}
              onChange={setCurrency}
            />
          )}
          <Segmented
            label={t`Show as`}
            value={view}
            onChange={setView}
            options={[
              { value: "chart", label: <ChartSpline aria-hidden="true" />, name: t`Chart` },
              { value: "table", label: <Table2 aria-hidden="true" />, name: t`Table` },
            ]}
          />
        </div>
      </CardHeader>
      <CardContent className={view === "table" ? "px-0 pb-0 sm:px-0" : "pt-3"}>
        {view === "chart" ? (
          <>
            <SeriesChart series={shown} periods={periods} />
            <SeriesLegend periods={periods} />
          </>
        ) : (
          <SeriesTable series={shown} periods={periods} />
        )}
      </CardContent>
    </Card>
  );
}
