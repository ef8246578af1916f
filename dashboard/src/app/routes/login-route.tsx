import { useLingui } from "@lingui/react/macro";
import { useQueryClient } from "@tanstack/react-query";
import { getRouteApi, useRouter } from "@tanstack/react-router";
import { LoginPage } from "@/features/auth/login-page.tsx";
import { type Session, sessionQuery } from "@/lib/api/queries/session.ts";
import { tellOtherTabs } from "@/lib/other-tabs.ts";
import { Logo } from "../shell/logo.tsx";
import { PageTitle } from "../page-title.tsx";

const route = getRouteApi("/login");

export function LoginRoute() {
  const { t } = useLingui();
  const { next, reason } = route.useSearch();
  const queryClient = useQueryClient();
  const router = useRouter();
  const enter = async (session: Session) => {
    queryClient.clear();
    queryClient.setQueryData(sessionQuery.queryKey, session);
    tellOtherTabs();
    await router.navigate({ href: next ?? "/" });
  };
  return (
    <>
      <PageTitle title={t`Sign in`} />
      <LoginPage expired={reason === "expired"} onSignedIn={enter} logo={<Logo className="size-10" />} />
    </>
  );
}
