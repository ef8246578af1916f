import { memo, useId } from "react";
import type { LineGeometry, LineShape } from "./line-geometry.ts";

/** How thick days that may still change are underlined: it must not compete with the lines. */
const STRIP = 3;

interface PlotProps {
  geometry: LineGeometry;
  dateLabel: (index: number) => string;
}

/** The still part of a line chart: drawn once, untouched by hovering. */
export const Plot = memo(function Plot({ geometry, dateLabel }: PlotProps) {
  const hatch = useId();
  const { frame, size } = geometry;
  return (
    <svg width={size.width} height={size.height} aria-hidden="true" className="block select-none">
      <pattern id={hatch} width={6} height={6} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width={2} height={6} className="fill-chart-grid" />
      </pattern>
      {geometry.bands
        .filter((band) => band.mark === "archived")
        .map((band) => (
          <rect key={band.x} x={band.x} y={frame.top} width={band.width} height={frame.height} fill={`url(#${hatch})`} />
        ))}
      <ValueAxis geometry={geometry} />
      <DateAxis geometry={geometry} dateLabel={dateLabel} />
      {geometry.bands
        .filter((band) => band.mark === "provisional")
        .map((band) => (
          <rect
            key={band.x}
            x={band.x}
            y={frame.top + frame.height}
            width={band.width}
            height={STRIP}
            rx={1}
            className="fill-warning/70"
          />
        ))}
      {geometry.shapes.map((shape) => (
        <Shape key={shape.key} shape={shape} />
      ))}
    </svg>
  );
});

function ValueAxis({ geometry: { frame, valueTicks } }: { geometry: LineGeometry }) {
  return (
    <g>
      {valueTicks.map((tick) => (
        <g key={tick.y}>
          <line x1={frame.left} x2={frame.left + frame.width} y1={tick.y} y2={tick.y} className="stroke-chart-grid" />
          <text
            x={frame.left - 8}
            y={tick.y}
            dy="0.32em"
            textAnchor="end"
            className="fill-muted-foreground text-[11px] tabular-nums"
          >
            {tick.label}
          </text>
        </g>
      ))}
    </g>
  );
}

function DateAxis({ geometry, dateLabel }: PlotProps) {
  const { frame, dateTicks, size } = geometry;
  return (
    <g className="fill-muted-foreground text-[11px] tabular-nums">
      {dateTicks.map((tick) => (
        <text key={tick.index} x={tick.x} y={frame.top + frame.height + 18} textAnchor={anchor(tick.x, frame.left, size.width)}>
          {dateLabel(tick.index)}
        </text>
      ))}
    </g>
  );
}

/** Labels at the edges stay inside the drawing. */
function anchor(x: number, left: number, width: number): "start" | "middle" | "end" {
  if (x < left + 18) return "start";
  return x > width - 24 ? "end" : "middle";
}

function Shape({ shape }: { shape: LineShape }) {
  return (
    <g style={{ color: shape.color }}>
      {shape.area && <path d={shape.area} fill="currentColor" opacity={0.08} />}
      <path
        d={shape.line}
        fill="none"
        stroke="currentColor"
        strokeWidth={shape.dashed ? 1.5 : 2}
        strokeLinejoin="round"
        strokeLinecap="round"
        {...(shape.dashed ? { strokeDasharray: "4 4" } : {})}
      />
      {shape.dots.map((dot) => (
        <circle key={dot.x} cx={dot.x} cy={dot.y} r={3} fill="currentColor" />
      ))}
    </g>
  );
}
