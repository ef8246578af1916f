import { type KeyboardEvent, type PointerEvent, useMemo, useState } from "react";
import { ChartTooltip, type PointDescription, pointSentence } from "./chart-tooltip.tsx";
import { type LineGeometry, lineGeometry } from "./line-geometry.ts";
import { Plot } from "./plot.tsx";
import type { LineChartSpec } from "./spec.ts";
import { useWidth } from "./use-width.ts";

interface LineChartProps {
  spec: LineChartSpec;
  height: number;
  /** Says what the chart shows, for screen readers. */
  label: string;
  writeTick: (value: number) => string;
  dateLabel: (index: number) => string;
  describe: (index: number) => PointDescription;
}

/** Lines over days. The pointer or the arrow keys walk from day to day. */
export function LineChart({ spec, height, label, writeTick, dateLabel, describe }: LineChartProps) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const geometry = useMemo(
    () => (width > 0 ? lineGeometry(spec, { width, height }, writeTick) : undefined),
    [spec, width, height, writeTick],
  );
  return (
    <div ref={ref} data-slot="line-chart" className="w-full" style={{ height }}>
      {geometry && (
        <Explorer spec={spec} geometry={geometry} label={label} describe={describe}>
          <Plot geometry={geometry} dateLabel={dateLabel} />
        </Explorer>
      )}
    </div>
  );
}

interface ExplorerProps extends Pick<LineChartProps, "spec" | "label" | "describe"> {
  geometry: LineGeometry;
  children: React.ReactNode;
}

function Explorer({ spec, geometry, label, describe, children }: ExplorerProps) {
  const [chosen, setChosen] = useState<number>();
  const last = spec.dates.length - 1;
  const index = chosen === undefined ? undefined : Math.min(chosen, last);
  const description = index === undefined ? undefined : describe(index);
  const onPointer = (event: PointerEvent<HTMLDivElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    setChosen(geometry.indexAt(event.clientX - box.left));
  };
  const onKey = (event: KeyboardEvent) => {
    const next = nextIndex(event.key, index, last);
    if (next === index) return;
    event.preventDefault();
    setChosen(next);
  };
  return (
    <div
      role="slider"
      tabIndex={0}
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(0, last)}
      aria-valuenow={index ?? last}
      aria-valuetext={pointSentence(description ?? describe(last))}
      className="relative touch-pan-y rounded-md focus-visible:outline-2"
      onPointerMove={onPointer}
      onPointerDown={onPointer}
      onPointerLeave={() => setChosen(undefined)}
      onBlur={() => setChosen(undefined)}
      onKeyDown={onKey}
    >
      {children}
      {index !== undefined && description && (
        <ChartTooltip geometry={geometry} series={spec.series} index={index} description={description} />
      )}
    </div>
  );
}

/** Where a key leads from a day; the same day when the key means nothing here. */
export function nextIndex(key: string, index: number | undefined, last: number): number | undefined {
  const here = index ?? last;
  switch (key) {
    case "ArrowLeft":
    case "ArrowDown":
      return Math.max(0, here - (index === undefined ? 0 : 1));
    case "ArrowRight":
    case "ArrowUp":
      return Math.min(last, here + (index === undefined ? 0 : 1));
    case "Home":
      return 0;
    case "End":
      return last;
    case "Escape":
      return undefined;
    default:
      return index;
  }
}
