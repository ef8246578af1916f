export const LOCALES = ["vi", "en"] as const;
export type Locale = (typeof LOCALES)[number];

const STORAGE_KEY = "dpo.locale";

/** The language part of a BCP 47 tag, when it is one of ours. */
export function matchLocale(tag: string | null | undefined): Locale | undefined {
  const language = tag?.split("-")[0]?.toLowerCase();
  return LOCALES.find((locale) => locale === language);
}

/** What this browser's user chose before; undefined when they never did. */
export function storedLocale(): Locale | undefined {
  try {
    return matchLocale(localStorage.getItem(STORAGE_KEY));
  } catch {
    return undefined;
  }
}

export function storeLocale(locale: Locale): void {
  try {
    localStorage.setItem(STORAGE_KEY, locale);
  } catch {
    // Storage may be forbidden; the choice then lasts until the page is closed.
  }
}
