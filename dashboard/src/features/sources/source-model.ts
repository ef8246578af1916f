import type { Schemas } from "@/lib/api/client.ts";

type DataSource = Schemas["DataSource"];

/** What is wrong with a connection. */
export interface Trouble {
  /** A CamelCase word such as `AuthRevoked`, for which there are words in both languages. */
  reason: string;
  /** The API's own sentence in English, with the particulars. */
  message: string | null;
}

export function needsAttention(source: DataSource): boolean {
  return source.state === "failing" || source.state === "late" || troubleOf(source) !== undefined;
}

/** Conditions whose `False` is the healthy status. */
const GOOD_WHEN_FALSE = new Set(["Suspended", "Terminating"]);

/** The most telling of what is wrong: a condition first, for it outlives a run; then the last run's class. */
export function troubleOf(source: DataSource): Trouble | undefined {
  if (source.state === "suspended" || source.state === "removed") return undefined;
  const conditions = [...source.conditions.filter(({ type }) => type !== "Ready"), ...(source.ready ? [source.ready] : [])];
  const broken = conditions.find(({ type, status }) => status === "False" && !GOOD_WHEN_FALSE.has(type));
  if (broken) return { reason: broken.reason, message: broken.message || null };
  const run = source.runs.find(({ class: outcome }) => outcome !== null);
  if (source.state === "failing" && run?.class) return { reason: camelCase(run.class), message: run.message };
  return undefined;
}

/** `auth_revoked` → `AuthRevoked`: run classes and condition reasons share their words. */
export function camelCase(outcome: string): string {
  return outcome.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

export type RunOutcome = "running" | "good" | "bad";

export function runOutcome(run: Pick<Schemas["Run"], "class">): RunOutcome {
  if (run.class === null) return "running";
  return run.class === "ok" || run.class === "empty_ok" ? "good" : "bad";
}

export type Schedule =
  | { every: "minutes"; minutes: number }
  | { every: "hour" }
  | { every: "day"; time: string }
  | { every: "other"; cron: string };

/** `9,24,39,54` → 15: the distance of minutes that divide the hour evenly. */
function evenDistance(minutes: string): number | undefined {
  const [first, ...others] = minutes.split(",").map(Number);
  const distance = 60 / (others.length + 1);
  if (first === undefined || others.length === 0 || first >= distance) return undefined;
  return others.every((minute, index) => minute === first + distance * (index + 1)) ? distance : undefined;
}

/** What a cron expression says, for the usual ones. */
export function readSchedule(cron: string): Schedule {
  const [minute = "", hour = "", ...rest] = cron.trim().split(/\s+/);
  if (rest.join(" ") !== "* * *") return { every: "other", cron };
  const step = /^(?:\*|\d+-59)\/(\d+)$/.exec(minute)?.[1];
  if (step && hour === "*") return { every: "minutes", minutes: Number(step) };
  const distance = evenDistance(minute);
  if (distance && hour === "*") return { every: "minutes", minutes: distance };
  if (/^\d+$/.test(minute) && hour === "*") return { every: "hour" };
  if (/^\d+$/.test(minute) && /^\d+$/.test(hour))
    return { every: "day", time: `${hour.padStart(2, "0")}:${minute.padStart(2, "0")}` };
  return { every: "other", cron };
}
