import { addDays, type CivilDate, endOfMonth, startOfMonth, startOfQuarter } from "./civil.ts";

/** Both days inclusive. */
export interface DateRange {
  from: CivilDate;
  to: CivilDate;
}

export const PRESETS = [
  "today",
  "yesterday",
  "last_7_days",
  "last_28_days",
  "last_30_days",
  "last_90_days",
  "this_month",
  "last_month",
  "this_quarter",
  "last_quarter",
] as const;

export type Preset = (typeof PRESETS)[number];

export function isPreset(value: unknown): value is Preset {
  return PRESETS.some((preset) => preset === value);
}

/** Whole days up to yesterday: today is still running and would look like a drop. */
function lastDays(today: CivilDate, days: number): DateRange {
  return { from: addDays(today, -days), to: addDays(today, -1) };
}

const RANGES: Record<Preset, (today: CivilDate) => DateRange> = {
  today: (today) => ({ from: today, to: today }),
  yesterday: (today) => lastDays(today, 1),
  last_7_days: (today) => lastDays(today, 7),
  last_28_days: (today) => lastDays(today, 28),
  last_30_days: (today) => lastDays(today, 30),
  last_90_days: (today) => lastDays(today, 90),
  this_month: (today) => ({ from: startOfMonth(today), to: today }),
  last_month: (today) => ({ from: startOfMonth(today, -1), to: endOfMonth(today, -1) }),
  this_quarter: (today) => ({ from: startOfQuarter(today), to: today }),
  last_quarter: (today) => ({ from: startOfQuarter(today, -1), to: addDays(startOfQuarter(today), -1) }),
};

/** The days that a preset means on `today`, the organization's date. */
export function presetRange(preset: Preset, today: CivilDate): DateRange {
  return RANGES[preset](today);
}
