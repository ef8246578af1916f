import { addDays, type CivilDate, daysBetween, earlier, parseCivilDate } from "./civil.ts";
import { type DateRange, isPreset, type Preset, presetRange } from "./presets.ts";

export const COMPARISONS = ["previous_period", "previous_year", "none"] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** What the address remembers. A preset stays relative to the day on which the address is opened. */
export interface PeriodSearch {
  range?: Preset | undefined;
  from?: CivilDate | undefined;
  to?: CivilDate | undefined;
  compare?: Comparison | undefined;
}

export interface SelectedPeriod extends DateRange {
  /** Undefined for days picked from the calendar. */
  preset: Preset | undefined;
  compare: Comparison;
}

export const DEFAULT_PRESET: Preset = "last_28_days";
const DEFAULT_COMPARISON: Comparison = "previous_period";

/** The API takes `to` at most 800 days after `from`. */
export const LONGEST_PERIOD_DAYS = 800;

/** Keeps what makes sense of an address; defaults are left out of it. */
export function parsePeriodSearch(search: Record<string, unknown>): PeriodSearch {
  return { ...parseRange(search), ...parseComparison(search["compare"]) };
}

function parseRange(search: Record<string, unknown>): PeriodSearch {
  const from = parseCivilDate(search["from"]);
  const to = parseCivilDate(search["to"]);
  if (from && to && from <= to && daysBetween(from, to) <= LONGEST_PERIOD_DAYS) return { from, to };
  const range = search["range"];
  return isPreset(range) && range !== DEFAULT_PRESET ? { range } : {};
}

function parseComparison(value: unknown): PeriodSearch {
  const compare = COMPARISONS.find((comparison) => comparison === value);
  return compare && compare !== DEFAULT_COMPARISON ? { compare } : {};
}

/** The days and the comparison that an address stands for on `today`. */
export function resolvePeriod(search: PeriodSearch, today: CivilDate): SelectedPeriod {
  const compare = search.compare ?? DEFAULT_COMPARISON;
  if (search.from && search.to) return { from: search.from, to: search.to, preset: undefined, compare };
  const preset = search.range ?? DEFAULT_PRESET;
  return { ...presetRange(preset, today), preset, compare };
}

/** As many days, right before or after; undefined when that would begin after `today`. */
export function movePeriod(range: DateRange, direction: -1 | 1, today: CivilDate): DateRange | undefined {
  const step = direction * (daysBetween(range.from, range.to) + 1);
  const from = addDays(range.from, step);
  if (from > today) return undefined;
  return { from, to: earlier(addDays(range.to, step), today) };
}
