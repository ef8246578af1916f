import { useLingui } from "@lingui/react/macro";
import Building2 from "lucide-react/icons/building-2";
import { StateMessage } from "@/components/states/state-message.tsx";
import { Button } from "@/components/ui/button.tsx";
import type { Session } from "@/lib/api/queries/session.ts";
import { useLogOut } from "./use-log-out.ts";
import { useSwitchOrganization } from "./use-switch-organization.ts";

/** For people who were removed from the organization that they worked in: on to another one, where there is one. */
export function NoOrganization({ session }: { session: Session }) {
  const { t } = useLingui();
  const { mutate: logOut } = useLogOut();
  const { mutate: workIn, isPending } = useSwitchOrganization();
  const others = session.organizations.length > 0;
  const title = others ? t`You no longer belong to this organization` : t`You belong to no organization`;
  const text = others
    ? t`Choose another one of yours to go on, or ask its owner to add ${session.user.email} again.`
    : t`Ask the owner of your organization to add ${session.user.email}.`;
  return (
    <main className="mx-auto flex min-h-dvh max-w-xl flex-col justify-center">
      <h1 className="sr-only">{title}</h1>
      <StateMessage icon={Building2} title={title} text={text}>
        {session.organizations.map(({ organization, displayName }) => (
          <Button key={organization} disabled={isPending} onClick={() => workIn(organization)} className="max-w-full">
            <span className="truncate">{displayName}</span>
          </Button>
        ))}
        <Button variant="outline" onClick={() => logOut()}>{t`Sign out`}</Button>
      </StateMessage>
    </main>
  );
}
