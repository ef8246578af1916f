import { describe, expect, it } from "vitest";
import { movePeriod, parsePeriodSearch, resolvePeriod } from "./period.ts";

const TODAY = "2026-11-23";

describe("the period in the address", () => {
  it("is the last 28 days against the 28 before when the address says nothing", () => {
    expect(resolvePeriod(parsePeriodSearch({}), TODAY)).toEqual({
      preset: "last_28_days",
      from: "2026-10-26",
      to: "2026-11-22",
      compare: "previous_period",
    });
  });

  it("keeps a preset relative to the day on which it is opened", () => {
    const search = parsePeriodSearch({ range: "this_month", compare: "previous_year" });
    expect(resolvePeriod(search, "2026-12-05")).toMatchObject({ from: "2026-12-01", to: "2026-12-05", compare: "previous_year" });
  });

  it("takes days from the calendar before a preset", () => {
    const search = parsePeriodSearch({ range: "today", from: "2026-01-01", to: "2026-01-31", compare: "none" });
    expect(search).toEqual({ from: "2026-01-01", to: "2026-01-31", compare: "none" });
    expect(resolvePeriod(search, TODAY).preset).toBeUndefined();
  });

  it.each([
    { range: "forever" },
    { from: "2026-02-30", to: "2026-03-01" },
    { from: "2026-03-02", to: "2026-03-01" },
    { from: "2020-01-01", to: "2026-03-01" },
    { from: "2026-03-01" },
    { compare: "tomorrow" },
    { range: 7, compare: ["none"] },
  ])("ignores nonsense: %j", (search) => {
    expect(parsePeriodSearch(search)).toEqual({});
  });

  it("leaves defaults out", () => {
    expect(parsePeriodSearch({ range: "last_28_days", compare: "previous_period" })).toEqual({});
  });
});

describe("moving a period", () => {
  it("goes back and forth by its own length", () => {
    const week = { from: "2026-11-09", to: "2026-11-15" };
    expect(movePeriod(week, -1, TODAY)).toEqual({ from: "2026-11-02", to: "2026-11-08" });
    expect(movePeriod(week, 1, TODAY)).toEqual({ from: "2026-11-16", to: "2026-11-22" });
  });

  it("ends today at the latest and never begins after it", () => {
    expect(movePeriod({ from: "2026-11-15", to: "2026-11-21" }, 1, TODAY)).toEqual({ from: "2026-11-22", to: TODAY });
    expect(movePeriod({ from: TODAY, to: TODAY }, 1, TODAY)).toBeUndefined();
  });
});
