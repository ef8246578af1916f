import { useLingui } from "@lingui/react/macro";
import { KpiGrid } from "@/components/figures/kpi-grid.tsx";
import { Notices } from "@/components/figures/notices.tsx";
import { SeriesPanel } from "@/components/figures/series-panel.tsx";
import { PeriodBar, type PeriodBarProps } from "@/components/period/period-bar.tsx";
import { FiguresSkeleton } from "@/components/states/figures-skeleton.tsx";
import { PageHeader } from "@/components/states/page-header.tsx";
import { QueryBoundary } from "@/components/states/query-boundary.tsx";
import { Card } from "@/components/ui/card.tsx";
import type { Schemas } from "@/lib/api/client.ts";
import { FIGURES_EVERY, overviewQuery } from "@/lib/api/queries/figures.ts";
import { useRefreshedQuery } from "@/lib/api/use-refreshed-query.ts";
import { useSignedIn } from "@/lib/signed-in.tsx";
import { ChannelPanel } from "./channel-panel.tsx";
import { NoSourcesYet } from "./no-sources-yet.tsx";
import { ReconciliationPanel } from "./reconciliation-panel.tsx";

interface OverviewPageProps extends Omit<PeriodBarProps, "onChange"> {
  metric: string | undefined;
  onMetricChange: (metric: string) => void;
  onPeriodChange: PeriodBarProps["onChange"];
}

export function OverviewPage({ period, today, metric, onMetricChange, onPeriodChange }: OverviewPageProps) {
  const { t } = useLingui();
  const { organization } = useSignedIn();
  const query = useRefreshedQuery(overviewQuery(organization.id, period), FIGURES_EVERY);
  return (
    <div className="space-y-4 sm:space-y-5">
      <PageHeader title={t`Overview`}>
        <PeriodBar period={period} today={today} onChange={onPeriodChange} />
      </PageHeader>
      <QueryBoundary query={query} skeleton={<FiguresSkeleton />}>
        {(overview) => <Figures overview={overview} metric={metric} onMetricChange={onMetricChange} />}
      </QueryBoundary>
    </div>
  );
}

interface FiguresProps extends Pick<OverviewPageProps, "metric" | "onMetricChange"> {
  overview: Schemas["Overview"];
}

function Figures({ overview, metric, onMetricChange }: FiguresProps) {
  const { t } = useLingui();
  const shown = overview.kpis.find((kpi) => kpi.metric === metric) ?? overview.kpis[0];
  if (overview.channels.length === 0) {
    return (
      <Card>
        <NoSourcesYet />
      </Card>
    );
  }
  return (
    <div className="space-y-4 sm:space-y-5">
      <Notices {...overview} />
      <KpiGrid label={t`Key figures`} kpis={overview.kpis} selected={shown?.metric} onSelect={onMetricChange} />
      {shown && <SeriesPanel key={shown.metric} kpi={shown} periods={overview.periods} />}
      {overview.reconciliation.length > 0 && <ReconciliationPanel reconciliation={overview.reconciliation} />}
      <ChannelPanel channels={overview.channels} />
    </div>
  );
}
