import { max, min } from "d3-array";
import { type ScaleLinear, scaleLinear } from "d3-scale";
import { area, line } from "d3-shape";
import { dateTicks } from "./date-ticks.ts";
import type { DayMark, LineChartSpec, LineSeries, Size } from "./spec.ts";

export interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface LineShape {
  key: string;
  color: string;
  dashed: boolean;
  line: string;
  area: string | undefined;
  /** Days whose neighbours are missing: a line would not show them. */
  dots: { x: number; y: number }[];
}

export interface Band {
  mark: Exclude<DayMark, "settled">;
  x: number;
  width: number;
}

export interface LineGeometry {
  size: Size;
  frame: Frame;
  shapes: LineShape[];
  bands: Band[];
  valueTicks: { y: number; label: string }[];
  dateTicks: { x: number; index: number }[];
  x: (index: number) => number;
  y: (value: number) => number;
  indexAt: (x: number) => number;
}

const MARGIN = { top: 10, right: 12, bottom: 26, gap: 8 };
const CHARACTER_WIDTH = 6.4;
const TICKS = 5;

/** Lays a chart out: pure, the same for the screen, a mail or a test. */
export function lineGeometry(spec: LineChartSpec, size: Size, writeTick: (value: number) => string): LineGeometry {
  const vertical = { top: MARGIN.top, height: Math.max(0, size.height - MARGIN.top - MARGIN.bottom) };
  const y = valueScale(spec.series).range([vertical.top + vertical.height, vertical.top]);
  const valueTicks = y.ticks(TICKS).map((value) => ({ y: y(value), label: writeTick(value) }));
  const labelWidth = (max(valueTicks, (tick) => tick.label.length) ?? 0) * CHARACTER_WIDTH;
  const left = Math.ceil(labelWidth) + MARGIN.gap;
  const frame = { left, width: Math.max(0, size.width - left - MARGIN.right), ...vertical };
  const x = dateScale(spec.dates.length, frame);
  return {
    size,
    frame,
    shapes: spec.series.map((series) => shape(series, x, y)),
    bands: bands(spec.marks ?? [], x, frame),
    valueTicks,
    dateTicks: dateTicks(spec.dates, frame.width).map((index) => ({ x: x(index), index })),
    x,
    y: (value) => y(value),
    indexAt: (position) => nearestIndex(position, spec.dates.length, frame),
  };
}

/** From zero, or from below it where values are negative; never flat. */
function valueScale(series: readonly LineSeries[]): ScaleLinear<number, number> {
  const highest = max(series, (one) => max(one.values, (value) => value ?? undefined)) ?? 0;
  const lowest = min(series, (one) => min(one.values, (value) => value ?? undefined)) ?? 0;
  const bottom = Math.min(0, lowest);
  return scaleLinear()
    .domain([bottom, Math.max(0, highest) || (bottom < 0 ? 0 : 1)])
    .nice(TICKS);
}

function dateScale(length: number, frame: Frame): (index: number) => number {
  if (length < 2) return () => frame.left + frame.width / 2;
  return (index) => frame.left + (index / (length - 1)) * frame.width;
}

function nearestIndex(position: number, length: number, frame: Frame): number {
  if (length < 2 || frame.width <= 0) return 0;
  const index = Math.round(((position - frame.left) / frame.width) * (length - 1));
  return Math.min(length - 1, Math.max(0, index));
}

type Scale = (value: number) => number;

function shape(series: LineSeries, x: Scale, y: Scale): LineShape {
  const defined = (value: number | null): value is number => value !== null;
  const values = series.values.slice();
  const drawLine = line<number | null>()
    .defined(defined)
    .x((_, index) => x(index))
    .y((value) => y(value ?? 0))
    .digits(1);
  const drawArea = area<number | null>()
    .defined(defined)
    .x((_, index) => x(index))
    .y0(y(0))
    .y1((value) => y(value ?? 0))
    .digits(1);
  return {
    key: series.key,
    color: series.color,
    dashed: series.dashed ?? false,
    line: drawLine(values) ?? "",
    area: series.area ? (drawArea(values) ?? undefined) : undefined,
    dots: lonelyDays(values).map(([index, value]) => ({ x: x(index), y: y(value) })),
  };
}

function lonelyDays(values: readonly (number | null)[]): [number, number][] {
  return values.flatMap((value, index): [number, number][] =>
    value !== null && (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null ? [[index, value]] : [],
  );
}

/** Neighbouring days with the same mark become one band that reaches half a day to both sides. */
function bands(marks: readonly DayMark[], x: Scale, frame: Frame): Band[] {
  const half = marks.length > 1 ? frame.width / (marks.length - 1) / 2 : frame.width / 2;
  const right = frame.left + frame.width;
  const result: Band[] = [];
  let start = 0;
  while (start < marks.length) {
    const mark = marks[start] ?? "settled";
    let end = start;
    while (marks[end + 1] === mark) end += 1;
    if (mark !== "settled") {
      const from = Math.max(frame.left, x(start) - half);
      result.push({ mark, x: from, width: Math.min(right, x(end) + half) - from });
    }
    start = end + 1;
  }
  return result;
}
