import { describe, expect, it } from "vitest";
import type { Schemas } from "@/lib/api/client.ts";
import { camelCase, needsAttention, readSchedule, runOutcome, troubleOf } from "./source-model.ts";

type Condition = Schemas["Condition"];

function condition(type: string, status: string, reason: string): Condition {
  return { type, status, reason, message: `${reason} in particular`, lastTransitionTime: null };
}

function source(
  state: Schemas["FreshnessState"],
  conditions: Condition[],
  runs: Partial<Schemas["Run"]>[] = [],
): Schemas["DataSource"] {
  const ready = conditions.find(({ type }) => type === "Ready") ?? null;
  return { state, conditions, ready, runs } as Schemas["DataSource"];
}

describe("what is wrong with a connection", () => {
  it("is said by the condition that knows most", () => {
    const broken = source("failing", [
      condition("Ready", "False", "NotReady"),
      condition("CredentialsValid", "False", "AuthRevoked"),
    ]);
    expect(troubleOf(broken)).toEqual({ reason: "AuthRevoked", message: "AuthRevoked in particular" });
  });

  it("is said by the last finished run where conditions are silent", () => {
    const runs = [{ class: null }, { class: "rate_limited", message: "slow down" }, { class: "ok" }];
    expect(troubleOf(source("failing", [], runs))).toEqual({ reason: "RateLimited", message: "slow down" });
  });

  it("is nothing while all is well, paused or removed", () => {
    const failed = [condition("Synced", "False", "Transient")];
    const healthy = [condition("Ready", "True", "Reconciled"), condition("Suspended", "False", "Active")];
    expect(troubleOf(source("fresh", healthy))).toBeUndefined();
    expect(needsAttention(source("fresh", healthy))).toBe(false);
    expect(troubleOf(source("suspended", failed))).toBeUndefined();
    expect(troubleOf(source("removed", failed))).toBeUndefined();
    expect(needsAttention(source("never_fetched", [condition("Ready", "Unknown", "Pending")]))).toBe(false);
    expect(needsAttention(source("late", []))).toBe(true);
  });

  it("shares its words between classes and reasons", () => {
    expect(camelCase("api_version_sunset")).toBe("ApiVersionSunset");
    expect(runOutcome({ class: null })).toBe("running");
    expect(runOutcome({ class: "empty_ok" })).toBe("good");
    expect(runOutcome({ class: "transient" })).toBe("bad");
  });
});

describe("schedules", () => {
  it.each([
    ["*/15 * * * *", { every: "minutes", minutes: 15 }],
    ["7-59/15 * * * *", { every: "minutes", minutes: 15 }],
    ["23 * * * *", { every: "hour" }],
    ["5 3 * * *", { every: "day", time: "03:05" }],
    ["0 8 * * 1", { every: "other", cron: "0 8 * * 1" }],
    ["1,31 * * * *", { every: "minutes", minutes: 30 }],
    ["9,24,39,54 * * * *", { every: "minutes", minutes: 15 }],
    ["1,30 * * * *", { every: "other", cron: "1,30 * * * *" }],
  ])("%s", (cron, meaning) => {
    expect(readSchedule(cron)).toEqual(meaning);
  });
});
