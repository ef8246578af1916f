import type { CivilDate } from "../dates/civil.ts";
import type { DateRange } from "../dates/presets.ts";
import type { Locale } from "../i18n/locale.ts";
import { languageTag } from "./number.ts";

const SECONDS = { minute: 60, hour: 3600, day: 86_400 } as const;

/** "12 phút trước", "in 3 minutes", in lower case as inside a sentence; the largest unit that fits. */
export function relativeTime(instant: Date, now: Date, locale: Locale): string {
  const seconds = (instant.getTime() - now.getTime()) / 1000;
  const [unit, size] = relativeUnit(Math.abs(seconds));
  const format = new Intl.RelativeTimeFormat(languageTag(locale), { numeric: "auto" });
  return format.format(Math.trunc(seconds / size), unit).toLocaleLowerCase(languageTag(locale));
}

function relativeUnit(seconds: number): [Intl.RelativeTimeFormatUnit, number] {
  if (seconds < SECONDS.minute) return ["second", Number.POSITIVE_INFINITY];
  if (seconds < SECONDS.hour) return ["minute", SECONDS.minute];
  return seconds < SECONDS.day ? ["hour", SECONDS.hour] : ["day", SECONDS.day];
}

/** The clock on the organization's wall: "14:05, 23/11/2026". */
export function instantIn(instant: Date, zone: string, locale: Locale): string {
  const part = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(languageTag(locale), { timeZone: zone, ...options }).format(instant);
  return `${part({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" })}, ${part(DAY_STYLES[locale])}`;
}

const DAY_STYLES: Record<Locale, Intl.DateTimeFormatOptions> = {
  vi: { day: "2-digit", month: "2-digit", year: "numeric" },
  en: { day: "numeric", month: "short", year: "numeric" },
};

function utc(date: CivilDate, locale: Locale, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(languageTag(locale), { timeZone: "UTC", ...options }).format(new Date(`${date}T00:00:00Z`));
}

/** "23/11/2026", "23 Nov 2026". */
export function day(date: CivilDate, locale: Locale): string {
  return utc(date, locale, DAY_STYLES[locale]);
}

/** "23/11", "23 Nov"; the locale data of browsers would write "23-11" in Vietnamese. */
export function shortDay(date: CivilDate, locale: Locale): string {
  if (locale === "vi") return `${date.slice(8)}/${date.slice(5, 7)}`;
  return utc(date, locale, { day: "numeric", month: "short" });
}

/** "Thứ 2, 23/11/2026", "Mon, 23 Nov 2026". */
export function dayWithWeekday(date: CivilDate, locale: Locale): string {
  return `${utc(date, locale, { weekday: "short" })}, ${day(date, locale)}`;
}

/** "26/10 – 22/11/2026"; the year once when both ends share it. */
export function dayRange(range: DateRange, locale: Locale): string {
  if (range.from === range.to) return day(range.to, locale);
  const sameYear = range.from.slice(0, 4) === range.to.slice(0, 4);
  return `${sameYear ? shortDay(range.from, locale) : day(range.from, locale)} – ${day(range.to, locale)}`;
}
