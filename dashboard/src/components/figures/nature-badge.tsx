import { useLingui } from "@lingui/react/macro";
import type { Schemas } from "@/lib/api/client.ts";
import { cn } from "@/lib/class-names.ts";
import { natureText } from "./figure-words.ts";

const COLORS: Record<Schemas["Nature"], string> = {
  claimed: "text-claimed",
  measured: "text-measured",
  recorded: "text-recorded",
};

/** Who says so: the platform, the website's measurement, or the books. */
export function NatureBadge({ nature, className }: { nature: Schemas["Nature"]; className?: string }) {
  const { t } = useLingui();
  const { name, meaning } = natureText(nature);
  return (
    <span
      title={t(meaning)}
      data-nature={nature}
      className={cn("inline-flex items-center gap-1.5 text-xs whitespace-nowrap", COLORS[nature], className)}
    >
      <span className="size-1.5 rounded-full bg-current" aria-hidden="true" />
      {t(name)}
    </span>
  );
}
