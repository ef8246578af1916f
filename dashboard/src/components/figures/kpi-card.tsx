import { useLingui } from "@lingui/react/macro";
import { Sparkline } from "@/charts/sparkline.tsx";
import type { Schemas } from "@/lib/api/client.ts";
import { cn } from "@/lib/class-names.ts";
import { approximate } from "@/lib/format/decimal.ts";
import { CaveatWords, worthMarking } from "./caveat-marks.tsx";
import { ComparisonNote, Delta } from "./delta.tsx";
import { useDictionary } from "./dictionary.ts";
import { absenceText } from "./figure-words.ts";
import { FigureValue } from "./figure-value.tsx";
import { FreshnessLabel } from "./freshness-label.tsx";
import { KpiDetails } from "./kpi-details.tsx";
import { MetricHint } from "./metric-hint.tsx";
import { NatureBadge } from "./nature-badge.tsx";

interface KpiCardProps {
  kpi: Schemas["Kpi"];
  selected: boolean;
  onSelect: () => void;
}

/** One key figure: value, change, course, who says so and how fresh it is. A click draws it in the large chart. */
export function KpiCard({ kpi, selected, onSelect }: KpiCardProps) {
  const { t } = useLingui();
  const { metric } = useDictionary();
  const { label } = metric(kpi.metric);
  const [first, ...others] = kpi.figures;
  return (
    <article
      data-slot="kpi"
      data-kpi={kpi.metric}
      className={cn(
        "@container relative flex min-w-0 flex-col rounded-xl border bg-card p-3.5 transition-colors hover:border-input sm:p-4",
        selected && "border-primary ring-1 ring-primary hover:border-primary",
      )}
    >
      <div className="flex items-start gap-1 leading-5">
        <button
          type="button"
          aria-pressed={selected}
          onClick={onSelect}
          className="min-w-0 flex-1 rounded-sm text-left text-sm text-muted-foreground after:absolute after:inset-0 after:rounded-xl focus-visible:outline-none focus-visible:after:outline-2"
        >
          <span className="leading-5">{label}</span>
          <span className="sr-only">{t`, show in the chart`}</span>
        </button>
        <span className="relative z-10 -mr-1">
          <MetricHint id={kpi.metric}>
            <KpiDetails kpi={kpi} />
          </MetricHint>
        </span>
      </div>
      {first && (
        <p className="mt-1 text-xl font-semibold tracking-tight @[13.5rem]:text-2xl">
          <FigureValue figure={first.figure} length="fitting" nameCurrency={others.length > 0} />
        </p>
      )}
      {first && <Remark figure={first.figure} />}
      {others.map(({ figure }) => (
        <p key={figure.currency} className="mt-1 flex flex-wrap items-baseline gap-x-2 text-sm font-medium">
          <FigureValue figure={figure} nameCurrency />
          {figure.value !== null && <Delta figure={figure} />}
        </p>
      ))}
      <CaveatWords caveats={worthMarking([...new Set(kpi.figures.flatMap(({ figure }) => figure.caveats))])} />
      <div className="mt-auto pt-2.5">
        {first && <Sparkline values={first.series.map(approximate)} />}
        <div className="mt-2 flex flex-wrap items-center justify-between gap-x-3 gap-y-1">
          <NatureBadge nature={kpi.nature} />
          <FreshnessLabel {...kpi.freshness} />
        </div>
      </div>
    </article>
  );
}

/** The change and the value before, or why there is no figure at all. */
function Remark({ figure }: { figure: Schemas["Figure"] }) {
  const { t } = useLingui();
  if (figure.value !== null) {
    return (
      <p className="mt-0.5 flex flex-wrap items-baseline gap-x-2">
        <Delta figure={figure} />
        <ComparisonNote figure={figure} short />
      </p>
    );
  }
  return <p className="text-xs text-pretty text-muted-foreground">{t(absenceText(figure.absence ?? "no_data"))}</p>;
}
