import type { LineGeometry } from "./line-geometry.ts";
import type { LineSeries } from "./spec.ts";

export interface TooltipRow {
  key: string;
  label: string;
  value: string;
  color: string;
  dashed?: boolean;
}

/** What is said about one day. */
export interface PointDescription {
  title: string;
  rows: TooltipRow[];
  note?: string | undefined;
}

interface ChartTooltipProps {
  geometry: LineGeometry;
  series: readonly LineSeries[];
  index: number;
  description: PointDescription;
}

const WIDTH = 224;

/** The moving part of a line chart: a rule, a dot on each line, and the figures in words. */
export function ChartTooltip({ geometry, series, index, description }: ChartTooltipProps) {
  const { frame, size } = geometry;
  const x = geometry.x(index);
  const left = Math.min(Math.max(0, x + 12 + WIDTH > size.width ? x - WIDTH - 12 : x + 12), Math.max(0, size.width - WIDTH));
  return (
    <>
      <svg width={size.width} height={size.height} aria-hidden="true" className="pointer-events-none absolute inset-0">
        <line x1={x} x2={x} y1={frame.top} y2={frame.top + frame.height} className="stroke-muted-foreground/50" />
        {series.map((one) => {
          const value = one.values[index];
          return value == null ? null : (
            <circle
              key={one.key}
              cx={x}
              cy={geometry.y(value)}
              r={4}
              className="stroke-card"
              strokeWidth={2}
              style={{ fill: one.color }}
            />
          );
        })}
      </svg>
      <div
        data-slot="chart-tooltip"
        className="pointer-events-none absolute top-2 z-10 rounded-md border bg-popover px-3 py-2 text-xs text-popover-foreground shadow-md"
        style={{ left, width: WIDTH }}
      >
        <p className="mb-1 font-medium">{description.title}</p>
        {description.rows.map((row) => (
          <Row key={row.key} row={row} />
        ))}
        {description.note && <p className="mt-1 text-warning">{description.note}</p>}
      </div>
    </>
  );
}

function Row({ row }: { row: TooltipRow }) {
  return (
    <p className="flex items-center gap-2 py-0.5">
      <span
        className="w-3 shrink-0 border-t-2"
        style={{ borderColor: row.color, borderStyle: row.dashed ? "dashed" : "solid" }}
      />
      <span className="min-w-0 flex-1 truncate text-muted-foreground">{row.label}</span>
      <span className="font-medium tabular-nums">{row.value}</span>
    </p>
  );
}

/** The same in one sentence, for screen readers. */
export function pointSentence({ title, rows, note }: PointDescription): string {
  return [title, ...rows.map((row) => `${row.label} ${row.value}`), note].filter(Boolean).join("; ");
}
