import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import Cable from "lucide-react/icons/cable";
import LayoutDashboard from "lucide-react/icons/layout-dashboard";
import type { LucideIcon } from "lucide-react";
import Megaphone from "lucide-react/icons/megaphone";
import PanelsTopLeft from "lucide-react/icons/panels-top-left";
import Store from "lucide-react/icons/store";
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
