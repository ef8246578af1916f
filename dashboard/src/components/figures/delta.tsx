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
import { type Judgement, judge, tendency } from "./judgement.ts";

const COLORS: Record<Judgement, string> = { good: "text-good", bad: "text-bad", neutral: "text-muted-foreground" };
const ICONS = { up: ArrowUpRight, down: ArrowDownRight, flat: Minus };

/** How much a figure changed, coloured by whether that is good. Nothing where no comparison was asked for. */
export function Delta({ figure, className }: { figure: Schemas["Figure"]; className?: string }) {
  const { t } = useLingui();
  const { metric, locale } = useDictionary();
  const { comparison } = figure;
  if (!comparison) return null;
  const { change } = comparison;
  const before = figureComparison(figure, metric(figure.metric).unit, locale);
  const title = t`Before: ${before}`;
  if (change === null || !isDecimal(change)) {
    return (
      <span title={title} className={cn("text-xs text-muted-foreground", className)}>
        {t`Not comparable`}
      </span>
    );
  }
  const judgement = judge(change, metric(figure.metric).direction);
  const Icon = ICONS[tendency(change)];
  return (
    <span
      title={title}
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
