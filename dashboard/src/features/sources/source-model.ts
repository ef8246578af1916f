import type { Schemas } from "@/lib/api/client.ts";

type DataSource = Schemas["DataSource"];

/** What is to be said about a connection. */
export interface Trouble {
  /** A CamelCase word such as `AuthRevoked`, for which there are words in both languages. */
  reason: string;
  /** The API's own sentence in English, with the particulars. */
  message: string | null;
  /** False where it goes on by itself, so that nobody is asked to do anything. */
  needsAttention: boolean;
}

/** Pauses that the platform asks for, and what passes by itself: part of normal work. */
const PASSING = new Set([
  "RateLimited",
  "DailyQuota",
  "TooMuchData",
  "Transient",
  "OrganizationNotReady",
  "DatabaseUnreachable",
  "Late",
]);

/** Conditions whose `False` is the healthy status. */
const GOOD_WHEN_FALSE = new Set(["Suspended", "Terminating"]);

export function needsAttention(source: DataSource): boolean {
  return troubleOf(source)?.needsAttention ?? false;
}

/** The most telling of what is wrong: a condition first, for it outlives a run; then the last run's class; then that the figures are late. */
export function troubleOf(source: DataSource): Trouble | undefined {
  if (source.state === "suspended" || source.state === "removed") return undefined;
  const found =
    brokenCondition(source) ?? brokenRun(source) ?? (source.state === "late" ? { reason: "Late", message: null } : undefined);
  return found && { ...found, needsAttention: !PASSING.has(found.reason) };
}

type Cause = Pick<Trouble, "reason" | "message">;

/** The first broken condition that asks for something; else the first one at all. `Ready` comes last, for it repeats the others. */
function brokenCondition(source: DataSource): Cause | undefined {
  const conditions = [...source.conditions.filter(({ type }) => type !== "Ready"), ...(source.ready ? [source.ready] : [])];
  const broken = conditions.filter(({ type, status }) => status === "False" && !GOOD_WHEN_FALSE.has(type));
  const worst = broken.find(({ reason }) => !PASSING.has(reason)) ?? broken[0];
  return worst && { reason: worst.reason, message: worst.message || null };
}

function brokenRun(source: DataSource): Cause | undefined {
  const run = source.runs.find(({ class: outcome }) => outcome !== null);
  return source.state === "failing" && run?.class ? { reason: camelCase(run.class), message: run.message } : undefined;
}

/** `auth_revoked` → `AuthRevoked`: run classes and condition reasons share their words. */
export function camelCase(outcome: string): string {
  return outcome.replace(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

export type RunOutcome = "running" | "lost" | "good" | "bad";

/** No Job lives longer than an hour. */
const LONGEST_RUN = 3600_000;

/** How a run ended. One without an end is lost once a newer one has begun or its Job's time is over: nobody will write its end any more. */
export function runOutcome(run: Pick<Schemas["Run"], "class" | "startedAt">, newest: boolean, now: Date): RunOutcome {
  if (run.class !== null) return run.class === "ok" || run.class === "empty_ok" ? "good" : "bad";
  return newest && now.getTime() - Date.parse(run.startedAt) <= LONGEST_RUN ? "running" : "lost";
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
