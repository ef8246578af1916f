import type { ComponentProps } from "react";
import { cn } from "@/lib/class-names.ts";

interface TableProps extends ComponentProps<"table"> {
  /** Names the table, and its scrolling frame on narrow screens. */
  label: string;
  /** Styles of the frame, such as its height. */
  frameClassName?: string;
}

/** A table that scrolls sideways inside its own frame; the page never does. */
export function Table({ className, label, frameClassName, ...props }: TableProps) {
  return (
    <div
      data-slot="table-container"
      role="region"
      aria-label={label}
      tabIndex={0}
      className={cn("relative w-full overflow-x-auto focus-visible:outline-2 focus-visible:-outline-offset-2", frameClassName)}
    >
      <table
        data-slot="table"
        aria-label={label}
        className={cn("w-full border-separate border-spacing-0 text-sm", className)}
        {...props}
      />
    </div>
  );
}

export function TableRow({ className, ...props }: ComponentProps<"tr">) {
  return <tr data-slot="table-row" className={cn("group/row", className)} {...props} />;
}

/** Lines belong to cells: a sticky cell would leave a row's own line behind while scrolling. */
const CELL = "border-b px-2.5 py-2.5 group-last/row:not-[thead_*]:border-b-0 first:pl-4 last:pr-4 sm:first:pl-5 sm:last:pr-5";

export function TableHead({ className, ...props }: ComponentProps<"th">) {
  return (
    <th
      data-slot="table-head"
      scope="col"
      className={cn(CELL, "text-left align-bottom text-xs font-medium text-muted-foreground", className)}
      {...props}
    />
  );
}

export function TableCell({ className, ...props }: ComponentProps<"td">) {
  return <td data-slot="table-cell" className={cn(CELL, "align-middle tabular-nums", className)} {...props} />;
}

/** The name of a row; stays in sight while the figures scroll. */
export function TableRowHead({ className, ...props }: ComponentProps<"th">) {
  return (
    <th
      data-slot="table-row-head"
      scope="row"
      className={cn(CELL, "sticky left-0 z-10 bg-card text-left align-middle font-medium", className)}
      {...props}
    />
  );
}
