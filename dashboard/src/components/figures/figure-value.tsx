import { useLingui } from "@lingui/react/macro";
import type { Schemas } from "@/lib/api/client.ts";
import { cn } from "@/lib/class-names.ts";
import { isDecimal, wholeDigits } from "@/lib/format/decimal.ts";
import { absenceText } from "./figure-words.ts";
import { useDictionary } from "./dictionary.ts";
import { NOTHING, writeFigure } from "./write-figure.ts";

interface FigureValueProps {
  figure: Pick<Schemas["Figure"], "metric" | "currency" | "value" | "absence">;
  /** `fitting` writes it out where its container is wide enough, and short where not. */
  length?: "full" | "fitting";
  /** Names the currency of a ratio, where several stand side by side; amounts carry their sign anyway. */
  nameCurrency?: boolean;
  className?: string;
}

/** A figure with its exact value in the markup, whatever is shown of it. */
export function FigureValue({ figure, length = "full", nameCurrency = false, className }: FigureValueProps) {
  const { t } = useLingui();
  const { metric, locale } = useDictionary();
  const { metric: id, currency, value, absence } = figure;
  if (value === null) {
    const reason = t(absenceText(absence ?? "no_data"));
    return (
      <span title={reason} data-metric={id} className={cn("text-muted-foreground", className)}>
        <span aria-hidden="true">{NOTHING}</span>
        <span className="sr-only">{reason}</span>
      </span>
    );
  }
  const { unit } = metric(id);
  const full = writeFigure({ value, unit, currency, locale });
  // Up to six digits fit anywhere.
  const long = isDecimal(value) && wholeDigits(value) > 6;
  const short = long ? writeFigure({ value, unit, currency, locale, compact: true }) : full;
  return (
    <data
      value={value}
      data-metric={id}
      data-currency={currency ?? ""}
      title={full}
      className={cn("whitespace-nowrap tabular-nums", className)}
    >
      {length === "fitting" && full !== short ? (
        <>
          <span className="@[13.5rem]:hidden">{short}</span>
          <span className="hidden @[13.5rem]:inline">{full}</span>
        </>
      ) : (
        full
      )}
      {nameCurrency && currency && unit !== "money" && (
        <span className="ml-1 text-xs font-normal text-muted-foreground">{currency}</span>
      )}
    </data>
  );
}
