import { useLingui } from "@lingui/react/macro";
import Building2 from "lucide-react/icons/building-2";
import { StateMessage } from "@/components/states/state-message.tsx";
import { Button } from "@/components/ui/button.tsx";
import type { Session } from "@/lib/api/queries/session.ts";
import { useLogOut } from "./use-log-out.ts";

/** For people who were removed from their last organization. */
export function NoOrganization({ session }: { session: Session }) {
  const { t } = useLingui();
  const { mutate: logOut } = useLogOut();
  return (
    <main className="mx-auto flex min-h-dvh max-w-xl flex-col justify-center">
      <h1 className="sr-only">{t`You belong to no organization`}</h1>
      <StateMessage
        icon={Building2}
        title={t`You belong to no organization`}
        text={t`Ask the owner of your organization to add ${session.user.email}.`}
      >
        <Button variant="outline" onClick={() => logOut()}>{t`Sign out`}</Button>
      </StateMessage>
    </main>
  );
}
