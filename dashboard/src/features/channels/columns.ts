import type { Schemas } from "@/lib/api/client.ts";

type Figure = Schemas["Figure"];
type WithFigures = { figures: readonly Figure[] };

/** From what is spent to what comes of it; metrics that are not listed stay off the tables. */
const ORDER = [
  "spend",
  "impressions",
  "clicks",
  "ctr",
  "cpc",
  "conversions",
  "cost_per_conversion",
  "conversion_rate",
  "conversions_value",
  "roas",
  "sessions",
  "engaged_sessions",
  "engagement_rate",
  "key_events",
  "transactions",
  "purchase_revenue",
  "orders",
  "units",
  "revenue",
  "refunds",
  "net_revenue",
  "average_order_value",
  "refund_rate",
];

/** The metrics that at least one row reports, in the order of the tables. */
export function columnsOf(rows: readonly WithFigures[]): string[] {
  const reported = new Set(rows.flatMap((row) => row.figures.flatMap((figure) => (figure.value === null ? [] : figure.metric))));
  return ORDER.filter((metric) => reported.has(metric));
}

export function figuresOf(row: WithFigures, metric: string): Figure[] {
  return row.figures.filter((figure) => figure.metric === metric);
}
