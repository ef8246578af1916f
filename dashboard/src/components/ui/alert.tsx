import { cva, type VariantProps } from "class-variance-authority";
import type { ComponentProps } from "react";
import { cn } from "@/lib/class-names.ts";

const alertVariants = cva(
  "flex gap-3 rounded-lg border px-4 py-3 text-sm text-foreground [&>svg]:mt-0.5 [&>svg]:size-4 [&>svg]:shrink-0",
  {
    variants: {
      variant: {
        info: "border-primary/25 bg-info-surface [&>svg]:text-primary",
        warning: "border-warning/25 bg-warning-surface [&>svg]:text-warning",
        bad: "border-bad/25 bg-bad-surface [&>svg]:text-bad",
      },
    },
    defaultVariants: { variant: "info" },
  },
);

export function Alert({ className, variant, ...props }: ComponentProps<"div"> & VariantProps<typeof alertVariants>) {
  return <div data-slot="alert" className={cn(alertVariants({ variant }), className)} {...props} />;
}
