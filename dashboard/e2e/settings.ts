export interface Settings {
  baseUrl: string;
  email: string;
  password: string;
  /** Where screenshots go. */
  screenshots: string;
  chromium: string;
}

function need(name: string): string {
  const value = process.env[name];
  if (value) return value;
  console.error(`Set ${name}: BASE_URL, LOGIN_EMAIL and LOGIN_PASSWORD say which dashboard to check and how to sign in.`);
  process.exit(2);
}

export function readSettings(): Settings {
  return {
    baseUrl: need("BASE_URL").replace(/\/$/, ""),
    email: need("LOGIN_EMAIL"),
    password: need("LOGIN_PASSWORD"),
    screenshots: process.env["SCREENSHOTS"] ?? new URL("../screenshots/", import.meta.url).pathname,
    chromium: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  };
}

export const LOCALES = ["vi", "en"] as const;
export const THEMES = ["light", "dark"] as const;
export const WIDTHS = [360, 768, 1440] as const;

export type Locale = (typeof LOCALES)[number];
export type Theme = (typeof THEMES)[number];

export interface Look {
  locale: Locale;
  theme: Theme;
}

export const LOOKS: Look[] = LOCALES.flatMap((locale) => THEMES.map((theme) => ({ locale, theme })));
