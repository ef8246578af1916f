import { QueryCache, QueryClient } from "@tanstack/react-query";
import type { RouterHistory } from "@tanstack/react-router";
import { ApiError, hasCode } from "@/lib/api/api-error.ts";
import { sessionQuery } from "@/lib/api/queries/session.ts";
import { followSession } from "./follow-session.ts";
import { createAppRouter } from "./router.tsx";
import { sendToLogin } from "./send-to-login.ts";

const ATTEMPTS = 2;

/** Queries and routes, made together: a session that ends leads to the login page, one that was moved to its new organization. */
export function createApp(history?: RouterHistory) {
  const queryClient = new QueryClient({
    defaultOptions: {
      queries: {
        retry: (failures, error) => error instanceof ApiError && error.isTemporary && failures < ATTEMPTS,
        refetchOnWindowFocus: true,
      },
    },
    queryCache: new QueryCache({
      onError: (error) => {
        if (hasCode(error, "not_signed_in")) void leaveIfOver();
        if (hasCode(error, "organization_changed") || hasCode(error, "no_organization")) void followSession(queryClient);
      },
    }),
  });
  const router = createAppRouter(queryClient, history);
  // A switch in another tab ends the session that a request on its way still names; only the session itself says whether it is over.
  const leaveIfOver = async () => {
    await followSession(queryClient);
    if (queryClient.getQueryData(sessionQuery.queryKey) === null) sendToLogin(router);
  };
  return { queryClient, router };
}
