import { area, line } from "d3-shape";
import type { Size } from "./spec.ts";

export interface SparklineGeometry {
  line: string;
  area: string;
}

const PADDING = 2;

/** A line that fills its box from the lowest to the highest value; nothing when there are no two days to join. */
export function sparklineGeometry(values: readonly (number | null)[], size: Size): SparklineGeometry | undefined {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return undefined;
  const lowest = Math.min(...known);
  const span = Math.max(...known) - lowest;
  const x = (_: number | null, index: number) => (index / (values.length - 1)) * size.width;
  const y = (value: number | null) => {
    const share = span === 0 ? 0.5 : ((value ?? 0) - lowest) / span;
    return size.height - PADDING - share * (size.height - 2 * PADDING);
  };
  const defined = (value: number | null) => value !== null;
  const copy = values.slice();
  return {
    line: line<number | null>().defined(defined).x(x).y(y).digits(1)(copy) ?? "",
    area: area<number | null>().defined(defined).x(x).y0(size.height).y1(y).digits(1)(copy) ?? "",
  };
}
