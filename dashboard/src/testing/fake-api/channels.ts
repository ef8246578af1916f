import type { Schemas } from "../../lib/api/client.ts";

export const CHANNEL_OF: Record<Schemas["SourceId"], Schemas["ChannelId"]> = {
  google_ads: "google_ads",
  google_analytics: "website",
  shopify: "shop",
};
