import { getRouteApi } from "@tanstack/react-router";
import { resolvePeriod } from "@/lib/dates/period.ts";
import { todayIn } from "@/lib/dates/civil.ts";
import { useSignedIn } from "@/lib/signed-in.tsx";
import { useNow } from "@/lib/use-now.ts";

const route = getRouteApi("/signed-in");

/** The days of the address on the organization's own calendar. */
export function usePeriod() {
  const search = route.useSearch();
  const { organization } = useSignedIn();
  const today = todayIn(organization.timeZone, useNow());
  return { period: resolvePeriod(search, today), today };
}
