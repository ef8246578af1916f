import { i18n, type Messages } from "@lingui/core";
import { type Locale, storedLocale, storeLocale } from "./locale.ts";

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

/** Vietnamese unless this browser's user chose otherwise. */
export function initialLocale(): Locale {
  return storedLocale() ?? "vi";
}
