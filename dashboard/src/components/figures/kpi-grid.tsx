import type { Schemas } from "@/lib/api/client.ts";
import { KpiCard } from "./kpi-card.tsx";

interface KpiGridProps {
  label: string;
  kpis: readonly Schemas["Kpi"][];
  selected: string | undefined;
  onSelect: (metric: string) => void;
}

export function KpiGrid({ label, kpis, selected, onSelect }: KpiGridProps) {
  return (
    <section aria-label={label} className="grid grid-cols-2 gap-3 md:grid-cols-3 xl:grid-cols-4 xl:gap-4">
      {kpis.map((kpi) => (
        <KpiCard key={kpi.metric} kpi={kpi} selected={kpi.metric === selected} onSelect={() => onSelect(kpi.metric)} />
      ))}
    </section>
  );
}
