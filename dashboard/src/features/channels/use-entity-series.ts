import { useQueries } from "@tanstack/react-query";
import type { Schemas } from "@/lib/api/client.ts";
import { entityFiguresQuery } from "@/lib/api/queries/figures.ts";
import { may } from "@/lib/policy.ts";
import { useSignedIn } from "@/lib/signed-in.tsx";
import { type EntitySeries, entitySeries } from "./entity-series.ts";

/** Beyond this the miniature lines would need more cells than one page of the API holds. */
const LONGEST_DAYS = 92;

/** The course of each row, fetched after the page is there; undefined while there is none to show. */
export function useEntitySeries(
  detail: Schemas["ChannelDetail"],
  level: string,
  metric: string | undefined,
): EntitySeries | undefined {
  const { session, organization } = useSignedIn();
  const days = detail.periods.days.map((day) => day.date);
  const wanted = metric !== undefined && days.length > 1 && days.length <= LONGEST_DAYS && may(session, "read_exact_figures");
  const answers = useQueries({
    queries: (wanted ? detail.accounts : []).map(({ source, account }) =>
      entityFiguresQuery(organization.id, { source, account, level, grain: "day", ...detail.periods.current }),
    ),
    combine: (results) => results.map((result) => result.data),
  });
  if (!wanted || answers.length === 0) return undefined;
  const complete = answers.flatMap((answer) => (answer?.nextCursor === null ? [answer] : []));
  return complete.length === answers.length ? entitySeries(complete, days, metric) : undefined;
}
