import { cn } from "@/lib/class-names.ts";
import type { Schemas } from "@/lib/api/client.ts";
import { KpiCard } from "./kpi-card.tsx";

interface KpiGridProps {
  label: string;
  kpis: readonly Schemas["Kpi"][];
  selected: string | undefined;
  onSelect: (metric: string) => void;
}

/** As many columns on wide screens as leave no card alone in its row. */
function wideColumns(count: number): string {
  if (count % 4 === 0 || count % 4 === 3) return "xl:grid-cols-4";
  return count % 3 === 0 ? "xl:grid-cols-3" : "xl:grid-cols-5";
}

export function KpiGrid({ label, kpis, selected, onSelect }: KpiGridProps) {
  return (
    <section aria-label={label} className={cn("grid grid-cols-2 gap-3 md:grid-cols-3 xl:gap-4", wideColumns(kpis.length))}>
      {kpis.map((kpi) => (
        <KpiCard key={kpi.metric} kpi={kpi} selected={kpi.metric === selected} onSelect={() => onSelect(kpi.metric)} />
      ))}
    </section>
  );
}
