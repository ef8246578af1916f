import type { Schemas } from "../../lib/api/client.ts";

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
