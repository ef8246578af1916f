/** Exact arithmetic for made-up figures: hundredths in whole numbers, so that sums never round. */
export type Hundredths = bigint;

export function hundredths(value: number): Hundredths {
  return BigInt(Math.round(value * 100));
}

/** `1250` → "12.50", `1200` → "12". */
export function decimalText(amount: Hundredths): string {
  return scaledText(amount, 2);
}

/** A quotient rounded to six decimals, as the API writes ratios; null without a denominator. */
export function quotientText(numerator: Hundredths, denominator: Hundredths): string | null {
  if (denominator === 0n) return null;
  const scaled = (numerator * 10_000_000n) / denominator;
  const half = scaled < 0n ? -5n : 5n;
  return scaledText((scaled + half) / 10n, 6);
}

function scaledText(value: bigint, decimals: number): string {
  const digits = (value < 0n ? -value : value).toString().padStart(decimals + 1, "0");
  const whole = digits.slice(0, -decimals);
  const fraction = digits.slice(-decimals).replace(/0+$/, "");
  return `${value < 0n ? "-" : ""}${whole}${fraction && `.${fraction}`}`;
}
