import { createRoot, type Root } from "react-dom/client";
import { flushSync } from "react-dom";
import type { PointDescription } from "@/charts/chart-tooltip.tsx";
import { LineChart } from "@/charts/line-chart.tsx";
import type { LineChartSpec } from "@/charts/spec.ts";
import { addDays } from "@/lib/dates/civil.ts";

const CHARTS = 12;
const SERIES = 6;
const DAYS = 365;

const DATES = Array.from({ length: DAYS }, (_, day) => addDays("2025-11-23", day));

interface BenchChart {
  name: string;
  spec: LineChartSpec;
}

function course(chart: number, series: number): number[] {
  return DATES.map((_, day) => 1000 + 400 * Math.sin((day + chart * 7) / (9 + series)) + ((day * 7919 + series * 104_729) % 211));
}

const BENCH_CHARTS: BenchChart[] = Array.from({ length: CHARTS }, (_, chart) => ({
  name: `chart ${chart}`,
  spec: {
    dates: DATES,
    series: Array.from({ length: SERIES }, (__, series) => ({
      key: String(series),
      values: course(chart, series),
      color: `var(--chart-${series + 1})`,
    })),
  },
}));

const writeTick = (value: number) => String(value);

function Charts() {
  return BENCH_CHARTS.map(({ name, spec }) => (
    <LineChart
      key={name}
      spec={spec}
      height={240}
      label={name}
      writeTick={writeTick}
      dateLabel={(index) => DATES[index] ?? ""}
      describe={(index): PointDescription => ({
        title: DATES[index] ?? "",
        rows: spec.series.map(({ key, values, color }) => ({ key, label: key, value: String(values[index]), color })),
      })}
    />
  ));
}

const nextPaint = () =>
  new Promise<number>((resolve) => requestAnimationFrame(() => setTimeout(() => resolve(performance.now()), 0)));

let root: Root | undefined;

/** Milliseconds from nothing to painted charts. */
async function mount(): Promise<number> {
  root?.unmount();
  const host = document.body.appendChild(document.createElement("div"));
  root = createRoot(host);
  await nextPaint();
  const start = performance.now();
  const mounted = root;
  flushSync(() => mounted.render(<Charts />));
  return (await nextPaint()) - start;
}

/** Milliseconds from each pointer move to the painted tooltip. */
async function hover(moves: number): Promise<number[]> {
  const target = document.querySelector('[role="slider"]');
  if (!target) throw new Error("no chart is there");
  const box = target.getBoundingClientRect();
  const times: number[] = [];
  for (let move = 0; move < moves; move += 1) {
    const clientX = box.left + 80 + ((move * 37) % (box.width - 100));
    const start = performance.now();
    target.dispatchEvent(new PointerEvent("pointermove", { bubbles: true, clientX, clientY: box.top + 50 }));
    times.push((await nextPaint()) - start);
  }
  return times;
}

declare global {
  interface Window {
    bench: { mount: typeof mount; hover: typeof hover; nodes: () => number };
  }
}

window.bench = { mount, hover, nodes: () => document.querySelectorAll("*").length };
