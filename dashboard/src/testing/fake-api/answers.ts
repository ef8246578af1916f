import type { Schemas } from "../../lib/api/client.ts";
import type { CivilDate } from "../../lib/dates/civil.ts";
import { addDays } from "../../lib/dates/civil.ts";
import { accountsOf, CHANNEL_METRICS, CHANNEL_OF, connectionsOf, OVERVIEW_METRICS } from "./channels.ts";
import type { Account, Business } from "./business.ts";
import { metricEntry } from "./dictionary.ts";
import { daysOf, isArchived } from "./facts.ts";
import { freshnessOf, sourceFreshness } from "./connections.ts";
import { reconciliation } from "./reconciliation.ts";
import { accountMeasured, figureOf, figureWithSeries, hasCurrency, isProvisional, type Question } from "./measure.ts";

type ChannelId = Schemas["ChannelId"];

/** One entry a currency, the organization's first; one entry for what is not money. */
function perCurrency<T>(
  metric: string,
  business: Business,
  accounts: readonly Account[],
  make: (currency: string, of: readonly Account[]) => T,
): T[] {
  const own = business.organization.currency;
  if (!hasCurrency(metric)) return [make(own, accounts)];
  const currencies = [...new Set([own, ...accounts.map((account) => account.currency)])];
  const reported = currencies.filter((currency) =>
    accounts.some((account) => account.currency === currency && reports(account, metric)),
  );
  return reported.map((currency) =>
    make(
      currency,
      accounts.filter((account) => account.currency === currency),
    ),
  );
}

function reports(account: Account, metric: string): boolean {
  return CHANNEL_METRICS[CHANNEL_OF[account.source]].includes(metric);
}

export function kpi(metric: string, business: Business, accounts: readonly Account[], question: Question): Schemas["Kpi"] {
  const figures = perCurrency(metric, business, accounts, (currency, of) =>
    figureWithSeries(
      metric,
      currency,
      of.map((account) => accountMeasured(account, question.today)),
      question,
    ),
  );
  const mixed =
    new Set(accounts.filter((account) => account.source === "google_ads").map((account) => account.currency)).size > 1;
  return {
    metric,
    nature: metricEntry(metric).nature,
    figures: mixed && metric === "mer" ? figures.map(withoutValue) : figures,
    freshness: freshnessOf(
      business.connections.filter((connection) => connection.accounts.some((account) => reports(account, metric))),
    ),
  };
}

/** Money of two currencies is never divided. */
function withoutValue({ figure, series, comparisonSeries }: Schemas["FigureWithSeries"]): Schemas["FigureWithSeries"] {
  return {
    figure: { ...figure, value: null, absence: "unlike_currencies", comparison: null },
    series: series.map(() => null),
    comparisonSeries: comparisonSeries.map(() => null),
  };
}

export function periods({ current, comparison, today }: Question, accounts: readonly Account[]): Schemas["Periods"] {
  const day = (date: CivilDate): Schemas["Day"] => ({ date, state: dayState(date, today, accounts) });
  return {
    current,
    comparison: comparison ?? null,
    days: daysOf(current.from, current.to).map(day),
    comparisonDays: comparison ? daysOf(comparison.from, comparison.to).map(day) : [],
    today,
  };
}

function dayState(date: CivilDate, today: CivilDate, accounts: readonly Account[]): Schemas["DayState"] {
  if (date > today) return "missing";
  if (isProvisional(date, today)) return "provisional";
  if (accounts.length > 0 && accounts.every((account) => isArchived(account, date, today))) return "archived";
  return date === addDays(today, -9) ? "restated" : "closed";
}

/** What every answer with figures says beside them. */
export function remarks(business: Business, accounts: readonly Account[], question: Question) {
  const archived = accounts.flatMap((account): Schemas["ArchivedRange"][] => {
    const days = daysOf(question.comparison?.from ?? question.current.from, question.current.to).filter((date) =>
      isArchived(account, date, question.today),
    );
    const [from] = days;
    const to = days.at(-1);
    return from && to ? [{ source: account.source, account: account.id, from, to }] : [];
  });
  const zones = accounts.map((account) => ({ source: account.source, account: account.id, timeZone: account.timeZone }));
  return {
    archived,
    freshness: connectionsOf(business)
      .filter((connection) => connection.accounts.some((account) => accounts.includes(account)))
      .map(sourceFreshness),
    timeZones: {
      organization: business.organization.timeZone,
      accounts: zones,
      mixed: new Set(zones.map((zone) => zone.timeZone)).size > 1,
    },
  };
}

export function channelFigures(
  channel: ChannelId,
  business: Business,
  accounts: readonly Account[],
  question: Question,
): Schemas["Figure"][] {
  return CHANNEL_METRICS[channel].flatMap((metric) =>
    perCurrency(metric, business, accounts, (currency, of) =>
      figureOf(
        metric,
        currency,
        of.map((account) => accountMeasured(account, question.today)),
        question,
      ),
    ),
  );
}

export function overview(business: Business, question: Question): Schemas["Overview"] {
  const accounts = accountsOf(business);
  const channels = (["google_ads", "website", "shop"] as const).filter((channel) => accountsOf(business, channel).length > 0);
  return {
    periods: periods(question, accounts),
    kpis: OVERVIEW_METRICS.map((metric) => kpi(metric, business, accounts, question)),
    channels: channels.map((channel) => ({
      channel,
      figures: channelFigures(channel, business, accountsOf(business, channel), question),
      freshness: freshnessOf(connectionsOf(business, channel)),
    })),
    reconciliation: reconciliation(business, question),
    ...remarks(business, accounts, question),
  };
}
