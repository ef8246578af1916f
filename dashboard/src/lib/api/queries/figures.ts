import { queryOptions } from "@tanstack/react-query";
import { askedComparison, type SelectedPeriod } from "@/lib/dates/period.ts";
import { bodyOf, client, type Schemas } from "../client.ts";
import { organizationRequest } from "../request-headers.ts";

export type ChannelId = Schemas["ChannelId"];

const STALE_AFTER = 60_000;

/** Milliseconds after which an open page asks again: syncs run every quarter of an hour. */
export const FIGURES_EVERY = 120_000;
export const DATA_SOURCES_EVERY = 30_000;

/** While another period loads, the last one stands in; another organization's figures never do. */
function sameOrganization(organization: string) {
  return <Data>(previous: Data | undefined, query: { queryKey: readonly unknown[] } | undefined) =>
    query?.queryKey[0] === organization ? previous : undefined;
}

function periodQuery(period: SelectedPeriod) {
  return { from: period.from, to: period.to, ...askedComparison(period) };
}

export function overviewQuery(organization: string, period: SelectedPeriod) {
  const query = periodQuery(period);
  return queryOptions({
    queryKey: [organization, "overview", query],
    queryFn: (context) =>
      bodyOf(client.GET("/api/v1/overview", { params: { query }, ...organizationRequest(organization, context) })),
    placeholderData: sameOrganization(organization),
    staleTime: STALE_AFTER,
  });
}

export function channelQuery(organization: string, channel: ChannelId, period: SelectedPeriod) {
  const query = periodQuery(period);
  return queryOptions({
    queryKey: [organization, "channel", channel, query],
    queryFn: (context) =>
      bodyOf(
        client.GET("/api/v1/channels/{channel}", {
          params: { path: { channel }, query },
          ...organizationRequest(organization, context),
        }),
      ),
    placeholderData: (previous: Schemas["ChannelDetail"] | undefined, last) =>
      previous?.channel === channel ? sameOrganization(organization)(previous, last) : undefined,
    staleTime: STALE_AFTER,
  });
}

export function dataSourcesQuery(organization: string) {
  return queryOptions({
    queryKey: [organization, "sources"],
    queryFn: (context) => bodyOf(client.GET("/api/v1/sources", organizationRequest(organization, context))),
    staleTime: 20_000,
  });
}

export function dictionaryQuery(organization: string) {
  return queryOptions({
    queryKey: [organization, "metrics"],
    queryFn: (context) => bodyOf(client.GET("/api/v1/metrics", organizationRequest(organization, context))),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What `GET /figures` asks for, but for paging. */
export interface FiguresSelection {
  source: Schemas["SourceId"];
  account: string;
  level: string;
  grain: Schemas["Grain"];
  from: string;
  to: string;
}

const LARGEST_PAGE = 5000;

/** One page of exact cells below the account. */
export function entityFiguresQuery(organization: string, selection: FiguresSelection) {
  return queryOptions({
    queryKey: [organization, "figures", selection],
    queryFn: (context) =>
      bodyOf(
        client.GET("/api/v1/figures", {
          params: { query: { ...selection, limit: LARGEST_PAGE } },
          ...organizationRequest(organization, context),
        }),
      ),
    retry: false,
    staleTime: STALE_AFTER,
  });
}
