import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Schemas } from "@/lib/api/client.ts";

const ABSENCES: Record<Schemas["Absence"], MessageDescriptor> = {
  no_data: msg`No data for this period`,
  no_source: msg`No connected source delivers this metric`,
  people_do_not_add: msg`People are counted per day and account; adding them up would count them twice`,
  no_denominator: msg`Nothing to divide by in this period`,
  unlike_currencies: msg`The amounts are in different currencies`,
  archived: msg`These days are in the archive`,
  missing_days: msg`Some days have not been fetched yet, so that the figures do not cover the same days`,
};

/** Why there is no figure. */
export function absenceText(absence: Schemas["Absence"]): MessageDescriptor {
  return ABSENCES[absence];
}

const CHANGE_ABSENCES: Record<Schemas["ChangeAbsence"], MessageDescriptor> = {
  no_value: msg`Nothing to compare with`,
  zero_base: msg`It was 0 before`,
  archived_days: msg`Not comparable: days are in the archive`,
  running_days: msg`Not comparable: no day is over yet`,
  missing_days: msg`Not comparable: days have not been fetched yet`,
};

const SHORT_CHANGE_ABSENCES: Record<Schemas["ChangeAbsence"], MessageDescriptor> = {
  no_value: msg`nothing before`,
  zero_base: msg`was 0`,
  archived_days: msg`not comparable`,
  running_days: msg`not comparable`,
  missing_days: msg`not comparable`,
};

/** The same for cells of tables. */
export function shortChangeAbsenceText(absence: Schemas["ChangeAbsence"]): MessageDescriptor {
  return SHORT_CHANGE_ABSENCES[absence];
}

/** Why there is no change. */
export function changeAbsenceText(absence: Schemas["ChangeAbsence"]): MessageDescriptor {
  return CHANGE_ABSENCES[absence];
}

const CAVEATS: Record<Schemas["Caveat"], MessageDescriptor> = {
  provisional: msg`Some days are still being updated`,
  running_day: msg`A day is not over yet; the figure holds what there is of it`,
  missing_days: msg`Days that have not been fetched yet are not included`,
  archived_days: msg`Archived days are not included`,
  mixed_time_zones: msg`Accounts in different time zones were added up`,
  sampled: msg`The platform computed this from a sample`,
  thresholded: msg`The platform withheld small numbers`,
  other_row: msg`The platform merged small rows into "other"`,
  flagged: msg`The platform put a remark on this data`,
};

/** What a reader must know about a figure. */
export function caveatText(caveat: Schemas["Caveat"]): MessageDescriptor {
  return CAVEATS[caveat];
}

const NATURES: Record<Schemas["Nature"], { name: MessageDescriptor; meaning: MessageDescriptor }> = {
  claimed: { name: msg`Claimed`, meaning: msg`The advertising platform says so about itself` },
  measured: { name: msg`Measured`, meaning: msg`Measured on your website` },
  recorded: { name: msg`Recorded`, meaning: msg`Recorded in your shop's books` },
};

/** Who says so. */
export function natureText(nature: Schemas["Nature"]): { name: MessageDescriptor; meaning: MessageDescriptor } {
  return NATURES[nature];
}

const DAY_STATES: Partial<Record<Schemas["DayState"], MessageDescriptor>> = {
  provisional: msg`Still being updated`,
  restated: msg`Corrected by the platform after closing`,
  archived: msg`In the archive`,
};

/** What must be said of a day; undefined for ordinary ones. */
export function dayStateText(state: Schemas["DayState"]): MessageDescriptor | undefined {
  return DAY_STATES[state];
}
