import { type CivilDate, isoWeekday } from "@/lib/dates/civil.ts";

const LABEL_WIDTH = 64;

/** Which dates get a label: as many as fit, on Mondays or firsts of months where the axis is long. */
export function dateTicks(dates: readonly CivilDate[], width: number): number[] {
  const room = Math.max(1, Math.floor(width / LABEL_WIDTH));
  if (dates.length <= room) return dates.map((_, index) => index);
  const candidates = [mondays(dates), firsts(dates, 1), firsts(dates, 3), firsts(dates, 12)];
  const fitting = candidates.find((indices) => indices.length >= 2 && indices.length <= room);
  return fitting ?? evenly(dates.length, room);
}

function mondays(dates: readonly CivilDate[]): number[] {
  return dates.flatMap((date, index) => (isoWeekday(date) === 1 ? [index] : []));
}

/** First days of every month whose number leaves 1 when divided by `months`. */
function firsts(dates: readonly CivilDate[], months: number): number[] {
  return dates.flatMap((date, index) => {
    const month = Number(date.slice(5, 7));
    return date.endsWith("-01") && (month - 1) % months === 0 ? [index] : [];
  });
}

function evenly(length: number, room: number): number[] {
  const step = Math.ceil(length / room);
  return Array.from({ length: Math.ceil(length / step) }, (_, tick) => tick * step);
}
