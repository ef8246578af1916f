import { Logo } from "./logo.tsx";
import { OrganizationMenu } from "./organization-menu.tsx";
import { UserMenu } from "./user-menu.tsx";

/** Organization and user on narrow screens. */
export function TopBar() {
  return (
    <header className="sticky top-0 z-30 flex h-14 items-center gap-2 border-b bg-sidebar px-4 lg:hidden">
      <Logo className="size-7" />
      <div className="min-w-0 flex-1">
        <OrganizationMenu />
      </div>
      <UserMenu />
    </header>
  );
}
