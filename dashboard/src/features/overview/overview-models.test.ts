import { describe, expect, it } from "vitest";
import type { Schemas } from "@/lib/api/client.ts";
import { columnGroups } from "./channel-columns.ts";
import { barLength, parties } from "./reconciliation-model.ts";

function figure(metric: string, value: string | null): Schemas["Figure"] {
  return { metric, currency: null, value, absence: null, caveats: [], comparison: null };
}

describe("the channel table", () => {
  it("keeps claimed, measured and recorded apart and leaves out what nobody reports", () => {
    const row = (channel: Schemas["ChannelId"], ...metrics: string[]) =>
      ({ channel, figures: metrics.map((metric) => figure(metric, "1")) }) as Schemas["ChannelRow"];
    expect(columnGroups([row("google_ads", "roas", "spend"), row("shop", "orders")])).toEqual([
      { nature: undefined, metrics: ["spend"] },
      { nature: "claimed", metrics: ["roas"] },
      { nature: "recorded", metrics: ["orders"] },
    ]);
  });
});

describe("the reconciliation", () => {
  const say = (nature: Schemas["Nature"], value: string | null): Schemas["Statement"] => ({
    channel: "shop",
    nature,
    figure: figure("x", value),
    freshness: { state: null, fetchedAt: null, nextSyncAt: null, dataSources: [] },
  });
  const row: Schemas["Reconciliation"] = {
    topic: "revenue",
    currency: "VND",
    statements: [say("claimed", "140"), say("claimed", null), say("recorded", "100")],
    claimedOverRecorded: "1.400000",
    claimedAbsence: null,
    measuredOverRecorded: null,
    measuredAbsence: "no_source",
  };

  it("always lists three parties in the same order", () => {
    expect(parties(row).map((party) => [party.nature, party.statements.length, party.overRecorded, party.absence])).toEqual([
      ["claimed", 2, "1.400000", null],
      ["measured", 0, null, "no_source"],
      ["recorded", 1, null, null],
    ]);
  });

  it("draws bars beside the largest statement", () => {
    expect(row.statements.map((statement) => barLength(statement, row))).toEqual([1, 0, 100 / 140]);
    const nothing = say("claimed", "0");
    expect(barLength(nothing, { ...row, statements: [nothing] })).toBe(0);
  });
});
