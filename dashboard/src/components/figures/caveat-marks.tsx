import { useLingui } from "@lingui/react/macro";
import Archive from "lucide-react/icons/archive";
import CalendarX2 from "lucide-react/icons/calendar-x-2";
import CircleAlert from "lucide-react/icons/circle-alert";
import Clock3 from "lucide-react/icons/clock-3";
import { Popover, PopoverContent, PopoverTrigger } from "@/components/ui/popover.tsx";
import type { Schemas } from "@/lib/api/client.ts";
import { caveatText } from "./figure-words.ts";

type Caveat = Schemas["Caveat"];

const ICONS: Record<Caveat, typeof Clock3> = {
  provisional: Clock3,
  running_day: Clock3,
  missing_days: CalendarX2,
  archived_days: Archive,
  mixed_time_zones: Clock3,
  sampled: CircleAlert,
  thresholded: CircleAlert,
  other_row: CircleAlert,
  flagged: CircleAlert,
};

/** Days that still move or run are said above the figures of a page; beside each figure they would be noise. */
const SAID_ABOVE: ReadonlySet<Caveat> = new Set(["provisional", "running_day"]);

export function worthMarking(caveats: readonly Caveat[]): Caveat[] {
  return caveats.filter((caveat) => !SAID_ABOVE.has(caveat));
}

/** Every remark on a row's figures, once. */
export function rowCaveats(figures: readonly Schemas["Figure"][]): Caveat[] {
  return worthMarking([...new Set(figures.flatMap((figure) => figure.caveats))]);
}

/** What must be said beside figures in a table: one small icon that opens the remarks. */
export function CaveatMarks({ caveats }: { caveats: readonly Caveat[] }) {
  const { t } = useLingui();
  const [first] = caveats;
  if (!first) return null;
  const Icon = ICONS[first];
  const words = caveats.map((caveat) => t(caveatText(caveat)));
  return (
    <Popover>
      <PopoverTrigger
        aria-label={words.join(". ")}
        data-caveats={caveats.join(" ")}
        className="relative -my-1 inline-flex size-6 shrink-0 items-center justify-center rounded-full align-middle text-warning after:absolute after:-inset-1 focus-visible:outline-2"
      >
        <Icon className="size-3.5" aria-hidden="true" />
      </PopoverTrigger>
      <PopoverContent aria-label={t`Remarks`} align="start" className="w-64 font-normal">
        <ul className="space-y-1.5">
          {words.map((text) => (
            <li key={text}>{text}</li>
          ))}
        </ul>
      </PopoverContent>
    </Popover>
  );
}

/** The same in words, where there is room for them. */
export function CaveatWords({ caveats }: { caveats: readonly Caveat[] }) {
  const { t } = useLingui();
  if (caveats.length === 0) return null;
  return (
    <ul data-caveats={caveats.join(" ")} className="mt-1 space-y-0.5 text-xs text-pretty text-warning">
      {caveats.map((caveat) => {
        const Icon = ICONS[caveat];
        return (
          <li key={caveat} className="flex gap-1">
            <Icon className="mt-px size-3.5 shrink-0" aria-hidden="true" />
            <span className="min-w-0">{t(caveatText(caveat))}</span>
          </li>
        );
      })}
    </ul>
  );
}
