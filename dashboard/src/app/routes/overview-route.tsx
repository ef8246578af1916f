import { useLingui } from "@lingui/react/macro";
import { getRouteApi } from "@tanstack/react-router";
import { OverviewPage } from "@/features/overview/overview-page.tsx";
import { PageTitle } from "../page-title.tsx";
import { usePeriod } from "./use-period.ts";

const route = getRouteApi("/signed-in/");

export function OverviewRoute() {
  const { t } = useLingui();
  const { metric } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <>
      <PageTitle title={t`Overview`} />
      <OverviewPage
        {...usePeriod()}
        metric={metric}
        onMetricChange={(next) =>
          void navigate({ search: (search) => ({ ...search, metric: next }), replace: true, resetScroll: false })
        }
        onPeriodChange={(change) => void navigate({ search: (search) => ({ ...search, ...change }), resetScroll: false })}
      />
    </>
  );
}
