import ChartColumnBig from "lucide-react/icons/chart-column-big";
import Megaphone from "lucide-react/icons/megaphone";
import Store from "lucide-react/icons/store";
import type { Schemas } from "@/lib/api/client.ts";

const ICONS = { google_ads: Megaphone, google_analytics: ChartColumnBig, shopify: Store };

/** A sign for a kind of source; no platform's own logo. */
export function SourceMark({ source }: { source: Schemas["SourceId"] }) {
  const Icon = ICONS[source];
  return (
    <span className="flex size-10 shrink-0 items-center justify-center rounded-lg bg-sidebar-accent text-sidebar-accent-foreground">
      <Icon className="size-5" aria-hidden="true" />
    </span>
  );
}
