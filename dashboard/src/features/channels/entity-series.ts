import type { Schemas } from "@/lib/api/client.ts";
import { approximate } from "@/lib/format/decimal.ts";

/** A value a day for each entity, only to be drawn: `account/entity` → values along `days`. */
export type EntitySeries = Map<string, (number | null)[]>;

/** The course of every entity in one metric; breakdown values of the same day lie on top of each other. */
export function entitySeries(answers: readonly Schemas["Figures"][], days: readonly string[], metric: string): EntitySeries {
  const position = new Map(days.map((day, index) => [day, index]));
  const result: EntitySeries = new Map();
  for (const { account, rows } of answers) {
    for (const row of rows) {
      const index = position.get(row.date);
      const value = approximate(row.metrics[metric]);
      if (index === undefined || value === null) continue;
      const key = `${account}/${row.entity}`;
      const values = result.get(key) ?? days.map(() => null);
      values[index] = (values[index] ?? 0) + value;
      result.set(key, values);
    }
  }
  return result;
}
