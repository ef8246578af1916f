import { Plural, useLingui } from "@lingui/react/macro";
import Cable from "lucide-react/icons/cable";
import { PageHeader } from "@/components/states/page-header.tsx";
import { QueryBoundary } from "@/components/states/query-boundary.tsx";
import { StateMessage } from "@/components/states/state-message.tsx";
import { Card } from "@/components/ui/card.tsx";
import { Skeleton } from "@/components/ui/skeleton.tsx";
import type { Schemas } from "@/lib/api/client.ts";
import { DATA_SOURCES_EVERY, dataSourcesQuery } from "@/lib/api/queries/figures.ts";
import { useRefreshedQuery } from "@/lib/api/use-refreshed-query.ts";
import { useSignedIn } from "@/lib/signed-in.tsx";
import { SourceCard } from "./source-card.tsx";
import { needsAttention } from "./source-model.ts";

export function SourcesPage() {
  const { t } = useLingui();
  const { organization } = useSignedIn();
  const query = useRefreshedQuery(dataSourcesQuery(organization.id), DATA_SOURCES_EVERY);
  return (
    <div className="space-y-4 sm:space-y-5">
      <PageHeader title={t`Data sources`} description={query.data && <Summary sources={query.data.dataSources} />} />
      <QueryBoundary query={query} skeleton={<SourcesSkeleton />}>
        {({ dataSources, now }) =>
          dataSources.length === 0 ? (
            <Card>
              <StateMessage
                icon={Cable}
                title={t`No data source yet`}
                text={t`Your platform team declares data sources; each of them appears here with its state as soon as it exists.`}
              />
            </Card>
          ) : (
            <ul className="grid gap-4 xl:grid-cols-2">
              {dataSources.map((source) => (
                <li key={source.uid} className="min-w-0">
                  <SourceCard source={source} now={new Date(now)} />
                </li>
              ))}
            </ul>
          )
        }
      </QueryBoundary>
    </div>
  );
}

function Summary({ sources }: { sources: readonly Schemas["DataSource"][] }) {
  const { t } = useLingui();
  const troubled = sources.filter(needsAttention).length;
  const waiting = sources.filter((source) => source.state === "late" && !needsAttention(source)).length;
  if (sources.length === 0) return null;
  if (troubled === 0 && waiting === 0) return <p>{t`All connections are working`}</p>;
  if (troubled === 0) {
    return (
      <p>
        <Plural
          value={waiting}
          one="# connection is late and catches up by itself"
          other="# connections are late and catch up by themselves"
        />
      </p>
    );
  }
  return (
    <p>
      <Plural value={troubled} one="# connection needs your attention" other="# connections need your attention" />
    </p>
  );
}

function SourcesSkeleton() {
  const { t } = useLingui();
  return (
    <div role="status" className="grid gap-4 xl:grid-cols-2">
      <span className="sr-only">{t`Loading data sources…`}</span>
      <Skeleton className="h-64 rounded-xl" />
      <Skeleton className="h-64 rounded-xl" />
      <Skeleton className="h-64 rounded-xl" />
    </div>
  );
}
