import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
  retainSearchParams,
  type RouterHistory,
} from "@tanstack/react-router";
import { sessionQuery } from "@/lib/api/queries/session.ts";
import { parsePeriodSearch, type PeriodSearch } from "@/lib/dates/period.ts";
import { adoptLocale } from "@/lib/i18n/activate.ts";
import { type LoginSearch, parseLoginSearch } from "./login-search.ts";
import { NotFound } from "./not-found.tsx";
import { RouteError } from "./route-error.tsx";
import { RoutePending } from "./route-pending.tsx";
import { Shell } from "./shell/shell.tsx";

const rootRoute = createRootRouteWithContext<{ queryClient: QueryClient }>()({ notFoundComponent: NotFound });

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/login",
  validateSearch: (search): LoginSearch => parseLoginSearch(search),
  component: lazyRouteComponent(() => import("./routes/login-route.tsx"), "LoginRoute"),
});

/** Everything behind the login; the period stays in the address from page to page. */
const signedInRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "signed-in",
  validateSearch: (search): PeriodSearch => parsePeriodSearch(search),
  search: { middlewares: [retainSearchParams<PeriodSearch>(["range", "from", "to", "compare", "compareFrom", "compareTo"])] },
  beforeLoad: async ({ context, location }) => {
    const session = await context.queryClient.query(sessionQuery);
    if (!session) throw redirect({ to: "/login", search: location.href === "/" ? {} : { next: location.href } });
    await adoptLocale(session);
    return { session };
  },
  component: Shell,
});

/** A metric that the chart shows; the page's first one when left out. */
function parseMetric(search: Record<string, unknown>): { metric?: string } {
  const { metric } = search;
  return typeof metric === "string" ? { metric } : {};
}

const overviewRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/",
  validateSearch: parseMetric,
  component: lazyRouteComponent(() => import("./routes/overview-route.tsx"), "OverviewRoute"),
});

const channelRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/channels/$channel",
  validateSearch: parseMetric,
  component: lazyRouteComponent(() => import("./routes/channel-route.tsx"), "ChannelRoute"),
});

const sourcesRoute = createRoute({
  getParentRoute: () => signedInRoute,
  path: "/sources",
  component: lazyRouteComponent(() => import("./routes/sources-route.tsx"), "SourcesRoute"),
});

const routeTree = rootRoute.addChildren([loginRoute, signedInRoute.addChildren([overviewRoute, channelRoute, sourcesRoute])]);

export function createAppRouter(queryClient: QueryClient, history?: RouterHistory) {
  return createRouter({
    routeTree,
    context: { queryClient },
    defaultPreload: "intent",
    defaultPendingComponent: RoutePending,
    defaultErrorComponent: RouteError,
    defaultPendingMs: 150,
    scrollRestoration: true,
    ...(history ? { history } : {}),
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
