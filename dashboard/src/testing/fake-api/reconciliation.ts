import type { Schemas } from "../../lib/api/client.ts";
import type { Business } from "./business.ts";
import { accountsOf, connectionsOf } from "./channels.ts";
import { freshnessOf } from "./connections.ts";
import { metricEntry } from "./dictionary.ts";
import { accountMeasured, figureOf, type Question } from "./measure.ts";

type ChannelId = Schemas["ChannelId"];

/** What platforms claim and the website measured beside what the shop recorded. */
export function reconciliation(business: Business, question: Question): Schemas["Reconciliation"][] {
  const { currency } = business.organization;
  const say = (channel: ChannelId, metric: string): Schemas["Statement"][] => {
    const accounts = accountsOf(business, channel).filter((account) => account.currency === currency);
    const measured = accounts.map((account) => accountMeasured(account, question.today));
    return accounts.length === 0
      ? []
      : [
          {
            channel,
            nature: metricEntry(metric).nature,
            figure: figureOf(metric, currency, measured, question),
            freshness: freshnessOf(connectionsOf(business, channel)),
          },
        ];
  };
  const topic = (
    name: Schemas["ReconciliationTopic"],
    metrics: [string, string, string],
    unit: string | null,
  ): Schemas["Reconciliation"] => {
    const statements = [...say("google_ads", metrics[0]), ...say("website", metrics[1]), ...say("shop", metrics[2])];
    const value = (nature: Schemas["Nature"]) =>
      Number(statements.find((one) => one.nature === nature)?.figure.value ?? Number.NaN);
    const share = (nature: Schemas["Nature"]) => {
      const quotient = value(nature) / value("recorded");
      return Number.isFinite(quotient) ? quotient.toFixed(6) : null;
    };
    const absence = (nature: Schemas["Nature"]): Schemas["Absence"] | null => {
      if (share(nature) !== null) return null;
      return statements.some((one) => one.nature === nature) ? "no_denominator" : "no_source";
    };
    return {
      topic: name,
      currency: unit,
      statements,
      claimedOverRecorded: share("claimed"),
      claimedAbsence: absence("claimed"),
      measuredOverRecorded: share("measured"),
      measuredAbsence: absence("measured"),
    };
  };
  if (accountsOf(business).length === 0) return [];
  return [
    topic("revenue", ["conversions_value", "purchase_revenue", "net_revenue"], currency),
    topic("orders", ["conversions", "transactions", "orders"], null),
  ];
}
