import type { Locale } from "./settings.ts";

const UNITS: Record<string, number> = { nghìn: 1e3, tr: 1e6, tỷ: 1e9, k: 1e3, m: 1e6, bn: 1e9, b: 1e9, "%": 0.01 };

/** Whether a text such as "12,5 tr ₫" means `expected` to the precision that it shows. */
export function readsAs(text: string, expected: number, locale: Locale): boolean {
  const plain = text.replace(/[\u00a0\u202f\s]+/g, " ").trim();
  const match = /-?[\d.,]*\d/.exec(plain);
  if (!match) return false;
  const [group, point] = locale === "vi" ? [".", ","] : [",", "."];
  const digits = match[0].replaceAll(group, "").replace(point, ".");
  const unit = /^\s?(nghìn|tr|tỷ|bn|[kmb%])(?![a-z])/i.exec(plain.slice(match.index + match[0].length))?.[1]?.toLowerCase();
  const scale = unit === undefined ? 1 : (UNITS[unit] ?? Number.NaN);
  const negative = /^[-−]/.test(plain) && !digits.startsWith("-") ? -1 : 1;
  const decimals = digits.split(".")[1]?.length ?? 0;
  return Math.abs(negative * Number(digits) * scale - expected) <= (0.5000001 * scale) / 10 ** decimals;
}
