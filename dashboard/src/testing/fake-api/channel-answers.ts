import type { Schemas } from "../../lib/api/client.ts";
import type { CivilDate } from "../../lib/dates/civil.ts";
import { channelFigures, kpi, periods, remarks } from "./answers.ts";
import type { Account, Business } from "./business.ts";
import { accountsOf, CHANNEL_METRICS } from "./channels.ts";
import { freshnessOf } from "./connections.ts";
import { daysOf, entityFacts, isArchived, unallocatedFacts } from "./facts.ts";
import { figureOf, isProvisional, type Measured, type Question, valueOf } from "./measure.ts";

type ChannelId = Schemas["ChannelId"];

export function channelDetail(business: Business, channel: ChannelId, question: Question): Schemas["ChannelDetail"] {
  const accounts = accountsOf(business, channel);
  const level = accounts.find((account) => account.level)?.level;
  return {
    channel,
    periods: periods(question, accounts),
    kpis: accounts.length === 0 ? [] : CHANNEL_METRICS[channel].map((metric) => kpi(metric, business, accounts, question)),
    accounts: accounts.map((account) => ({
      source: account.source,
      account: account.id,
      name: account.name,
      currency: account.currency,
      timeZone: account.timeZone,
      figures: channelFigures(channel, business, [account], question),
      freshness: freshnessOf(business.connections.filter((connection) => connection.accounts.includes(account))),
    })),
    breakdown: level ? { level, rows: accounts.flatMap((account) => breakdownRows(channel, account, question)) } : null,
    ...remarks(business, accounts, question),
  };
}

function breakdownRows(channel: ChannelId, account: Account, question: Question): Schemas["BreakdownRow"][] {
  const figures = (factsOn: Measured["factsOn"]) => {
    const measured = [
      { currency: account.currency, factsOn, archived: (date: CivilDate) => isArchived(account, date, question.today) },
    ];
    return CHANNEL_METRICS[channel].map((metric) => figureOf(metric, account.currency, measured, question));
  };
  const common = { source: account.source, account: account.id };
  const entities = account.entities.map((entity): Schemas["BreakdownRow"] => ({
    ...common,
    kind: "entity",
    id: entity.id,
    name: entity.name,
    status: entity.status ?? null,
    figures: figures((date) => entityFacts(account, entity, date)),
  }));
  if (!account.unallocated) return entities;
  const rest = figures((date) => unallocatedFacts(account, date));
  return [...entities, { ...common, kind: "unallocated", id: null, name: null, status: null, figures: rest }];
}

/** Exact daily cells below the account. */
export function figures(
  account: Account,
  query: { level: string; from: CivilDate; to: CivilDate },
  today: CivilDate,
): Schemas["Figures"] {
  const days = daysOf(query.from, query.to).filter((date) => date <= today && !isArchived(account, date, today));
  const rows = days.flatMap((date) =>
    account.entities.map((entity): Schemas["FigureRow"] => {
      const facts = entityFacts(account, entity, date);
      const metrics = Object.fromEntries(Object.keys(facts).map((metric) => [metric, valueOf(metric, facts) ?? "0"]));
      const state = {
        status: isProvisional(date, today) ? ("provisional" as const) : ("closed" as const),
        flags: [],
        computedAt: null,
      };
      return {
        date,
        hour: null,
        entity: entity.id,
        breakdown: "",
        stream: query.level,
        currency: account.currency,
        metrics,
        ...state,
      };
    }),
  );
  return {
    source: account.source,
    account: account.id,
    grain: "day",
    ...query,
    timeZone: account.timeZone,
    rows,
    nextCursor: null,
    archived: [],
    freshness: [],
  };
}
