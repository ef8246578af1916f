import { useLingui } from "@lingui/react/macro";
import ChevronsUpDown from "lucide-react/icons/chevrons-up-down";
import LogOut from "lucide-react/icons/log-out";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuItem,
  DropdownMenuSeparator,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu.tsx";
import { cn } from "@/lib/class-names.ts";
import { useSignedIn } from "@/lib/signed-in.tsx";
import { LanguageChoice, ThemeChoice } from "./preference-choices.tsx";
import { ROLE_NAMES } from "./role-names.ts";
import { useLogOut } from "./use-log-out.ts";

/** Who is signed in, language, theme, and the way out. */
export function UserMenu({ wide = false }: { wide?: boolean }) {
  const { t } = useLingui();
  const { session } = useSignedIn();
  const { mutate: logOut } = useLogOut();
  const name = session.user.displayName ?? session.user.email;
  return (
    <DropdownMenu>
      <DropdownMenuTrigger
        className={cn(
          "flex items-center gap-2.5 rounded-md text-left focus-visible:outline-2",
          wide ? "w-full p-1.5 hover:bg-sidebar-accent" : "size-11 justify-center",
        )}
      >
        <span className="sr-only">{t`Account and settings:`}</span>
        <span
          aria-hidden="true"
          className="flex size-8 shrink-0 items-center justify-center rounded-full bg-sidebar-accent text-sm font-semibold text-sidebar-accent-foreground uppercase"
        >
          {name.slice(0, 1)}
        </span>
        {!wide && <span className="sr-only">{name}</span>}
        {wide && (
          <>
            <span className="min-w-0 flex-1">
              <span className="block truncate text-sm font-medium">{name}</span>
              <span className="block truncate text-xs text-muted-foreground">{session.role && t(ROLE_NAMES[session.role])}</span>
            </span>
            <ChevronsUpDown className="size-4 shrink-0 text-muted-foreground" aria-hidden="true" />
          </>
        )}
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end" className="w-64">
        <p className="px-2.5 py-2 text-sm">
          <span className="block truncate font-medium">{name}</span>
          <span className="block truncate text-xs text-muted-foreground">{session.user.email}</span>
        </p>
        <DropdownMenuSeparator />
        <LanguageChoice />
        <ThemeChoice />
        <DropdownMenuSeparator />
        <DropdownMenuItem onSelect={() => logOut()}>
          <LogOut aria-hidden="true" />
          {t`Sign out`}
        </DropdownMenuItem>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
