import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import type { Schemas } from "@/lib/api/client.ts";
import { cn } from "@/lib/class-names.ts";
import { KpiCard } from "./kpi-card.tsx";

interface KpiGridProps {
  label: string;
  kpis: readonly Schemas["Kpi"][];
  selected: string | undefined;
  onSelect: (metric: string) => void;
}

/** Up to this many are all shown; of more, only the first ones until somebody asks. */
const FITTING = 10;
const FIRST = 8;

/** As many columns as leave no card alone in its row. */
function columns(count: number): string {
  const medium = count % 3 === 1 ? "md:grid-cols-4" : "md:grid-cols-3";
  if (count % 4 === 0 || count % 4 === 3) return `${medium} xl:grid-cols-4`;
  return `${medium} ${count % 3 === 0 ? "xl:grid-cols-3" : "xl:grid-cols-5"}`;
}

export function KpiGrid({ label, kpis, selected, onSelect }: KpiGridProps) {
  const { t } = useLingui();
  const hidden = kpis.length > FITTING ? kpis.slice(FIRST) : [];
  const [all, setAll] = useState(() => hidden.some((kpi) => kpi.metric === selected));
  const shown = all ? kpis : kpis.slice(0, kpis.length - hidden.length);
  return (
    <section aria-label={label}>
      <div className={cn("grid grid-cols-2 gap-3 xl:gap-4", columns(shown.length))}>
        {shown.map((kpi) => (
          <KpiCard key={kpi.metric} kpi={kpi} selected={kpi.metric === selected} onSelect={() => onSelect(kpi.metric)} />
        ))}
      </div>
      {hidden.length > 0 && (
        <div className="mt-2 text-center">
          <Button variant="ghost" size="small" data-slot="show-all" aria-expanded={all} onClick={() => setAll(!all)}>
            {all ? t`Show fewer` : t`Show ${hidden.length} more figures`}
          </Button>
        </div>
      )}
    </section>
  );
}
