export const LOCALES = ["vi", "en"] as const;
export type Locale = (typeof LOCALES)[number];

const CHOSEN = "dpo.locale";
const SHOWN = "dpo.locale.shown";

/** The language part of a BCP 47 tag, when it is one of ours. */
export function matchLocale(tag: string | null | undefined): Locale | undefined {
  const language = tag?.split("-")[0]?.toLowerCase();
  return LOCALES.find((locale) => locale === language);
}

/** The languages that a session knows of, as BCP 47 tags. */
export interface Preferences {
  user: { locale: string | null };
  organization: { locale: string } | null;
}

/** This browser's choice, then the user's, then the organization's, then Vietnamese. */
export function preferredLocale({ user, organization }: Preferences): Locale {
  return storedLocale() ?? closestLocale(user.locale) ?? closestLocale(organization?.locale) ?? "vi";
}

/** People of other languages see English. */
function closestLocale(tag: string | null | undefined): Locale | undefined {
  return tag ? (matchLocale(tag) ?? "en") : undefined;
}

/** What this browser's user chose before; undefined when they never did. */
export function storedLocale(): Locale | undefined {
  return read(CHOSEN);
}

export function storeLocale(locale: Locale): void {
  write(CHOSEN, locale);
}

/** What was shown last without anybody choosing it, so that the next visit begins with it. */
export function shownLocale(): Locale | undefined {
  return read(SHOWN);
}

export function rememberLocale(locale: Locale): void {
  write(SHOWN, locale);
}

function read(key: string): Locale | undefined {
  try {
    return matchLocale(localStorage.getItem(key));
  } catch {
    return undefined;
  }
}

function write(key: string, locale: Locale): void {
  try {
    localStorage.setItem(key, locale);
  } catch {
    // Storage may be forbidden; the language then lasts until the page is closed.
  }
}
