import { useLingui } from "@lingui/react";
import { type Locale, matchLocale } from "./locale.ts";

/** The language that the page is shown in. */
export function useLocale(): Locale {
  return matchLocale(useLingui().i18n.locale) ?? "vi";
}
