import { describe, expect, it } from "vitest";
import {
  addDays,
  daysBetween,
  endOfMonth,
  fromLocalDate,
  isoWeekday,
  parseCivilDate,
  startOfMonth,
  startOfQuarter,
  todayIn,
  toLocalDate,
} from "./civil.ts";

describe("civil dates", () => {
  it("are parsed only where there is such a day", () => {
    expect(parseCivilDate("2028-02-29")).toBe("2028-02-29");
    for (const wrong of ["2026-02-29", "2026-13-01", "2026-1-1", "", null, undefined, 20260101]) {
      expect(parseCivilDate(wrong)).toBeUndefined();
    }
  });

  it("count days over months, leap days and years", () => {
    expect(addDays("2028-02-28", 2)).toBe("2028-03-01");
    expect(addDays("2026-01-01", -1)).toBe("2025-12-31");
    expect(daysBetween("2026-01-01", "2027-01-01")).toBe(365);
    expect(daysBetween("2026-03-01", "2026-02-01")).toBe(-28);
  });

  it("know the ends of months and quarters", () => {
    expect(startOfMonth("2026-11-23", -1)).toBe("2026-10-01");
    expect(startOfMonth("2026-01-31", 1)).toBe("2026-02-01");
    expect(endOfMonth("2028-02-10")).toBe("2028-02-29");
    expect(endOfMonth("2026-01-15", -1)).toBe("2025-12-31");
    expect(startOfQuarter("2026-11-23")).toBe("2026-10-01");
    expect(startOfQuarter("2026-02-03", -1)).toBe("2025-10-01");
  });

  it("begin the week on Monday", () => {
    expect(isoWeekday("2026-11-23")).toBe(1);
    expect(isoWeekday("2026-11-29")).toBe(7);
  });

  it("are those of the organization's zone, not of the browser's", () => {
    const evening = new Date("2026-11-22T17:30:00Z");
    expect(todayIn("Asia/Ho_Chi_Minh", evening)).toBe("2026-11-23");
    expect(todayIn("America/Los_Angeles", evening)).toBe("2026-11-22");
    expect(todayIn("America/Los_Angeles", new Date("2026-11-01T06:59:00Z"))).toBe("2026-10-31");
  });

  it("survive the way through a Date", () => {
    for (const date of ["2026-03-29", "2026-10-25", "2026-12-31"]) expect(fromLocalDate(toLocalDate(date))).toBe(date);
  });
});
