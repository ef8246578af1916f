/** Exact decimal text as the API writes it: `-12`, `0.79`. */
export type Decimal = `${number}`;

const PATTERN = /^-?\d+(\.\d+)?$/;

export function isDecimal(text: string): text is Decimal {
  return PATTERN.test(text);
}

/** For places where a rounding error cannot be seen: lengths in a chart, the order of rows. */
export function approximate(text: string | null | undefined): number | null {
  return text == null || !isDecimal(text) ? null : Number(text);
}

/** Moves the decimal point `places` to the left without rounding: (`12500000`, 6) is `12.500000`. */
export function shiftDecimalPoint(value: Decimal, places: number): Decimal {
  const negative = value.startsWith("-");
  const [whole = "0", fraction = ""] = (negative ? value.slice(1) : value).split(".");
  const digits = whole.padStart(places + 1, "0");
  const cut = digits.length - places;
  return `${negative ? "-" : ""}${digits.slice(0, cut)}.${digits.slice(cut)}${fraction}` as Decimal;
}

/** Digits before the decimal point, leading zeros not counted. */
export function wholeDigits(value: Decimal): number {
  return value.replace("-", "").split(".")[0]?.replace(/^0+/, "").length ?? 0;
}
