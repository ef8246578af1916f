import type { Schemas } from "@/lib/api/client.ts";
import type { Locale } from "@/lib/i18n/locale.ts";
import { writeFigure } from "./write-figure.ts";

/** The value that a figure is compared with, in full. */
export function figureComparison(figure: Schemas["Figure"], unit: Schemas["Unit"], locale: Locale): string {
  return writeFigure({ value: figure.comparison?.value ?? null, unit, currency: figure.currency, locale });
}
