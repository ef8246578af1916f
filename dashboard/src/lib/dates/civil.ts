/** A calendar date without a zone, `YYYY-MM-DD`; ISO text compares in order of time. */
export type CivilDate = string;

const MILLISECONDS_A_DAY = 86_400_000;
const PATTERN = /^\d{4}-\d{2}-\d{2}$/;

function toEpochDay(date: CivilDate): number {
  return Date.parse(`${date}T00:00:00Z`) / MILLISECONDS_A_DAY;
}

function fromEpochDay(day: number): CivilDate {
  return new Date(day * MILLISECONDS_A_DAY).toISOString().slice(0, 10);
}

/** The date that `text` spells, undefined when there is no such day. */
export function parseCivilDate(text: unknown): CivilDate | undefined {
  if (typeof text !== "string" || !PATTERN.test(text)) return undefined;
  const day = toEpochDay(text);
  return Number.isNaN(day) || fromEpochDay(day) !== text ? undefined : text;
}

export function addDays(date: CivilDate, days: number): CivilDate {
  return fromEpochDay(toEpochDay(date) + days);
}

/** Days from `from` to `to`: 0 on the same day. */
export function daysBetween(from: CivilDate, to: CivilDate): number {
  return toEpochDay(to) - toEpochDay(from);
}

/** The first day of the month that lies `months` away from the month of `date`. */
export function startOfMonth(date: CivilDate, months = 0): CivilDate {
  const [year, month] = yearAndMonth(date);
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
}

export function endOfMonth(date: CivilDate, months = 0): CivilDate {
  return addDays(startOfMonth(date, months + 1), -1);
}

/** The first day of the quarter that lies `quarters` away from the quarter of `date`. */
export function startOfQuarter(date: CivilDate, quarters = 0): CivilDate {
  const [, month] = yearAndMonth(date);
  return startOfMonth(date, quarters * 3 - ((month - 1) % 3));
}

/** 1 is Monday, 7 is Sunday. */
export function isoWeekday(date: CivilDate): number {
  return new Date(`${date}T00:00:00Z`).getUTCDay() || 7;
}

export function earlier(a: CivilDate, b: CivilDate): CivilDate {
  return a < b ? a : b;
}

/** The date on the wall calendar of `zone` at `now`. */
export function todayIn(zone: string, now: Date = new Date()): CivilDate {
  return new Intl.DateTimeFormat("en-CA", { timeZone: zone, dateStyle: "short" }).format(now);
}

/** Noon of the day in the browser's own zone, for widgets that only speak `Date`. */
export function toLocalDate(date: CivilDate): Date {
  const [year, month, day] = date.split("-").map(Number);
  return new Date(year ?? 1970, (month ?? 1) - 1, day ?? 1, 12);
}

export function fromLocalDate(date: Date): CivilDate {
  const pad = (part: number) => String(part).padStart(2, "0");
  return `${date.getFullYear()}-${pad(date.getMonth() + 1)}-${pad(date.getDate())}`;
}

function yearAndMonth(date: CivilDate): [number, number] {
  return [Number(date.slice(0, 4)), Number(date.slice(5, 7))];
}
