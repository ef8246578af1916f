import { describe, expect, it } from "vitest";
import { askedComparison, movePeriod, parsePeriodSearch, type PeriodSearch, resolvePeriod } from "./period.ts";

const TODAY = "2026-11-23";

describe("the period in the address", () => {
  it("is the last 28 days against the 28 before when the address says nothing", () => {
    expect(resolvePeriod(parsePeriodSearch({}), TODAY)).toEqual({
      preset: "last_28_days",
      from: "2026-10-26",
      to: "2026-11-22",
      compare: "previous_period",
      comparison: { from: "2026-09-28", to: "2026-10-25" },
      months: undefined,
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
    { from: "2024-01-01", to: "2026-03-11" },
    { compare: "custom" },
    { compare: "custom", compareFrom: "2026-03-02", compareTo: "2026-03-01" },
    { from: "2026-03-01" },
    { compare: "tomorrow" },
    { range: 7, compare: ["none"] },
  ])("ignores nonsense: %j", (search) => {
    expect(parsePeriodSearch(search)).toEqual({});
  });

  it("leaves defaults out", () => {
    expect(parsePeriodSearch({ range: "last_28_days", compare: "previous_period" })).toEqual({});
  });

  it("holds at most 800 days, both ends counted, as the API does", () => {
    expect(parsePeriodSearch({ from: "2024-01-01", to: "2026-03-10" })).toEqual({ from: "2024-01-01", to: "2026-03-10" });
  });
});

const resolve = (search: PeriodSearch, today = TODAY) => resolvePeriod(search, today);

describe("the comparison", () => {
  it.each<[PeriodSearch, string, string, string]>([
    [{ range: "last_month" }, TODAY, "2026-09-01", "2026-09-30"],
    [{ range: "this_month" }, TODAY, "2026-10-01", "2026-10-23"],
    [{ range: "this_month" }, "2026-11-30", "2026-10-01", "2026-10-30"],
    [{ range: "this_month" }, "2026-03-31", "2026-02-01", "2026-02-28"],
    [{ range: "last_quarter" }, TODAY, "2026-04-01", "2026-06-30"],
    [{ range: "this_quarter" }, TODAY, "2026-07-01", "2026-08-23"],
    [{ range: "last_month", compare: "previous_year" }, "2029-03-05", "2028-02-01", "2028-02-29"],
    [{ from: "2026-10-01", to: "2026-10-31" }, TODAY, "2026-09-01", "2026-09-30"],
    [{ range: "last_7_days" }, TODAY, "2026-11-09", "2026-11-15"],
    [{ range: "last_7_days", compare: "previous_year" }, TODAY, "2025-11-16", "2025-11-22"],
    [{ from: "2028-02-29", to: "2028-03-02", compare: "previous_year" }, "2028-04-01", "2027-02-28", "2027-03-02"],
    [{ compare: "custom", compareFrom: "2025-01-01", compareTo: "2025-01-28" }, TODAY, "2025-01-01", "2025-01-28"],
  ])("of %j on %s", (search, today, from, to) => {
    expect(resolve(search, today).comparison).toEqual({ from, to });
  });

  it("is asked for by days where the API would count days instead of months", () => {
    expect(askedComparison(resolve({ range: "last_month" }))).toEqual({
      compare: "custom",
      compareFrom: "2026-09-01",
      compareTo: "2026-09-30",
    });
    expect(askedComparison(resolve({ range: "last_7_days" }))).toEqual({ compare: "previous_period" });
    expect(askedComparison(resolve({ range: "last_month", compare: "none" }))).toEqual({ compare: "none" });
  });

  it("stays in the address with its days", () => {
    const search = { compare: "custom", compareFrom: "2025-01-01", compareTo: "2025-01-28" };
    expect(parsePeriodSearch(search)).toEqual(search);
    expect(parsePeriodSearch({ ...search, compare: "none" })).toEqual({ compare: "none" });
  });
});

describe("moving a period", () => {
  const move = (search: PeriodSearch, direction: -1 | 1) => movePeriod(resolve(search), direction, TODAY);

  it("goes back and forth by its own length", () => {
    const week = { from: "2026-11-09", to: "2026-11-15" };
    expect(move(week, -1)).toEqual({ range: undefined, from: "2026-11-02", to: "2026-11-08" });
    expect(move(week, 1)).toEqual({ range: undefined, from: "2026-11-16", to: "2026-11-22" });
  });

  it("goes from month to month and from quarter to quarter, under their names where they have one", () => {
    expect(move({ range: "last_month" }, -1)).toEqual({ range: undefined, from: "2026-09-01", to: "2026-09-30" });
    expect(move({ from: "2026-09-01", to: "2026-09-30" }, 1)).toMatchObject({ range: "last_month" });
    expect(move({ range: "last_month" }, 1)).toMatchObject({ range: "this_month" });
    expect(move({ range: "this_month" }, -1)).toEqual({ range: "last_month", from: undefined, to: undefined });
    expect(move({ range: "this_month" }, 1)).toBeUndefined();
    expect(move({ range: "last_quarter" }, -1)).toEqual({ range: undefined, from: "2026-04-01", to: "2026-06-30" });
    expect(move({ range: "last_quarter" }, 1)).toMatchObject({ range: "this_quarter" });
  });

  it("ends today at the latest and never begins after it", () => {
    expect(move({ from: "2026-11-15", to: "2026-11-21" }, 1)).toEqual({ range: undefined, from: "2026-11-22", to: TODAY });
    expect(move({ range: "today" }, 1)).toBeUndefined();
  });
});
