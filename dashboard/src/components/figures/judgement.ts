import type { Schemas } from "@/lib/api/client.ts";

export type Judgement = "good" | "bad" | "neutral";

/** Whether a change is good news: a falling cost is, a falling revenue is not. */
export function judge(change: string | null, direction: Schemas["Direction"]): Judgement {
  const amount = change === null ? 0 : Number(change);
  if (direction === "neutral" || amount === 0) return "neutral";
  return amount > 0 === (direction === "up_is_good") ? "good" : "bad";
}
