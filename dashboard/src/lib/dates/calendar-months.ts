import { addDays, type CivilDate, daysBetween, earlier, endOfMonth, startOfMonth } from "./civil.ts";
import type { DateRange } from "./presets.ts";

/** The same day of another month, or that month's last one: 31 March, −1 → 28 February. */
export function monthsAway(date: CivilDate, months: number): CivilDate {
  const sameDay = `${startOfMonth(date, months).slice(0, 8)}${date.slice(8)}`;
  return earlier(sameDay, endOfMonth(date, months));
}

/** The calendar months right before; while the last month is still running as many days of them, so that like is compared with like. */
export function monthsBefore({ from, to }: DateRange, months: number, today: CivilDate): DateRange {
  const first = monthsAway(from, -months);
  if (isWhole(to, today)) return { from: first, to: endOfMonth(to, -months) };
  return { from: first, to: earlier(addDays(first, daysBetween(from, to)), addDays(from, -1)) };
}

/** The same days a year before; a range that ends with its month ends with that month there as well. */
export function yearBefore({ from, to }: DateRange, wholeMonths: boolean): DateRange {
  return { from: monthsAway(from, -12), to: wholeMonths && to === endOfMonth(to) ? endOfMonth(to, -12) : monthsAway(to, -12) };
}

function isWhole(to: CivilDate, today: CivilDate): boolean {
  return to === endOfMonth(to) && to !== today;
}

/** How many whole calendar months a range consists of, the last one perhaps up to `today`; undefined where it is something else. */
export function calendarMonths({ from, to }: DateRange, today: CivilDate): number | undefined {
  if (from !== startOfMonth(from) || (to !== endOfMonth(to) && to !== today)) return undefined;
  const [months, before] = [to, from].map((date) => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)));
  return (months ?? 0) - (before ?? 0) + 1;
}
