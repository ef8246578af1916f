import { useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { useDictionary } from "@/components/figures/dictionary.ts";
import { may } from "@/lib/policy.ts";
import { useSignedIn } from "@/lib/signed-in.tsx";
import { Logo } from "./logo.tsx";
import { CHANNEL_ICONS, PAGES } from "./navigation.ts";
import { OrganizationMenu } from "./organization-menu.tsx";
import { UserMenu } from "./user-menu.tsx";

const LINK =
  "flex min-h-9 items-center gap-3 rounded-md px-3 text-sm text-sidebar-foreground hover:bg-sidebar-accent focus-visible:outline-2 aria-[current=page]:bg-sidebar-accent aria-[current=page]:font-medium aria-[current=page]:text-sidebar-accent-foreground [&_svg]:size-4 [&_svg]:shrink-0";

/** The navigation on wide screens. */
export function Sidebar() {
  const { t } = useLingui();
  const { session } = useSignedIn();
  const { channels, channel } = useDictionary();
  return (
    <aside className="sticky top-0 z-20 hidden h-dvh flex-col border-r border-sidebar-border bg-sidebar lg:flex">
      <div className="flex items-center gap-2.5 px-4 pt-5 pb-4">
        <Logo />
        <p className="text-sm leading-tight font-semibold">
          Digital Performance
          <br />
          Optimizer
        </p>
      </div>
      <div className="px-3">
        <OrganizationMenu />
      </div>
      <nav aria-label={t`Main navigation`} className="flex-1 overflow-y-auto px-3 py-4">
        <ul className="space-y-0.5">
          {PAGES.filter((page) => may(session, page.needs)).map(({ to, name, icon: Icon }) => (
            <li key={to}>
              <Link to={to} activeOptions={{ exact: true, includeSearch: false }} className={LINK}>
                <Icon aria-hidden="true" />
                {t(name)}
              </Link>
            </li>
          ))}
        </ul>
        {may(session, "view_channel") && (
          <>
            <h2 className="px-3 pt-6 pb-1.5 text-xs font-medium text-muted-foreground">{t`Channels`}</h2>
            <ul className="space-y-0.5">
              {channels.map((id) => {
                const Icon = CHANNEL_ICONS[id];
                return (
                  <li key={id}>
                    <Link
                      to="/channels/$channel"
                      params={{ channel: id }}
                      activeOptions={{ includeSearch: false }}
                      className={LINK}
                    >
                      <Icon aria-hidden="true" />
                      <span className="truncate">{channel(id)}</span>
                    </Link>
                  </li>
                );
              })}
            </ul>
          </>
        )}
      </nav>
      <div className="border-t border-sidebar-border p-3">
        <UserMenu wide />
      </div>
    </aside>
  );
}
