import { describe, expect, it } from "vitest";
import type { Schemas } from "@/lib/api/client.ts";
import { openRanges, seriesRows, seriesSpec } from "./series-model.ts";

const PERIODS: Schemas["Periods"] = {
  current: { from: "2026-11-20", to: "2026-11-22" },
  comparison: { from: "2026-11-17", to: "2026-11-18" },
  days: [
    { date: "2026-11-20", state: "archived" },
    { date: "2026-11-21", state: "restated" },
    { date: "2026-11-22", state: "provisional" },
  ],
  comparisonDays: [
    { date: "2026-11-17", state: "closed" },
    { date: "2026-11-18", state: "closed" },
  ],
  today: "2026-11-22",
};

const SERIES: Schemas["FigureWithSeries"] = {
  figure: { metric: "spend", currency: "VND", value: "30", absence: null, caveats: [], comparison: null },
  series: [null, "10", "20"],
  comparisonSeries: ["5", "6"],
};

describe("the course of a metric", () => {
  it("lays the comparison day by day under the period, also a shorter one", () => {
    const { dates, series, marks } = seriesSpec(SERIES, PERIODS);
    expect(dates).toEqual(["2026-11-20", "2026-11-21", "2026-11-22"]);
    expect(series.map((one) => [one.key, one.values])).toEqual([
      ["comparison", [5, 6, null]],
      ["current", [null, 10, 20]],
    ]);
    expect(marks).toEqual(["archived", "settled", "provisional"]);
  });

  it("knows which days may still change", () => {
    expect(openRanges(PERIODS)).toEqual([{ from: "2026-11-22", to: "2026-11-22" }]);
    expect(openRanges({ ...PERIODS, days: [] })).toEqual([]);
  });

  it("names each run of such days, without the settled ones between", () => {
    const days = (["provisional", "closed", "provisional", "provisional", "missing", "provisional"] as const).map(
      (state, index) => ({
        date: `2026-11-0${index + 1}`,
        state,
      }),
    );
    expect(openRanges({ ...PERIODS, days })).toEqual([
      { from: "2026-11-01", to: "2026-11-01" },
      { from: "2026-11-03", to: "2026-11-04" },
      { from: "2026-11-06", to: "2026-11-06" },
    ]);
  });

  it("has one line without a comparison", () => {
    expect(seriesSpec(SERIES, { ...PERIODS, comparison: null, comparisonDays: [] }).series).toHaveLength(1);
  });

  it("is the same as rows, newest first, in exact text", () => {
    const rows = seriesRows(SERIES, PERIODS);
    expect(rows.map((row) => [row.date, row.value, row.comparisonDate, row.comparisonValue])).toEqual([
      ["2026-11-22", "20", undefined, null],
      ["2026-11-21", "10", "2026-11-18", "6"],
      ["2026-11-20", null, "2026-11-17", "5"],
    ]);
  });
});
