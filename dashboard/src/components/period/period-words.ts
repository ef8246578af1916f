import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Comparison } from "@/lib/dates/period.ts";
import type { Preset } from "@/lib/dates/presets.ts";

export const PRESET_NAMES: Record<Preset, MessageDescriptor> = {
  today: msg`Today`,
  yesterday: msg`Yesterday`,
  last_7_days: msg`Last 7 days`,
  last_28_days: msg`Last 28 days`,
  last_30_days: msg`Last 30 days`,
  last_90_days: msg`Last 90 days`,
  this_month: msg`This month`,
  last_month: msg`Last month`,
  this_quarter: msg`This quarter`,
  last_quarter: msg`Last quarter`,
};

export const COMPARISON_NAMES: Record<Comparison, MessageDescriptor> = {
  previous_period: msg`Previous period`,
  previous_year: msg`Same time last year`,
  custom: msg`Other days…`,
  none: msg`No comparison`,
};
