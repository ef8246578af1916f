import type { Schemas } from "../../lib/api/client.ts";

/** What an entity brings in on an ordinary day; noise, weekdays and sale days are added to it. */
export interface Entity {
  id: string;
  name: string;
  status?: string;
  daily: Record<string, number>;
}

export interface Account {
  source: Schemas["SourceId"];
  id: string;
  name: string;
  currency: string;
  timeZone: string;
  level?: string;
  entities: Entity[];
  /** What the account reports beyond its entities, as a share of them. */
  unallocated?: number;
  /** Days before this many days ago lie in the archive. */
  archivedBefore?: number;
}

export interface Connection {
  name: string;
  accounts: Account[];
  state: Schemas["FreshnessState"];
  minutesAgo: number;
  trouble?: { reason: string; class: string; message: string };
}

export interface Business {
  organization: Schemas["Organization"];
  role: Schemas["Role"];
  connections: Connection[];
}

export const HANOI = "Asia/Ho_Chi_Minh";

export function campaign(id: string, name: string, clicks: number, perClick: number, status = "ENABLED"): Entity {
  const conversions = clicks * 0.034;
  const spend = clicks * perClick;
  const daily = { impressions: clicks * 24, clicks, spend, conversions, conversions_value: spend * 4.6 };
  return { id, name, status, daily };
}

export function channelGroup(name: string, sessions: number, orderValue: number): Entity {
  const transactions = sessions * 0.021;
  const daily = {
    sessions,
    engaged_sessions: sessions * 0.58,
    key_events: sessions * 0.07,
    transactions,
    purchase_revenue: transactions * orderValue,
  };
  return { id: name, name, daily };
}

export function shop(orders: number, orderValue: number): Entity {
  const revenue = orders * orderValue;
  return { id: "shop", name: "shop", daily: { orders, units: orders * 1.8, revenue, refunds: revenue * 0.026 } };
}
