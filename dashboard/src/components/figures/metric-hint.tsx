import { useLingui } from "@lingui/react/macro";
import Info from "lucide-react/icons/info";
import type { ReactNode } from "react";
import { Popover, PopoverContent, PopoverTrigger } from "@/components/ui/popover.tsx";
import { natureText } from "./figure-words.ts";
import { useDictionary } from "./dictionary.ts";

interface MetricHintProps {
  id: string;
  /** Particulars of the figure at hand. */
  children?: ReactNode;
}

/** What a metric means, behind a small button. */
export function MetricHint({ id, children }: MetricHintProps) {
  const { t } = useLingui();
  const { metric } = useDictionary();
  const { label, explanation, formula, nature } = metric(id);
  return (
    <Popover>
      <PopoverTrigger
        aria-label={t`What is ${label}?`}
        className="relative inline-flex size-6 shrink-0 items-center justify-center rounded-full text-muted-foreground after:absolute after:-inset-2 hover:text-foreground focus-visible:outline-2"
      >
        <Info className="size-3.5" aria-hidden="true" />
      </PopoverTrigger>
      <PopoverContent aria-label={label} className="w-80 space-y-2" align="start">
        <p className="font-medium">{label}</p>
        {explanation && <p className="text-muted-foreground">{explanation}</p>}
        {nature && <p className="text-muted-foreground">{t(natureText(nature).meaning)}</p>}
        {formula && (
          <p data-slot="formula" className="rounded-md bg-muted px-2 py-1 text-xs text-muted-foreground">
            {label} = {formula}
          </p>
        )}
        {children}
      </PopoverContent>
    </Popover>
  );
}
