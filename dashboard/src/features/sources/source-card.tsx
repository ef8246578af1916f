import { useLingui } from "@lingui/react/macro";
import { sourceName } from "@/components/figures/source-words.ts";
import { Badge, type BadgeVariant } from "@/components/ui/badge.tsx";
import { Card } from "@/components/ui/card.tsx";
import type { Schemas } from "@/lib/api/client.ts";
import { RunHistory } from "./run-history.tsx";
import { SourceFacts } from "./source-facts.tsx";
import { SourceMark } from "./source-mark.tsx";
import { troubleOf } from "./source-model.ts";
import { TroubleNote } from "./trouble-note.tsx";

interface SourceCardProps {
  source: Schemas["DataSource"];
  now: Date;
}

/** One connection: how it does, when it last and next syncs, what came in, and what to do. */
export function SourceCard({ source, now }: SourceCardProps) {
  const { t } = useLingui();
  const trouble = troubleOf(source);
  return (
    <Card data-source={source.name} className="flex h-full flex-col p-4 sm:p-5">
      <header className="grid grid-cols-[auto_minmax(0,1fr)] items-start gap-x-3 gap-y-1.5 sm:grid-cols-[auto_minmax(0,1fr)_auto]">
        <SourceMark source={source.source} />
        <div>
          <h2 className="font-semibold break-words">{source.name}</h2>
          <p className="text-sm text-muted-foreground">
            {sourceName(source.source)}
            {source.brand && ` · ${t`brand ${source.brand}`}`}
          </p>
        </div>
        <StateBadge state={source.state} remark={trouble?.needsAttention ?? false} />
      </header>
      {trouble && <TroubleNote trouble={trouble} failing={source.state === "failing"} />}
      <SourceFacts source={source} now={now} />
      <RunHistory runs={source.runs} now={now} />
    </Card>
  );
}

const VARIANTS: Record<Schemas["FreshnessState"], BadgeVariant> = {
  fresh: "good",
  late: "warning",
  failing: "bad",
  never_fetched: "info",
  suspended: "neutral",
  removed: "neutral",
};

interface StateBadgeProps {
  state: Schemas["FreshnessState"];
  /** True where something is to be done although figures came in. */
  remark: boolean;
}

function StateBadge({ state, remark }: StateBadgeProps) {
  const { t } = useLingui();
  const names = {
    fresh: t`Working`,
    late: t`Late`,
    failing: t`Failing`,
    never_fetched: t`First sync to come`,
    suspended: t`Paused`,
    removed: t`Removed`,
  };
  const remarked = state === "fresh" && remark;
  return (
    <Badge
      variant={remarked ? "warning" : VARIANTS[state]}
      data-state={state}
      className="col-start-2 justify-self-start sm:col-start-3 sm:row-start-1"
    >
      <span className="size-1.5 rounded-full bg-current" aria-hidden="true" />
      {remarked ? t`Needs attention` : names[state]}
    </Badge>
  );
}
