import { QueryCache, QueryClient } from "@tanstack/react-query";
import type { RouterHistory } from "@tanstack/react-router";
import { ApiError, hasCode } from "@/lib/api/api-error.ts";
import { sessionQuery } from "@/lib/api/queries/session.ts";
import { createAppRouter } from "./router.tsx";

const ATTEMPTS = 2;

/** Queries and routes, made together: a session that ends leads to the login page. */
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
        if (hasCode(error, "not_signed_in")) sendToLogin();
      },
    }),
  });
  const router = createAppRouter(queryClient, history);
  const sendToLogin = () => {
    const { pathname, href } = router.state.location;
    if (pathname === "/login") return;
    queryClient.setQueryData(sessionQuery.queryKey, null);
    void router.navigate({ to: "/login", search: { next: href, reason: "expired" } });
  };
  return { queryClient, router };
}
