import { useLingui } from "@lingui/react/macro";
import { Link, useMatchRoute } from "@tanstack/react-router";
import ChartNoAxesCombined from "lucide-react/icons/chart-no-axes-combined";
import { useDictionary } from "@/components/figures/dictionary.ts";
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from "@/components/ui/dropdown-menu.tsx";
import { cn } from "@/lib/class-names.ts";
import { may } from "@/lib/policy.ts";
import { useSignedIn } from "@/lib/signed-in.tsx";
import { CHANNEL_ICONS, PAGES } from "./navigation.ts";

const TAB =
  "flex h-16 flex-1 flex-col items-center justify-center gap-1 text-xs text-muted-foreground focus-visible:outline-2 focus-visible:-outline-offset-2 aria-[current=page]:font-medium aria-[current=page]:text-sidebar-accent-foreground [&_svg]:size-5";

/** The navigation on narrow screens, in reach of the thumb. */
export function BottomNavigation() {
  const { t } = useLingui();
  const { session } = useSignedIn();
  const [first, ...others] = PAGES.filter((page) => may(session, page.needs)).map(({ to, name, icon: Icon }) => (
    <Link key={to} to={to} activeOptions={{ exact: true, includeSearch: false }} className={TAB}>
      <Icon aria-hidden="true" />
      {t(name)}
    </Link>
  ));
  return (
    <nav
      aria-label={t`Main navigation`}
      className="fixed inset-x-0 bottom-0 z-30 flex border-t bg-sidebar pb-[env(safe-area-inset-bottom)] lg:hidden"
    >
      {first}
      {may(session, "view_channel") && <ChannelsTab />}
      {others}
    </nav>
  );
}

function ChannelsTab() {
  const { t } = useLingui();
  const { channels, channel } = useDictionary();
  const active = useMatchRoute()({ to: "/channels/$channel", fuzzy: true, includeSearch: false });
  return (
    <DropdownMenu>
      <DropdownMenuTrigger className={cn(TAB, active && "font-medium text-sidebar-accent-foreground")}>
        <ChartNoAxesCombined aria-hidden="true" />
        {t`Channels`}
      </DropdownMenuTrigger>
      <DropdownMenuContent side="top">
        {channels.map((id) => {
          const Icon = CHANNEL_ICONS[id];
          return (
            <DropdownMenuItem key={id} asChild>
              <Link to="/channels/$channel" params={{ channel: id }}>
                <Icon aria-hidden="true" />
                {channel(id)}
              </Link>
            </DropdownMenuItem>
          );
        })}
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
