import { useLingui } from "@lingui/react/macro";
import ArrowDownRight from "lucide-react/icons/arrow-down-right";
import ArrowUpRight from "lucide-react/icons/arrow-up-right";
import Minus from "lucide-react/icons/minus";
import type { Schemas } from "@/lib/api/client.ts";
import { cn } from "@/lib/class-names.ts";
import { isDecimal } from "@/lib/format/decimal.ts";
import { change as writeChange } from "@/lib/format/number.ts";
import { useDictionary } from "./dictionary.ts";
import { figureComparison } from "./comparison-text.ts";
import { changeAbsenceText, shortChangeAbsenceText } from "./figure-words.ts";
import { type Judgement, judge, tendency } from "./judgement.ts";

const COLORS: Record<Judgement, string> = { good: "text-good", bad: "text-bad", neutral: "text-muted-foreground" };
const ICONS = { up: ArrowUpRight, down: ArrowDownRight, flat: Minus };

interface DeltaProps {
  figure: Schemas["Figure"];
  /** For cells of tables: why there is no change in two words, in full for screen readers and above the figures. */
  short?: boolean;
  className?: string;
}

/** How much a figure changed, coloured by whether that is good, or why that cannot be said. Nothing where no comparison was asked for. */
export function Delta({ figure, short = false, className }: DeltaProps) {
  const { t } = useLingui();
  const { metric, locale } = useDictionary();
  const { comparison } = figure;
  if (!comparison) return null;
  const { change, changeAbsence } = comparison;
  const before = figureComparison(figure, metric(figure.metric).unit, locale);
  const changeOf = `${figure.metric}/${figure.currency ?? ""}`;
  if (change === null || !isDecimal(change)) {
    const reason = changeAbsence ?? "no_value";
    const words = t(changeAbsenceText(reason));
    return (
      <span
        data-change-of={changeOf}
        data-change-absence={reason}
        className={cn("text-xs text-pretty text-muted-foreground", className)}
      >
        {short ? (
          <>
            <span aria-hidden="true">{t(shortChangeAbsenceText(reason))}</span>
            <span className="sr-only">{words}</span>
          </>
        ) : (
          words
        )}
      </span>
    );
  }
  const judgement = judge(change, metric(figure.metric).direction);
  const Icon = ICONS[tendency(change)];
  return (
    <span
      title={t`Before: ${before}`}
      data-change-of={changeOf}
      data-change={change}
      className={cn(
        "inline-flex items-center gap-0.5 text-xs font-medium whitespace-nowrap tabular-nums",
        COLORS[judgement],
        className,
      )}
    >
      <Icon className="size-3.5" aria-hidden="true" />
      {writeChange(change, locale)}
      {judgement !== "neutral" && <span className="sr-only">{judgement === "good" ? t`better` : t`worse`}</span>}
    </span>
  );
}

interface ComparisonNoteProps {
  figure: Schemas["Figure"];
  /** For small places; the whole sentence stands above the figures. */
  short?: boolean;
}

/** What a change was measured against: the value before, and that days that are not over were left out. */
export function ComparisonNote({ figure, short = false }: ComparisonNoteProps) {
  const { t } = useLingui();
  const { metric, locale } = useDictionary();
  const { comparison } = figure;
  if (!comparison || comparison.value === null) return null;
  const before = figureComparison(figure, metric(figure.metric).unit, locale);
  return (
    <span data-slot="comparison-note" className="text-xs text-pretty text-muted-foreground">
      <span className="tabular-nums">{t`Before: ${before}`}</span>
      {comparison.withoutRunningDays && (
        <span className="block">{short ? t`compared without running days` : t`compared without days that are not over yet`}</span>
      )}
    </span>
  );
}
