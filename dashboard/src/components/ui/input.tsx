import type { ComponentProps } from "react";
import { cn } from "@/lib/class-names.ts";

export function Input({ className, ...props }: ComponentProps<"input">) {
  return (
    <input
      data-slot="input"
      className={cn(
        // 16 px on phones, or iOS zooms into the field.
        "h-11 w-full rounded-md border border-input bg-card px-3 text-base placeholder:text-muted-foreground focus-visible:outline-2 focus-visible:outline-offset-1 aria-invalid:border-bad sm:h-10 sm:text-sm",
        className,
      )}
      {...props}
    />
  );
}

export function Label({ className, htmlFor, children, ...props }: ComponentProps<"label"> & { htmlFor: string }) {
  return (
    <label data-slot="label" htmlFor={htmlFor} className={cn("text-sm font-medium", className)} {...props}>
      {children}
    </label>
  );
}
