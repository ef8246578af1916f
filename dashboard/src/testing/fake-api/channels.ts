import type { Schemas } from "../../lib/api/client.ts";
import type { Account, Business, Connection } from "./business.ts";

type ChannelId = Schemas["ChannelId"];

export const CHANNEL_OF: Record<Schemas["SourceId"], Schemas["ChannelId"]> = {
  google_ads: "google_ads",
  google_analytics: "website",
  shopify: "shop",
};

/** Key figures in the order of the overview. */
export const OVERVIEW_METRICS = [
  "revenue",
  "spend",
  "mer",
  "orders",
  "average_order_value",
  "refunds",
  "sessions",
  "conversions",
  "conversions_value",
  "roas",
];

export const CHANNEL_METRICS: Record<Schemas["ChannelId"], string[]> = {
  google_ads: ["spend", "impressions", "clicks", "ctr", "cpc", "conversions", "cost_per_conversion", "conversions_value", "roas"],
  website: ["sessions", "engaged_sessions", "engagement_rate", "key_events", "transactions", "purchase_revenue"],
  shop: ["orders", "revenue", "refunds", "net_revenue", "average_order_value", "refund_rate", "units"],
};

export function accountsOf(business: Business, channel?: ChannelId): Account[] {
  const all = business.connections.flatMap((connection) => connection.accounts);
  return channel ? all.filter((account) => CHANNEL_OF[account.source] === channel) : all;
}

export function connectionsOf(business: Business, channel?: ChannelId): Connection[] {
  return business.connections.filter(({ accounts }) =>
    accounts.some((account) => !channel || CHANNEL_OF[account.source] === channel),
  );
}
