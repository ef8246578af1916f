import type { Schemas } from "../../lib/api/client.ts";
import type { CivilDate } from "../../lib/dates/civil.ts";
import type { DateRange } from "../../lib/dates/presets.ts";
import { decimalText, type Hundredths, quotientText } from "./amount.ts";
import type { Account } from "./business.ts";
import { metricEntry } from "./dictionary.ts";
import { accountFacts, addFacts, daysOf, type Facts, isArchived } from "./facts.ts";

/** What a computation knows of the question. */
export interface Question {
  today: CivilDate;
  current: DateRange;
  comparison: DateRange | undefined;
}

export type FactsOfDay = (date: CivilDate) => Facts;

/** Facts in one currency, such as an account's or a campaign's. */
export interface Measured {
  currency: string;
  factsOn: FactsOfDay;
  archived: (date: CivilDate) => boolean;
}

type Parts = { numerator: Hundredths | undefined; denominator: Hundredths | undefined };

const RATIOS: Record<string, (facts: Facts) => Parts> = {
  ctr: (facts) => ({ numerator: facts["clicks"], denominator: facts["impressions"] }),
  cpc: (facts) => ({ numerator: facts["spend"], denominator: facts["clicks"] }),
  cost_per_conversion: (facts) => ({ numerator: facts["spend"], denominator: facts["conversions"] }),
  roas: (facts) => ({ numerator: facts["conversions_value"], denominator: facts["spend"] }),
  engagement_rate: (facts) => ({ numerator: facts["engaged_sessions"], denominator: facts["sessions"] }),
  average_order_value: (facts) => ({ numerator: facts["revenue"], denominator: facts["orders"] }),
  refund_rate: (facts) => ({ numerator: facts["refunds"], denominator: facts["revenue"] }),
  mer: (facts) => ({ numerator: netRevenue(facts), denominator: facts["spend"] }),
};

function netRevenue(facts: Facts): Hundredths | undefined {
  const revenue = facts["revenue"];
  return revenue === undefined ? undefined : revenue - (facts["refunds"] ?? 0n);
}

/** A metric of summed facts, null where its parts are missing. */
export function valueOf(metric: string, facts: Facts): string | null {
  if (metric === "net_revenue") return textOf(netRevenue(facts));
  const ratio = RATIOS[metric];
  if (!ratio) return textOf(facts[metric]);
  const { numerator, denominator } = ratio(facts);
  return numerator === undefined || denominator === undefined ? null : quotientText(numerator, denominator);
}

function textOf(amount: Hundredths | undefined): string | null {
  return amount === undefined ? null : decimalText(amount);
}

export function accountMeasured(account: Account, today: CivilDate): Measured {
  return {
    currency: account.currency,
    archived: (date) => isArchived(account, date, today),
    factsOn: (date) => accountFacts(account, date),
  };
}

/** All facts of a day that are not archived. */
function factsOn(measured: readonly Measured[], date: CivilDate, today: CivilDate): Facts {
  return date > today ? {} : addFacts(measured.filter((one) => !one.archived(date)).map((one) => one.factsOn(date)));
}

/** Amounts, and ratios of amounts to amounts of the same account. */
export function hasCurrency(metric: string): boolean {
  return metricEntry(metric).unit === "money" || metric === "roas";
}

/** A metric's total with its comparison and caveats. */
export function figureOf(metric: string, currency: string, measured: readonly Measured[], question: Question): Schemas["Figure"] {
  const { current, comparison, today } = question;
  const total = (days: readonly CivilDate[]) => valueOf(metric, addFacts(days.map((date) => factsOn(measured, date, today))));
  const value = total(daysOf(current.from, current.to));
  const caveats = caveatsOf(measured, current, today);
  return {
    metric,
    currency: hasCurrency(metric) ? currency : null,
    value,
    absence: value === null ? "no_data" : null,
    caveats,
    comparison: comparison
      ? compared(total, daysOf(current.from, current.to), daysOf(comparison.from, comparison.to), {
          today,
          caveats: caveatsOf(measured, comparison, today),
          archived: caveats.includes("archived_days"),
        })
      : null,
  };
}

interface Circumstances {
  today: CivilDate;
  caveats: Schemas["Caveat"][];
  archived: boolean;
}

/** The change leaves out the running day, and the day at its place in the comparison. */
function compared(
  total: (days: readonly CivilDate[]) => string | null,
  days: readonly CivilDate[],
  daysBefore: readonly CivilDate[],
  { today, caveats, archived }: Circumstances,
): Schemas["Comparison"] {
  const isOver = (index: number) => (days[index] ?? "") < today;
  const value = total(days.filter((_, index) => isOver(index)));
  const base = total(daysBefore.filter((_, index) => isOver(index)));
  const changeAbsence = whyNoChange(value, base, {
    archived: archived || caveats.includes("archived_days"),
    noDayIsOver: !days.some((_, index) => isOver(index)),
  });
  const before = total(daysBefore);
  return {
    value: before,
    absence: before === null ? "no_data" : null,
    caveats,
    change: changeAbsence === null ? quotientText(scaled(value ?? "") - scaled(base ?? ""), scaled(base ?? "")) : null,
    changeAbsence,
    withoutRunningDays: changeAbsence === null && days.some((_, index) => !isOver(index)),
  };
}

function whyNoChange(
  value: string | null,
  base: string | null,
  { archived, noDayIsOver }: { archived: boolean; noDayIsOver: boolean },
): Schemas["ChangeAbsence"] | null {
  if (archived) return "archived_days";
  if (noDayIsOver) return "running_days";
  if (value === null || base === null) return "no_value";
  return Number(base) === 0 ? "zero_base" : null;
}

function scaled(text: string): bigint {
  const [whole = "0", fraction = ""] = text.split(".");
  return BigInt(whole + fraction.padEnd(6, "0").slice(0, 6));
}

function caveatsOf(measured: readonly Measured[], range: DateRange, today: CivilDate): Schemas["Caveat"][] {
  const days = daysOf(range.from, range.to);
  const archived = days.some((date) => measured.some((one) => one.archived(date)));
  return [
    ...(days.some((date) => isProvisional(date, today)) ? (["provisional"] as const) : []),
    ...(days.includes(today) ? (["running_day"] as const) : []),
    ...(archived ? (["archived_days"] as const) : []),
  ];
}

/** Today and yesterday still move. */
export function isProvisional(date: CivilDate, today: CivilDate): boolean {
  const [yesterday] = daysOf(today, today).map((day) => new Date(Date.parse(day) - 86_400_000).toISOString().slice(0, 10));
  return date === today || date === yesterday;
}

/** A metric's total together with its value on each day. */
export function figureWithSeries(
  metric: string,
  currency: string,
  measured: readonly Measured[],
  question: Question,
): Schemas["FigureWithSeries"] {
  const { current, comparison, today } = question;
  const series = (range: DateRange) =>
    daysOf(range.from, range.to).map((date) => valueOf(metric, factsOn(measured, date, today)));
  return {
    figure: figureOf(metric, currency, measured, question),
    series: series(current),
    comparisonSeries: comparison ? series(comparison) : [],
  };
}
