import { describe, expect, it } from "vitest";
import type { Decimal } from "./decimal.ts";
import { change, compactCount, compactMoney, count, money, percent, ratio } from "./number.ts";

/** Browsers separate number and sign by a no-break space. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

describe("money in full", () => {
  it.each<[Decimal, string, string, string]>([
    ["1234567", "VND", "1.234.567 ₫", "₫1,234,567"],
    ["-50000", "VND", "-50.000 ₫", "-₫50,000"],
    ["1234.5", "USD", "1.234,50 US$", "US$1,234.50"],
    ["0.79", "USD", "0,79 US$", "US$0.79"],
    ["1234.5", "EUR", "1.234,50 €", "€1,234.50"],
    ["1500", "SGD", "1.500,00 SGD", "SGD 1,500.00"],
  ])("%s %s", (value, currency, vi, en) => {
    expect(plain(money(value, currency, "vi"))).toBe(vi);
    expect(plain(money(value, currency, "en"))).toBe(en);
  });

  it("keeps every digit of amounts that no float holds", () => {
    expect(plain(money("9007199254740993", "VND", "vi"))).toBe("9.007.199.254.740.993 ₫");
    expect(plain(money("90071992547409931234.56", "USD", "en"))).toBe("US$90,071,992,547,409,931,234.56");
  });
});

describe("money in short", () => {
  it.each<[Decimal, string]>([
    ["0", "0 ₫"],
    ["950", "950 ₫"],
    ["45000", "45 nghìn ₫"],
    ["850500", "851 nghìn ₫"],
    ["12500000", "12,5 tr ₫"],
    ["128450000", "128 tr ₫"],
    ["999960000", "1 tỷ ₫"],
    ["1200000000", "1,2 tỷ ₫"],
    ["-1234567890", "-1,2 tỷ ₫"],
    ["-999999", "-1 tr ₫"],
    ["12345678901234567890", "12.345.678.901 tỷ ₫"],
  ])("%s in Vietnamese", (value, written) => {
    expect(plain(compactMoney(value, "VND", "vi"))).toBe(written);
  });

  it("has the sign where the currency wants it", () => {
    expect(plain(compactMoney("12500", "USD", "vi"))).toBe("12,5 nghìn US$");
    expect(plain(compactMoney("12500", "USD", "en"))).toBe("US$12.5k");
    expect(plain(compactMoney("12500000", "VND", "en"))).toBe("₫12.5m");
  });
});

describe("counts, ratios and percentages", () => {
  it("write fractions of conversions", () => {
    expect(count("3401.59", "vi")).toBe("3.401,59");
    expect(count("3401.59", "en")).toBe("3,401.59");
    expect(compactCount("2416026", "vi")).toBe("2,4 tr");
    expect(compactCount("0.25", "vi")).toBe("0,25");
    expect(compactCount("2416026", "en")).toBe("2.4m");
  });

  it("write ratios as factors and fractions as percentages", () => {
    expect(ratio("4.6251", "vi")).toBe("4,63");
    expect(percent("0.0312", "vi")).toBe("3,12%");
    expect(percent("0.5849", "en")).toBe("58.5%");
    expect(percent("1.402", "vi")).toBe("140,2%");
  });

  it("sign changes, but not the absence of one", () => {
    expect(change("0.125", "vi")).toBe("+12,5%");
    expect(change("-0.004", "en")).toBe("-0.4%");
    expect(change("0", "vi")).toBe("0%");
    expect(change("0.0001", "vi")).toBe("0%");
    expect(change("23.456", "vi")).toBe("+2.346%");
  });
});
