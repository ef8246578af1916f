import type { Schemas } from "@/lib/api/client.ts";
import { approximate } from "@/lib/format/decimal.ts";

export const NATURES = ["claimed", "measured", "recorded"] as const satisfies readonly Schemas["Nature"][];

/** One party's statements and how they compare with the books. */
export interface Party {
  nature: Schemas["Nature"];
  statements: Schemas["Statement"][];
  /** A fraction of what was recorded; null where there is nothing to compare. */
  overRecorded: string | null;
  /** Why there is no fraction; null where there is one, and for the books themselves. */
  absence: Schemas["Absence"] | null;
}

/** The three parties of one topic, always in the same order. */
export function parties(row: Schemas["Reconciliation"]): Party[] {
  const shares = { claimed: row.claimedOverRecorded, measured: row.measuredOverRecorded, recorded: null };
  const absences = { claimed: row.claimedAbsence, measured: row.measuredAbsence, recorded: null };
  return NATURES.map((nature) => ({
    nature,
    statements: row.statements.filter((statement) => statement.nature === nature),
    overRecorded: shares[nature],
    absence: absences[nature],
  }));
}

/** How long a statement's bar is beside the largest one of its topic, from 0 to 1. */
export function barLength(statement: Schemas["Statement"], row: Schemas["Reconciliation"]): number {
  const size = (one: Schemas["Statement"]) => Math.abs(approximate(one.figure.value) ?? 0);
  const largest = Math.max(...row.statements.map(size));
  return largest === 0 ? 0 : size(statement) / largest;
}
