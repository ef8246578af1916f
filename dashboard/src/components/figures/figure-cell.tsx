import type { Schemas } from "@/lib/api/client.ts";
import { Delta } from "./delta.tsx";
import { FigureValue } from "./figure-value.tsx";

interface FigureCellProps {
  /** One figure a currency; none where the row has nothing to do with the metric. */
  figures: readonly Schemas["Figure"][];
  delta?: boolean;
}

/** Figures in a table: the value, and underneath its change or why there is none. */
export function FigureCell({ figures, delta = true }: FigureCellProps) {
  return figures.map((figure) => (
    <div key={figure.currency} className="flex flex-col items-end whitespace-nowrap">
      <FigureValue figure={figure} nameCurrency={figures.length > 1} />
      {delta && figure.value !== null && <Delta figure={figure} short className="font-normal whitespace-nowrap" />}
    </div>
  ));
}
