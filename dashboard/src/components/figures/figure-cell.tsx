import type { Schemas } from "@/lib/api/client.ts";
import { CaveatMarks } from "./caveat-marks.tsx";
import { Delta } from "./delta.tsx";
import { FigureValue } from "./figure-value.tsx";

interface FigureCellProps {
  /** One figure a currency; none where the row has nothing to do with the metric. */
  figures: readonly Schemas["Figure"][];
  delta?: boolean;
}

/** Figures in a table: the value, and its change underneath. */
export function FigureCell({ figures, delta = true }: FigureCellProps) {
  return figures.map((figure) => (
    <div key={figure.currency} className="flex flex-col items-end whitespace-nowrap">
      <span className="inline-flex items-center gap-1">
        <CaveatMarks caveats={figure.caveats.filter((caveat) => caveat !== "provisional")} />
        <FigureValue figure={figure} />
      </span>
      {delta && figure.value !== null && <Delta figure={figure} />}
    </div>
  ));
}
