import { useLingui } from "@lingui/react/macro";
import Archive from "lucide-react/icons/archive";
import CircleAlert from "lucide-react/icons/circle-alert";
import Clock3 from "lucide-react/icons/clock-3";
import type { Schemas } from "@/lib/api/client.ts";
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

/** Days that still move are marked in the chart and said above the figures; beside each figure they would be noise. */
export function worthMarking(caveats: readonly Caveat[]): Caveat[] {
  return caveats.filter((caveat) => caveat !== "provisional");
}

/** Every remark on a row's figures, once. */
export function rowCaveats(figures: readonly Schemas["Figure"][]): Caveat[] {
  return worthMarking([...new Set(figures.flatMap((figure) => figure.caveats))]);
}

/** What must be said beside a figure: one small icon, all remarks in its title. */
export function CaveatMarks({ caveats }: { caveats: readonly Caveat[] }) {
  const { t } = useLingui();
  const [first] = caveats;
  if (!first) return null;
  const Icon = ICONS[first];
  const words = caveats.map((caveat) => t(caveatText(caveat))).join(". ");
  return (
    <span title={words} data-caveats={caveats.join(" ")} className="inline-flex shrink-0 align-middle text-warning">
      <Icon className="size-3.5" aria-hidden="true" />
      <span className="sr-only">{words}</span>
    </span>
  );
}
