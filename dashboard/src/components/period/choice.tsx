import Check from "lucide-react/icons/check";
import type { ReactNode } from "react";
import { cn } from "@/lib/class-names.ts";

interface ChoiceProps {
  chosen: boolean;
  /** What it means in days. */
  days?: string | undefined;
  onClick: () => void;
  children: ReactNode;
}

/** One of several periods or comparisons. */
export function Choice({ chosen, days, onClick, children }: ChoiceProps) {
  return (
    <button
      type="button"
      aria-pressed={chosen}
      onClick={onClick}
      className={cn(
        "flex min-h-11 w-full items-center justify-between gap-4 rounded-md px-3 text-left whitespace-nowrap hover:bg-accent focus-visible:outline-2 sm:min-h-9",
        chosen && "font-medium text-primary",
      )}
    >
      <span>
        {children}
        {days && <span className="block text-xs font-normal text-muted-foreground tabular-nums">{days}</span>}
      </span>
      {chosen && <Check aria-hidden="true" className="size-4" />}
    </button>
  );
}
