import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { Cable, LayoutDashboard, type LucideIcon, Megaphone, PanelsTopLeft, Store } from "lucide-react";
import type { Schemas } from "@/lib/api/client.ts";
import type { Action } from "@/lib/policy.ts";

/** Pages of the main navigation and the right that each of them needs. */
export const PAGES: { to: "/" | "/sources"; name: MessageDescriptor; icon: LucideIcon; needs: Action }[] = [
  { to: "/", name: msg`Overview`, icon: LayoutDashboard, needs: "view_overview" },
  { to: "/sources", name: msg`Data sources`, icon: Cable, needs: "view_data_sources" },
];

export const CHANNEL_ICONS: Record<Schemas["ChannelId"], LucideIcon> = {
  google_ads: Megaphone,
  website: PanelsTopLeft,
  shop: Store,
};
