import { memo } from "react";
import { cn } from "@/lib/class-names.ts";
import { sparklineGeometry } from "./sparkline-geometry.ts";

const SIZE = { width: 120, height: 32 };

/** The course of a figure in miniature; what it says is said in words beside it. */
export const Sparkline = memo(function Sparkline({
  values,
  className,
}: {
  values: readonly (number | null)[];
  className?: string;
}) {
  const geometry = sparklineGeometry(values, SIZE);
  return (
    <svg
      data-slot="sparkline"
      viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      className={cn("h-8 w-full overflow-visible text-chart-1", className)}
    >
      {geometry && (
        <>
          <path d={geometry.area} fill="currentColor" opacity={0.1} />
          <path
            d={geometry.line}
            fill="none"
            stroke="currentColor"
            strokeWidth={1.5}
            vectorEffect="non-scaling-stroke"
            strokeLinejoin="round"
          />
        </>
      )}
    </svg>
  );
});
