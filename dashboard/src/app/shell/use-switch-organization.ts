import { msg } from "@lingui/core/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { hasCode } from "@/lib/api/api-error.ts";
import { chooseOrganization } from "@/lib/api/queries/session.ts";
import { dismissNotice, showNotice } from "@/lib/notice.ts";
import { tellOtherTabs } from "@/lib/other-tabs.ts";
import { enterOrganization } from "../follow-session.ts";
import { sendToLogin } from "../send-to-login.ts";

/** Works in another organization from now on, in every tab. */
export function useSwitchOrganization() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const router = useRouter();
  return useMutation({
    mutationFn: chooseOrganization,
    onSuccess: async (session) => {
      dismissNotice();
      enterOrganization(queryClient, session);
      tellOtherTabs();
      await navigate({ to: "/" });
    },
    onError: (error) => {
      if (hasCode(error, "not_signed_in")) sendToLogin(router);
      else
        showNotice({
          tone: "bad",
          text: msg`The organization could not be switched. You still work in the one before; try again.`,
        });
    },
  });
}
