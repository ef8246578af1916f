import { msg } from "@lingui/core/macro";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { hasCode } from "@/lib/api/api-error.ts";
import { logOut } from "@/lib/api/queries/session.ts";
import { dismissNotice, showNotice } from "@/lib/notice.ts";
import { tellOtherTabs } from "@/lib/other-tabs.ts";

/** Ends the session and forgets everything that it showed. */
export function useLogOut() {
  const queryClient = useQueryClient();
  const navigate = useNavigate();
  const leave = async () => {
    dismissNotice();
    await queryClient.cancelQueries();
    tellOtherTabs();
    await navigate({ to: "/login", search: {} });
    queryClient.clear();
  };
  return useMutation({
    mutationFn: logOut,
    onSuccess: leave,
    onError: async (error) => {
      // It had ended already, which is what was asked for.
      if (hasCode(error, "not_signed_in")) await leave();
      else showNotice({ tone: "bad", text: msg`You are still signed in: the server did not answer. Try to sign out again.` });
    },
  });
}
