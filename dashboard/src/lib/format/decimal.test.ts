import { describe, expect, it } from "vitest";
import { approximate, isDecimal, shiftDecimalPoint, wholeDigits } from "./decimal.ts";

describe("decimal text", () => {
  it("is told from other text", () => {
    for (const right of ["0", "-1", "0.79", "12345678901234567890.123"]) expect(isDecimal(right)).toBe(true);
    for (const wrong of ["", "1.", ".5", "1e3", "NaN", "1,5", " 1", "+1"]) expect(isDecimal(wrong)).toBe(false);
  });

  it("moves its point without losing a digit", () => {
    expect(shiftDecimalPoint("12500000", 6)).toBe("12.500000");
    expect(shiftDecimalPoint("-5", 3)).toBe("-0.005");
    expect(shiftDecimalPoint("1234567890123456789.5", 9)).toBe("1234567890.1234567895");
  });

  it("counts digits before the point", () => {
    expect(wholeDigits("0.99")).toBe(0);
    expect(wholeDigits("-1200.5")).toBe(4);
    expect(wholeDigits("0012")).toBe(2);
  });

  it("becomes a number only where that is good enough, and missing stays missing", () => {
    expect(approximate("0.5")).toBe(0.5);
    expect(approximate(null)).toBeNull();
    expect(approximate(undefined)).toBeNull();
    expect(approximate("abc")).toBeNull();
  });
});
