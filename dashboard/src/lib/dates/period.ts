import { addDays, type CivilDate, daysBetween, earlier, parseCivilDate } from "./civil.ts";
import { calendarMonths, monthsAway, monthsBefore, yearBefore } from "./calendar-months.ts";
import { type DateRange, isPreset, type Preset, PRESETS, presetRange } from "./presets.ts";

export const COMPARISONS = ["previous_period", "previous_year", "custom", "none"] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** What the address remembers. A preset stays relative to the day on which the address is opened. */
export interface PeriodSearch {
  range?: Preset | undefined;
  from?: CivilDate | undefined;
  to?: CivilDate | undefined;
  compare?: Comparison | undefined;
  /** Days picked from the calendar to compare with. */
  compareFrom?: CivilDate | undefined;
  compareTo?: CivilDate | undefined;
}

export interface SelectedPeriod extends DateRange {
  /** Undefined for days picked from the calendar. */
  preset: Preset | undefined;
  compare: Comparison;
  /** The days that `compare` means; undefined without a comparison. */
  comparison: DateRange | undefined;
  /** How many calendar months it consists of; undefined where it is just days. The last of them may still be running. */
  months: number | undefined;
}

export const DEFAULT_PRESET: Preset = "last_28_days";
const DEFAULT_COMPARISON: Comparison = "previous_period";

/** As the API allows, both ends counted. */
export const LONGEST_PERIOD_DAYS = 800;

/** Keeps what makes sense of an address; defaults are left out of it. */
export function parsePeriodSearch(search: Record<string, unknown>): PeriodSearch {
  return { ...parsePeriod(search), ...parseComparison(search) };
}

function parsePeriod(search: Record<string, unknown>): PeriodSearch {
  const days = parseRange(search["from"], search["to"]);
  if (days) return days;
  const range = search["range"];
  return isPreset(range) && range !== DEFAULT_PRESET ? { range } : {};
}

function parseRange(first: unknown, last: unknown): DateRange | undefined {
  const [from, to] = [parseCivilDate(first), parseCivilDate(last)];
  return from && to && from <= to && daysBetween(from, to) < LONGEST_PERIOD_DAYS ? { from, to } : undefined;
}

function parseComparison(search: Record<string, unknown>): PeriodSearch {
  const compare = COMPARISONS.find((comparison) => comparison === search["compare"]);
  if (compare !== "custom") return compare && compare !== DEFAULT_COMPARISON ? { compare } : {};
  const days = parseRange(search["compareFrom"], search["compareTo"]);
  return days ? { compare, compareFrom: days.from, compareTo: days.to } : {};
}

/** The days and the comparison that an address stands for on `today`. */
export function resolvePeriod(search: PeriodSearch, today: CivilDate): SelectedPeriod {
  const compare = search.compare ?? DEFAULT_COMPARISON;
  const picked = search.from && search.to ? { from: search.from, to: search.to } : undefined;
  const preset = picked ? undefined : (search.range ?? DEFAULT_PRESET);
  const range = picked ?? presetRange(preset ?? DEFAULT_PRESET, today);
  const months = preset ? PRESET_MONTHS[preset] : calendarMonths(range, today);
  return { ...range, preset, compare, comparison: comparisonDays({ ...range, months }, search, today), months };
}

const PRESET_MONTHS: Partial<Record<Preset, number>> = { this_month: 1, last_month: 1, this_quarter: 3, last_quarter: 3 };

function comparisonDays(
  period: Pick<SelectedPeriod, "from" | "to" | "months">,
  { compare = DEFAULT_COMPARISON, compareFrom, compareTo }: PeriodSearch,
  today: CivilDate,
): DateRange | undefined {
  switch (compare) {
    case "previous_period":
      return period.months ? monthsBefore(period, period.months, today) : daysBefore(period);
    case "previous_year":
      return yearBefore(period, period.months !== undefined);
    case "custom":
      return compareFrom && compareTo ? { from: compareFrom, to: compareTo } : undefined;
    case "none":
      return undefined;
  }
}

function daysBefore({ from, to }: DateRange): DateRange {
  const step = -daysBetween(from, to) - 1;
  return { from: addDays(from, step), to: addDays(to, step) };
}

/** How the API is asked for the comparison: by its name, or by days where it would count days instead of months. */
export function askedComparison({ compare, comparison, months }: SelectedPeriod) {
  if (!comparison || (months === undefined && compare !== "custom")) return { compare } as const;
  return { compare: "custom", compareFrom: comparison.from, compareTo: comparison.to } as const;
}

/**
 * The period right before or after: the neighbouring months for months, else as many days. Undefined when that would begin after `today`.
 * A month or quarter that has a name gets it, so that the address stays relative.
 */
export function movePeriod(period: SelectedPeriod, direction: -1 | 1, today: CivilDate): PeriodSearch | undefined {
  const moved = neighbour(period, direction);
  if (moved.from > today) return undefined;
  const days = { from: moved.from, to: earlier(moved.to, today) };
  const sameKind = PRESETS.filter((preset) => period.months !== undefined && PRESET_MONTHS[preset] === period.months);
  const named = sameKind.find((preset) => isSame(presetRange(preset, today), days));
  return named ? { range: named, from: undefined, to: undefined } : { range: undefined, ...days };
}

function neighbour({ from, to, months }: SelectedPeriod, direction: -1 | 1): DateRange {
  if (months)
    return { from: monthsAway(from, direction * months), to: addDays(monthsAway(from, direction * months + months), -1) };
  const step = direction * (daysBetween(from, to) + 1);
  return { from: addDays(from, step), to: addDays(to, step) };
}

function isSame(a: DateRange, b: DateRange): boolean {
  return a.from === b.from && a.to === b.to;
}
