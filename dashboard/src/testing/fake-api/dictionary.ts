import type { Schemas } from "../../lib/api/client.ts";
import dictionary from "./dictionary.json" with { type: "json" };

/** A part of the real dictionary, in its shape. */
export const DICTIONARY = dictionary as Schemas["Dictionary"];

export function metricEntry(id: string): Schemas["MetricDefinition"] {
  const metric = DICTIONARY.metrics.find((one) => one.id === id);
  if (!metric) throw new Error(`The fake dictionary has no metric ${id}`);
  return metric;
}
