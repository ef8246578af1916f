import type { Schemas } from "@/lib/api/client.ts";

export type Judgement = "good" | "bad" | "neutral";

export type Tendency = "up" | "down" | "flat";

/** Changes below this are written as 0%. */
const INVISIBLE = 0.0005;

export function tendency(change: string): Tendency {
  const amount = Number(change);
  if (Math.abs(amount) < INVISIBLE) return "flat";
  return amount > 0 ? "up" : "down";
}

/** Whether a change is good news: a falling cost is, a falling revenue is not. */
export function judge(change: string, direction: Schemas["Direction"]): Judgement {
  const way = tendency(change);
  if (direction === "neutral" || way === "flat") return "neutral";
  return (way === "up") === (direction === "up_is_good") ? "good" : "bad";
}
