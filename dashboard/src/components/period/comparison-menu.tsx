import { useLingui } from "@lingui/react/macro";
import GitCompareArrows from "lucide-react/icons/git-compare-arrows";
import { Button } from "@/components/ui/button.tsx";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuLabel,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuTrigger,
} from "@/components/ui/dropdown-menu.tsx";
import { COMPARISONS, type Comparison } from "@/lib/dates/period.ts";
import { COMPARISON_NAMES } from "./period-words.ts";

interface ComparisonMenuProps {
  value: Comparison;
  onChange: (value: Comparison) => void;
}

export function ComparisonMenu({ value, onChange }: ComparisonMenuProps) {
  const { t } = useLingui();
  const choose = (next: string) => {
    const comparison = COMPARISONS.find((one) => one === next);
    if (comparison) onChange(comparison);
  };
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button variant="outline" className="flex-1 justify-start sm:flex-none">
          <GitCompareArrows aria-hidden="true" className="text-muted-foreground" />
          <span className="sr-only">{t`Compare with`}</span>
          {t(COMPARISON_NAMES[value])}
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuLabel>{t`Compare with`}</DropdownMenuLabel>
        <DropdownMenuRadioGroup value={value} onValueChange={choose}>
          {COMPARISONS.map((comparison) => (
            <DropdownMenuRadioItem key={comparison} value={comparison}>
              {t(COMPARISON_NAMES[comparison])}
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
