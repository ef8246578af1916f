import { useLingui } from "@lingui/react/macro";
import { Archive, CircleAlert, Clock3 } from "lucide-react";
import type { Schemas } from "@/lib/api/client.ts";
import { cn } from "@/lib/class-names.ts";
import { caveatText } from "./figure-words.ts";

type Caveat = Schemas["Caveat"];

const ICONS: Record<Caveat, typeof Clock3> = {
  provisional: Clock3,
  archived_days: Archive,
  mixed_time_zones: Clock3,
  sampled: CircleAlert,
  thresholded: CircleAlert,
  other_row: CircleAlert,
  flagged: CircleAlert,
};

/** Every remark on a row's figures, once; days that still move are marked in the chart. */
export function rowCaveats(figures: readonly Schemas["Figure"][]): Caveat[] {
  return [...new Set(figures.flatMap((figure) => figure.caveats))].filter((caveat) => caveat !== "provisional");
}

/** What must be said beside a figure: one small icon, all remarks in its title. */
export function CaveatMarks({ caveats }: { caveats: readonly Caveat[] }) {
  const { t } = useLingui();
  const [first] = caveats;
  if (!first) return null;
  const Icon = ICONS[first];
  const words = caveats.map((caveat) => t(caveatText(caveat))).join(". ");
  return (
    <span
      title={words}
      data-caveats={caveats.join(" ")}
      className={cn(
        "inline-flex shrink-0 align-middle",
        caveats.every((caveat) => caveat === "provisional") ? "text-muted-foreground" : "text-warning",
      )}
    >
      <Icon className="size-3.5" aria-hidden="true" />
      <span className="sr-only">{words}</span>
    </span>
  );
}
