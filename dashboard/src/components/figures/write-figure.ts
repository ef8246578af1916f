import type { Schemas } from "@/lib/api/client.ts";
import { isDecimal } from "@/lib/format/decimal.ts";
import { compactCount, compactMoney, count, money, percent, ratio } from "@/lib/format/number.ts";
import type { Locale } from "@/lib/i18n/locale.ts";

export interface Written {
  value: string | null;
  unit: Schemas["Unit"];
  currency: string | null;
  locale: Locale;
  compact?: boolean;
}

export const NOTHING = "—";

/** A figure as people read it; the one place where units become text. */
export function writeFigure({ value, unit, currency, locale, compact = false }: Written): string {
  if (value === null || !isDecimal(value)) return NOTHING;
  switch (unit) {
    case "money":
      if (!currency) return compact ? compactCount(value, locale) : count(value, locale);
      return compact ? compactMoney(value, currency, locale) : money(value, currency, locale);
    case "percent":
      return percent(value, locale);
    case "ratio":
      return ratio(value, locale);
    case "count":
      return compact ? compactCount(value, locale) : count(value, locale);
  }
}

/** A label on an axis: short, and without the currency, which the heading says. */
export function writeTick(value: number, unit: Schemas["Unit"], locale: Locale): string {
  // Ticks are round numbers that d3 chose, so plain decimal notation holds them.
  const text = value.toFixed(6).replace(/\.?0+$/, "");
  return writeFigure({ value: text, unit: unit === "money" ? "count" : unit, currency: null, locale, compact: true });
}
