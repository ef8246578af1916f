import { describe, expect, it } from "vitest";
import { addDays } from "@/lib/dates/civil.ts";
import { dateTicks } from "./date-ticks.ts";

const days = (from: string, count: number) => Array.from({ length: count }, (_, index) => addDays(from, index));
const labels = (dates: string[], width: number) => dateTicks(dates, width).map((index) => dates[index]);

describe("labels of days", () => {
  it("are all there while they fit", () => {
    expect(dateTicks(days("2026-11-16", 7), 600)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it("are Mondays for a month", () => {
    expect(labels(days("2026-10-26", 28), 600)).toEqual(["2026-10-26", "2026-11-02", "2026-11-09", "2026-11-16"]);
  });

  it("are firsts of months for a season and of quarters for years", () => {
    expect(labels(days("2026-08-25", 90), 300)).toEqual(["2026-09-01", "2026-10-01", "2026-11-01"]);
    const years = labels(days("2025-01-01", 700), 600);
    expect(years.slice(0, 3)).toEqual(["2025-01-01", "2025-04-01", "2025-07-01"]);
  });

  it("never overlap, whatever the length and the width", () => {
    for (const count of [1, 2, 10, 31, 91, 366, 800]) {
      for (const width of [0, 100, 260, 600, 1200]) {
        const ticks = dateTicks(days("2025-01-15", count), width);
        expect(ticks.length).toBeGreaterThan(0);
        expect(ticks.length).toBeLessThanOrEqual(Math.max(1, Math.floor(width / 64)));
      }
    }
  });
});
