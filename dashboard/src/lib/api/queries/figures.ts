import { queryOptions } from "@tanstack/react-query";
import type { SelectedPeriod } from "@/lib/dates/period.ts";
import { bodyOf, client, type Schemas } from "../client.ts";

export type ChannelId = Schemas["ChannelId"];

/** Figures are fetched again while the page is open: syncs run every quarter of an hour. */
const REFRESH = { staleTime: 60_000, refetchInterval: 120_000 } as const;

/** While another period loads, the last one stands in; another organization's figures never do. */
function sameOrganization(organization: string) {
  return <Data>(previous: Data | undefined, query: { queryKey: readonly unknown[] } | undefined) =>
    query?.queryKey[0] === organization ? previous : undefined;
}

function periodQuery({ from, to, compare }: SelectedPeriod) {
  return { from, to, compare };
}

export function overviewQuery(organization: string, period: SelectedPeriod) {
  const query = periodQuery(period);
  return queryOptions({
    queryKey: [organization, "overview", query],
    queryFn: ({ signal }) => bodyOf(client.GET("/api/v1/overview", { params: { query }, signal })),
    placeholderData: sameOrganization(organization),
    ...REFRESH,
  });
}

export function channelQuery(organization: string, channel: ChannelId, period: SelectedPeriod) {
  const query = periodQuery(period);
  return queryOptions({
    queryKey: [organization, "channel", channel, query],
    queryFn: ({ signal }) => bodyOf(client.GET("/api/v1/channels/{channel}", { params: { path: { channel }, query }, signal })),
    placeholderData: (previous: Schemas["ChannelDetail"] | undefined, last) =>
      previous?.channel === channel ? sameOrganization(organization)(previous, last) : undefined,
    ...REFRESH,
  });
}

export function dataSourcesQuery(organization: string) {
  return queryOptions({
    queryKey: [organization, "sources"],
    queryFn: ({ signal }) => bodyOf(client.GET("/api/v1/sources", { signal })),
    staleTime: 20_000,
    refetchInterval: 30_000,
  });
}

export function dictionaryQuery(organization: string) {
  return queryOptions({
    queryKey: [organization, "metrics"],
    queryFn: ({ signal }) => bodyOf(client.GET("/api/v1/metrics", { signal })),
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
    queryFn: ({ signal }) =>
      bodyOf(client.GET("/api/v1/figures", { params: { query: { ...selection, limit: LARGEST_PAGE } }, signal })),
    retry: false,
    staleTime: REFRESH.staleTime,
  });
}
