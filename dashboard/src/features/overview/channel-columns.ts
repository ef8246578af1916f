import type { Schemas } from "@/lib/api/client.ts";

type ChannelRow = Schemas["ChannelRow"];
type Figure = Schemas["Figure"];

/** Columns under one heading: who says so, or undefined for what is spent and visited. */
export interface ColumnGroup {
  nature: Schemas["Nature"] | undefined;
  metrics: string[];
}

/** What matters for comparing channels, in this order; the channel's own page has the rest. */
const GROUPS: ColumnGroup[] = [
  { nature: undefined, metrics: ["spend", "clicks", "sessions"] },
  { nature: "claimed", metrics: ["conversions", "conversions_value", "roas"] },
  { nature: "measured", metrics: ["transactions", "purchase_revenue"] },
  { nature: "recorded", metrics: ["orders", "net_revenue", "average_order_value"] },
];

/** The groups with what at least one channel reports. */
export function columnGroups(channels: readonly ChannelRow[]): ColumnGroup[] {
  const reported = new Set(channels.flatMap((channel) => channel.figures.map((figure) => figure.metric)));
  return GROUPS.map(({ nature, metrics }) => ({ nature, metrics: metrics.filter((metric) => reported.has(metric)) })).filter(
    ({ metrics }) => metrics.length > 0,
  );
}

/** A channel's figures of one metric: several where it has several currencies. */
export function figuresOf(channel: ChannelRow, metric: string): Figure[] {
  return channel.figures.filter((figure) => figure.metric === metric);
}
