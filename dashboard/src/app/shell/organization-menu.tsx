import { useLingui } from "@lingui/react/macro";
import ChevronsUpDown from "lucide-react/icons/chevrons-up-down";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuLabel,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu.tsx";
import { useSignedIn } from "@/lib/signed-in.tsx";
import { ROLE_NAMES } from "./role-names.ts";
import { useSwitchOrganization } from "./use-switch-organization.ts";

/** The organization at work; a menu for people who belong to several. */
export function OrganizationMenu() {
  const { t } = useLingui();
  const { session, organization } = useSignedIn();
  const { mutate, isPending } = useSwitchOrganization();
  if (session.organizations.length < 2) {
    return <p className="truncate px-3 py-2 text-sm font-medium">{organization.displayName}</p>;
  }
  return (
    <DropdownMenu>
      <DropdownMenuTrigger
        disabled={isPending}
        className="flex min-h-11 w-full min-w-0 items-center gap-2 rounded-md px-3 text-left text-sm font-medium hover:bg-sidebar-accent focus-visible:outline-2 lg:border lg:bg-card"
      >
        <span className="sr-only">{t`Organization:`}</span>
        <span className="min-w-0 flex-1 truncate">{organization.displayName}</span>
        <ChevronsUpDown className="size-4 shrink-0 text-muted-foreground" aria-hidden="true" />
      </DropdownMenuTrigger>
      <DropdownMenuContent align="start" className="max-w-[calc(100vw-1rem)]">
        <DropdownMenuLabel>{t`Work in`}</DropdownMenuLabel>
        <DropdownMenuRadioGroup value={organization.id} onValueChange={(id) => mutate(id)}>
          {session.organizations.map((membership) => (
            <DropdownMenuRadioItem key={membership.organization} value={membership.organization}>
              <span className="min-w-0">
                <span className="block truncate">{membership.displayName}</span>
                <span className="block text-xs text-muted-foreground">{t(ROLE_NAMES[membership.role])}</span>
              </span>
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
