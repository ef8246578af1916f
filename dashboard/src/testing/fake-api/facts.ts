import { addDays, type CivilDate, daysBetween, isoWeekday } from "../../lib/dates/civil.ts";
import { type Hundredths, hundredths } from "./amount.ts";
import type { Account, Entity } from "./business.ts";

export type Facts = Record<string, Hundredths>;

/** A number from 0 to 1 that depends on nothing but the text. */
function noise(text: string): number {
  let hash = 2166136261;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 16777619);
  hash ^= hash >>> 15;
  return ((Math.imul(hash, 2246822519) >>> 0) % 100_000) / 100_000;
}

/** Weekends, a slow growth, and the double-day sales that Vietnam shops on. */
function season(date: CivilDate): number {
  const weekend = isoWeekday(date) >= 6 ? 1.22 : 1;
  const growth = 1 + daysBetween("2025-01-01", date) / 2400;
  const [, month, day] = date.split("-");
  return weekend * growth * (month === day ? 2.6 : 1);
}

const MONEY = new Set(["spend", "conversions_value", "purchase_revenue", "revenue", "refunds"]);
const FRACTIONS = new Set(["conversions", "conversions_value"]);

function rounded(metric: string, value: number, currency: string): Hundredths {
  if (MONEY.has(metric)) return currency === "VND" ? hundredths(Math.round(value)) : hundredths(value);
  return FRACTIONS.has(metric) ? hundredths(value) : hundredths(Math.round(value));
}

const known = new Map<string, Facts>();

/** What an entity did on a day; the same on every call. */
export function entityFacts(account: Account, entity: Entity, date: CivilDate): Facts {
  const key = `${account.id}/${entity.id}/${date}`;
  const facts = known.get(key) ?? computeFacts(account, entity, date);
  known.set(key, facts);
  return facts;
}

function computeFacts(account: Account, entity: Entity, date: CivilDate): Facts {
  const strength = season(date) * (0.82 + 0.36 * noise(`${account.id}/${entity.id}/${date}`));
  return Object.fromEntries(
    Object.entries(entity.daily).map(([metric, usual]) => {
      const own = 0.93 + 0.14 * noise(`${entity.id}/${metric}/${date}`);
      return [metric, rounded(metric, usual * strength * own, account.currency)];
    }),
  );
}

export function unallocatedFacts(account: Account, date: CivilDate): Facts {
  const share = account.unallocated;
  if (!share) return {};
  const total = addFacts(account.entities.map((entity) => entityFacts(account, entity, date)));
  return Object.fromEntries(
    Object.entries(total).map(([metric, amount]) => [metric, ((amount * BigInt(Math.round(share * 1000))) / 100_000n) * 100n]),
  );
}

export function accountFacts(account: Account, date: CivilDate): Facts {
  return addFacts([...account.entities.map((entity) => entityFacts(account, entity, date)), unallocatedFacts(account, date)]);
}

export function addFacts(all: readonly Facts[]): Facts {
  const sum: Facts = {};
  for (const facts of all) for (const [metric, amount] of Object.entries(facts)) sum[metric] = (sum[metric] ?? 0n) + amount;
  return sum;
}

export function isArchived(account: Account, date: CivilDate, today: CivilDate): boolean {
  return account.archivedBefore !== undefined && date < addDays(today, -account.archivedBefore);
}

export function daysOf(from: CivilDate, to: CivilDate): CivilDate[] {
  return Array.from({ length: daysBetween(from, to) + 1 }, (_, index) => addDays(from, index));
}
