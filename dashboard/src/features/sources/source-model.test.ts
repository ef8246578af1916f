import { describe, expect, it } from "vitest";
import type { Schemas } from "@/lib/api/client.ts";
import { camelCase, needsAttention, readSchedule, runOutcome, troubleOf } from "./source-model.ts";
import { troubleWords } from "./trouble-words.ts";

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
    expect(troubleOf(broken)).toEqual({ reason: "AuthRevoked", message: "AuthRevoked in particular", needsAttention: true });
  });

  it("is said by the last finished run where conditions are silent", () => {
    const runs = [{ class: null }, { class: "rate_limited", message: "slow down" }, { class: "ok" }];
    expect(troubleOf(source("failing", [], runs))).toEqual({
      reason: "RateLimited",
      message: "slow down",
      needsAttention: false,
    });
  });

  it("is nothing while all is well, paused or removed", () => {
    const failed = [condition("Synced", "False", "Transient")];
    const healthy = [condition("Ready", "True", "Reconciled"), condition("Suspended", "False", "Active")];
    expect(troubleOf(source("fresh", healthy))).toBeUndefined();
    expect(needsAttention(source("fresh", healthy))).toBe(false);
    expect(troubleOf(source("suspended", failed))).toBeUndefined();
    expect(troubleOf(source("removed", failed))).toBeUndefined();
    expect(needsAttention(source("never_fetched", [condition("Ready", "Unknown", "Pending")]))).toBe(false);
  });

  it("asks nobody for anything while it passes by itself", () => {
    const paused = source("fresh", [condition("Ready", "True", "RateLimited"), condition("Synced", "False", "RateLimited")]);
    expect(troubleOf(paused)).toMatchObject({ reason: "RateLimited", needsAttention: false });
    expect(needsAttention(paused)).toBe(false);
    expect(troubleOf(source("late", [condition("Ready", "True", "Reconciled")]))).toMatchObject({
      reason: "Late",
      needsAttention: false,
    });
    const both = source("failing", [
      condition("Synced", "False", "Transient"),
      condition("CredentialsValid", "False", "AuthExpired"),
    ]);
    expect(troubleOf(both)).toMatchObject({ reason: "AuthExpired", needsAttention: true });
    expect(needsAttention(source("fresh", [condition("Synced", "False", "RunLost")]))).toBe(true);
  });

  it("has words for every reason that a data source can have", () => {
    const reasons = [
      "RunLost InvalidSchedule InvalidSpec DatabaseError KubernetesApi Forbidden NameOccupied Unsupported",
      "SchemaTooNew UnknownTimeZone OrganizationMissing OrganizationNotReady OrganizationSuspended Late AccountAlreadyClaimed DatabaseUnreachable",
      "SecretMissing KeyMissing WrongPlatform AuthExpired AuthRevoked PermissionDenied AccountDisabled RateLimited",
      "DailyQuota TooMuchData Transient ApiVersionSunset PermanentBug",
    ].flatMap((line) => line.split(" "));
    const unknown = troubleWords("NeverHeardOf");
    expect(reasons.filter((reason) => troubleWords(reason) === unknown)).toEqual([]);
    expect(new Set(reasons.map((reason) => troubleWords(reason).what.id)).size).toBe(reasons.length);
  });

  it("shares its words between classes and reasons", () => {
    expect(camelCase("api_version_sunset")).toBe("ApiVersionSunset");
  });

  it("is a run that ended badly, or never ended", () => {
    const now = new Date("2026-11-23T10:00:00Z");
    const run = (outcome: string | null, startedAt = "2026-11-23T09:58:00Z") => ({ class: outcome, startedAt });
    expect(runOutcome(run("empty_ok"), true, now)).toBe("good");
    expect(runOutcome(run("transient"), true, now)).toBe("bad");
    expect(runOutcome(run(null), true, now)).toBe("running");
    expect(runOutcome(run(null), false, now)).toBe("lost");
    expect(runOutcome(run(null, "2026-11-23T08:58:00Z"), true, now)).toBe("lost");
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
