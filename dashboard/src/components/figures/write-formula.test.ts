import { describe, expect, it } from "vitest";
import type { Schemas } from "@/lib/api/client.ts";
import { writeFormula } from "./write-formula.ts";

const LABELS: Record<string, string> = {
  revenue: "Doanh thu",
  refunds: "Hoàn tiền",
  spend: "Chi phí",
  impressions: "Lượt hiển thị",
};
const label = (metric: string) => LABELS[metric] ?? metric;
const plus = (metric: string): Schemas["FormulaTerm"] => ({ metric, sign: "plus" });
const minus = (metric: string): Schemas["FormulaTerm"] => ({ metric, sign: "minus" });

describe("a formula", () => {
  it.each<[Schemas["Formula"], string]>([
    [{ factor: 1, numerator: [plus("revenue")], denominator: [plus("spend")] }, "Doanh thu ÷ Chi phí"],
    [{ factor: 1, numerator: [plus("revenue"), minus("refunds")], denominator: [] }, "Doanh thu − Hoàn tiền"],
    [
      { factor: 1, numerator: [plus("revenue"), minus("refunds")], denominator: [plus("spend")] },
      "(Doanh thu − Hoàn tiền) ÷ Chi phí",
    ],
    [{ factor: 1000, numerator: [plus("spend")], denominator: [plus("impressions")] }, "1000 × Chi phí ÷ Lượt hiển thị"],
  ])("is written in the words of the metrics", (formula, words) => {
    expect(writeFormula(formula, label)).toBe(words);
  });
});
