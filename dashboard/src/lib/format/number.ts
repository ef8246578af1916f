import type { Locale } from "../i18n/locale.ts";
import { type Decimal, shiftDecimalPoint, wholeDigits } from "./decimal.ts";

const TAGS: Record<Locale, string> = { vi: "vi-VN", en: "en-GB" };

export function languageTag(locale: Locale): string {
  return TAGS[locale];
}

const cache = new Map<string, Intl.NumberFormat>();

function numberFormat(locale: Locale, options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const key = `${locale}${JSON.stringify(options)}`;
  const known = cache.get(key);
  if (known) return known;
  const made = new Intl.NumberFormat(TAGS[locale], options);
  cache.set(key, made);
  return made;
}

const SCALES = [
  { digits: 9, vi: "tỷ" },
  { digits: 6, vi: "tr" },
  { digits: 3, vi: "nghìn" },
] as const;

/** 12.500.000 → "12,5 tr", as Vietnamese people shorten it; the locale data of browsers would say "12,5 Tr". */
function compactVietnamese(value: Decimal): string {
  const digits = wholeDigits(value);
  const plain = numberFormat("vi", { maximumFractionDigits: digits > 1 ? 0 : 2 });
  const index = SCALES.findIndex((scale) => digits > scale.digits);
  const scale = SCALES[index];
  if (!scale) return plain.format(value);
  const shifted = shiftDecimalPoint(value, scale.digits);
  const larger = SCALES[index - 1];
  const rounded = numberFormat("vi", scaledOptions(shifted)).format(shifted);
  // 999,96 tr rounds up to the next unit.
  if (larger && wholeDigits(shifted) === 3 && rounded.replace("-", "") === "1.000") {
    return `${rounded.startsWith("-") ? "-" : ""}1 ${larger.vi}`;
  }
  return `${rounded} ${scale.vi}`;
}

function scaledOptions(shifted: Decimal): Intl.NumberFormatOptions {
  return { maximumFractionDigits: wholeDigits(shifted) >= 3 ? 0 : 1 };
}

/** Puts the currency's sign where the locale has it, around a number that was already written. */
function withCurrency(number: string, currency: string, locale: Locale): string {
  const parts = numberFormat(locale, { style: "currency", currency }).formatToParts(0);
  const first = parts.findIndex((part) => part.type === "integer");
  const sign = parts.find((part) => part.type === "currency")?.value ?? currency;
  const before = parts.findIndex((part) => part.type === "currency") < first;
  if (!before) return `${number}\u00a0${sign}`;
  return number.startsWith("-") ? `-${sign}${number.slice(1)}` : `${sign}${number}`;
}

/** An amount in full: "1.234.567 ₫", "US$1,234.50". Digits are never lost, whatever the size. */
export function money(value: Decimal, currency: string, locale: Locale): string {
  return numberFormat(locale, { style: "currency", currency }).format(value);
}

/** An amount for small places: "12,5 tr ₫", "US$1.2K". */
export function compactMoney(value: Decimal, currency: string, locale: Locale): string {
  if (locale === "vi") return withCurrency(compactVietnamese(value), currency, locale);
  return numberFormat(locale, { style: "currency", currency, ...compactEnglish(value) }).format(value);
}

/** A number of things, with the fractions that attributed conversions have. */
export function count(value: Decimal, locale: Locale): string {
  return numberFormat(locale, { maximumFractionDigits: 2 }).format(value);
}

export function compactCount(value: Decimal, locale: Locale): string {
  if (locale === "vi") return compactVietnamese(value);
  return numberFormat(locale, compactEnglish(value)).format(value);
}

function compactEnglish(value: Decimal): Intl.NumberFormatOptions {
  const small = wholeDigits(value) <= 1;
  return { notation: "compact", minimumFractionDigits: 0, maximumFractionDigits: small ? 2 : 1 };
}

/** A plain factor: 4.2 → "4,20". */
export function ratio(value: Decimal, locale: Locale): string {
  return numberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(value);
}

/** A fraction in percent: 0.0312 → "3,12%"; one digit from ten percent on. */
export function percent(value: Decimal, locale: Locale): string {
  const digits = Math.abs(Number(value)) < 0.1 ? 2 : 1;
  return numberFormat(locale, { style: "percent", maximumFractionDigits: digits }).format(value);
}

/** A change as a signed percentage: "+12,5%". */
export function change(value: Decimal, locale: Locale): string {
  const digits = Math.abs(Number(value)) < 10 ? 1 : 0;
  return numberFormat(locale, { style: "percent", maximumFractionDigits: digits, signDisplay: "exceptZero" }).format(value);
}
