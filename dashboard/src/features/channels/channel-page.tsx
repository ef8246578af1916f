import { useLingui } from "@lingui/react/macro";
import { useDictionary } from "@/components/figures/dictionary.ts";
import { KpiGrid } from "@/components/figures/kpi-grid.tsx";
import { Notices } from "@/components/figures/notices.tsx";
import { SeriesPanel } from "@/components/figures/series-panel.tsx";
import { PeriodBar, type PeriodBarProps } from "@/components/period/period-bar.tsx";
import { FiguresSkeleton } from "@/components/states/figures-skeleton.tsx";
import { PageHeader } from "@/components/states/page-header.tsx";
import { QueryBoundary } from "@/components/states/query-boundary.tsx";
import { Card } from "@/components/ui/card.tsx";
import type { Schemas } from "@/lib/api/client.ts";
import { FIGURES_EVERY, channelQuery } from "@/lib/api/queries/figures.ts";
import { useRefreshedQuery } from "@/lib/api/use-refreshed-query.ts";
import { useSignedIn } from "@/lib/signed-in.tsx";
import { AccountsPanel } from "./accounts-panel.tsx";
import { BreakdownPanel } from "./breakdown-panel.tsx";
import { NotConnected } from "./not-connected.tsx";

interface ChannelPageProps extends Omit<PeriodBarProps, "onChange"> {
  channel: Schemas["ChannelId"];
  metric: string | undefined;
  onMetricChange: (metric: string) => void;
  onPeriodChange: PeriodBarProps["onChange"];
}

export function ChannelPage({ channel, period, today, metric, onMetricChange, onPeriodChange }: ChannelPageProps) {
  const { organization } = useSignedIn();
  const { channel: nameOf } = useDictionary();
  const query = useRefreshedQuery(channelQuery(organization.id, channel, period), FIGURES_EVERY);
  return (
    <div className="space-y-4 sm:space-y-5">
      <PageHeader title={nameOf(channel)}>
        <PeriodBar period={period} today={today} onChange={onPeriodChange} />
      </PageHeader>
      <QueryBoundary query={query} skeleton={<FiguresSkeleton />}>
        {(detail) => <Figures detail={detail} metric={metric} onMetricChange={onMetricChange} />}
      </QueryBoundary>
    </div>
  );
}

interface FiguresProps extends Pick<ChannelPageProps, "metric" | "onMetricChange"> {
  detail: Schemas["ChannelDetail"];
}

function Figures({ detail, metric, onMetricChange }: FiguresProps) {
  const { t } = useLingui();
  const shown = detail.kpis.find((kpi) => kpi.metric === metric) ?? detail.kpis[0];
  if (detail.freshness.length === 0 && detail.accounts.length === 0) {
    return (
      <Card>
        <NotConnected channel={detail.channel} />
      </Card>
    );
  }
  return (
    <div className="space-y-4 sm:space-y-5">
      <Notices {...detail} />
      <KpiGrid label={t`Key figures`} kpis={detail.kpis} selected={shown?.metric} onSelect={onMetricChange} />
      {shown && <SeriesPanel key={shown.metric} kpi={shown} periods={detail.periods} />}
      {detail.accounts.length > 1 && <AccountsPanel accounts={detail.accounts} />}
      {detail.breakdown && <BreakdownPanel detail={detail} breakdown={detail.breakdown} />}
    </div>
  );
}
