import type { Schemas } from "@/lib/api/client.ts";

type Formula = Schemas["Formula"];
type Term = Schemas["FormulaTerm"];

/** A formula in the words of a language: "(Revenue − Refunds) ÷ Ad spend". */
export function writeFormula({ factor, numerator, denominator }: Formula, labelOf: (metric: string) => string): string {
  const divided = denominator.length > 0;
  const times = factor === 1 ? "" : `${factor} × `;
  const above = writeSum(numerator, labelOf, divided || times !== "");
  return `${times}${above}${divided ? ` ÷ ${writeSum(denominator, labelOf, true)}` : ""}`;
}

function writeSum(terms: readonly Term[], labelOf: (metric: string) => string, grouped: boolean): string {
  const text = terms
    .map(({ metric, sign }, index) => {
      const name = labelOf(metric);
      if (index === 0) return sign === "minus" ? `−${name}` : name;
      return `${sign === "minus" ? "−" : "+"} ${name}`;
    })
    .join(" ");
  return grouped && terms.length > 1 ? `(${text})` : text;
}
