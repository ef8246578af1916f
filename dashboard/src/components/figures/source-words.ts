import type { Schemas } from "@/lib/api/client.ts";

/** Brand names are the same in every language. */
const NAMES: Record<Schemas["SourceId"], string> = {
  google_ads: "Google Ads",
  google_analytics: "Google Analytics",
  shopify: "Shopify",
};

export function sourceName(source: Schemas["SourceId"]): string {
  return NAMES[source];
}
