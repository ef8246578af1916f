import { describe, expect, it } from "vitest";
import { addDays } from "@/lib/dates/civil.ts";
import { lineGeometry } from "./line-geometry.ts";
import type { DayMark, LineChartSpec } from "./spec.ts";

const SIZE = { width: 600, height: 280 };
const write = (value: number) => String(value);

function spec(values: (number | null)[], marks?: DayMark[]): LineChartSpec {
  const dates = values.map((_, index) => addDays("2026-11-01", index));
  return { dates, series: [{ key: "a", values, color: "red" }], ...(marks ? { marks } : {}) };
}

describe("line geometry", () => {
  it("begins the values at zero and has room for the highest", () => {
    const { frame, y, valueTicks } = lineGeometry(spec([3, 9.2, 7]), SIZE, write);
    expect(y(0)).toBe(frame.top + frame.height);
    expect(y(9.2)).toBeGreaterThanOrEqual(frame.top);
    expect(valueTicks[0]?.label).toBe("0");
  });

  it("goes below zero where values do", () => {
    const { frame, y } = lineGeometry(spec([-5, 5]), SIZE, write);
    expect(y(-5)).toBeLessThanOrEqual(frame.top + frame.height);
    expect(y(0)).toBeLessThan(frame.top + frame.height);
  });

  it("is not flat where everything is zero or missing", () => {
    for (const values of [[0, 0], [null, null], []]) {
      const { y } = lineGeometry(spec(values), SIZE, write);
      expect(Number.isFinite(y(0))).toBe(true);
      expect(y(1)).not.toBe(y(0));
    }
  });

  it("breaks the line where nothing was reported and dots lonely days", () => {
    const { shapes } = lineGeometry(spec([1, 2, null, 4, null, 6]), SIZE, write);
    expect(shapes[0]?.line.match(/M/g)).toHaveLength(3);
    expect(shapes[0]?.dots).toHaveLength(2);
  });

  it("stays inside its frame, whatever the width of the labels", () => {
    const { frame, x } = lineGeometry(spec([1e12, 2e12, 3e12]), SIZE, (value) => value.toLocaleString("en"));
    expect(x(0)).toBe(frame.left);
    expect(x(2)).toBeCloseTo(frame.left + frame.width);
    expect(frame.left + frame.width).toBeLessThan(SIZE.width);
  });

  it("finds the day under the pointer and never leaves the days", () => {
    const { x, indexAt } = lineGeometry(spec([1, 2, 3, 4]), SIZE, write);
    expect(indexAt(x(2) + 3)).toBe(2);
    expect(indexAt(-100)).toBe(0);
    expect(indexAt(10_000)).toBe(3);
    expect(lineGeometry(spec([1]), SIZE, write).indexAt(300)).toBe(0);
  });

  it("joins neighbouring days with the same mark into bands inside the frame", () => {
    const marks: DayMark[] = ["archived", "archived", "settled", "provisional"];
    const { bands, frame } = lineGeometry(spec([null, null, 3, 4], marks), SIZE, write);
    expect(bands.map((band) => band.mark)).toEqual(["archived", "provisional"]);
    expect(bands[0]?.x).toBe(frame.left);
    const last = bands[1];
    expect((last?.x ?? 0) + (last?.width ?? 0)).toBeCloseTo(frame.left + frame.width);
  });

  it("fills an area down to zero only where it is asked to", () => {
    const { shapes } = lineGeometry(
      { ...spec([1, 2]), series: [{ key: "a", values: [1, 2], color: "red", area: true }] },
      SIZE,
      write,
    );
    expect(shapes[0]?.area).toMatch(/Z$/);
    expect(lineGeometry(spec([1, 2]), SIZE, write).shapes[0]?.area).toBeUndefined();
  });
});
