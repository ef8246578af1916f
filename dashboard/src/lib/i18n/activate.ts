import { i18n, type Messages } from "@lingui/core";
import {
  type Locale,
  preferredLocale,
  type Preferences,
  rememberLocale,
  shownLocale,
  storedLocale,
  storeLocale,
} from "./locale.ts";

const CATALOGS: Record<Locale, () => Promise<{ messages: Messages }>> = {
  vi: () => import("../../locales/vi/messages.po"),
  en: () => import("../../locales/en/messages.po"),
};

/** Loads a language and shows it everywhere. */
export async function activateLocale(locale: Locale): Promise<void> {
  const { messages } = await CATALOGS[locale]();
  i18n.loadAndActivate({ locale, messages });
  document.documentElement.lang = locale;
}

/** A choice that outlives the visit. */
export async function chooseLocale(locale: Locale): Promise<void> {
  storeLocale(locale);
  await activateLocale(locale);
}

/** Shows the language that somebody who signed in wants, and begins with it the next time. */
export async function adoptLocale(session: Preferences): Promise<void> {
  const locale = preferredLocale(session);
  rememberLocale(locale);
  if (locale !== i18n.locale) await activateLocale(locale);
}

/** Before it is known who signs in: this browser's choice, or what was shown last, or Vietnamese. */
export function initialLocale(): Locale {
  return storedLocale() ?? shownLocale() ?? "vi";
}
