// How fast the chart kit is: 12 charts of 6 lines over 365 days. Prints JSON lines; nothing else should run on the machine.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { chromium } from "playwright-core";
import { build } from "vite";

const RUNS = 5;
const MOVES = 60;

const root = new URL("..", import.meta.url).pathname;
const out = mkdtempSync(join(tmpdir(), "dpo-bench-"));

await build({
  configFile: false,
  root,
  logLevel: "error",
  resolve: { alias: { "@": join(root, "src") } },
  define: { "process.env.NODE_ENV": '"production"' },
  build: {
    outDir: out,
    lib: { entry: join(root, "bench/page.tsx"), formats: ["iife"], name: "benchPage", fileName: () => "bench.js" },
  },
});

const quantile = (values: number[], share: number) =>
  values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? Number.NaN;
const rounded = (value: number) => Math.round(value * 10) / 10;

async function measure(page: Page, slowdown: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send("Emulation.setCPUThrottlingRate", { rate: slowdown });
  const mounts: number[] = [];
  for (let run = 0; run < RUNS; run += 1) mounts.push(await page.evaluate(() => window.bench.mount()));
  const moves = await page.evaluate((count) => window.bench.hover(count), MOVES);
  const nodes = await page.evaluate(() => window.bench.nodes());
  const common = { charts: 12, series: 6, days: 365, cpuSlowdown: slowdown };
  console.log(JSON.stringify({ ...common, what: "mount", runs: RUNS, medianMs: rounded(quantile(mounts, 0.5)), nodes }));
  console.log(
    JSON.stringify({
      ...common,
      what: "hover",
      moves: MOVES,
      p50Ms: rounded(quantile(moves, 0.5)),
      p90Ms: rounded(quantile(moves, 0.9)),
    }),
  );
}

const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
await page.setContent('<div style="width: 1200px"></div>');
await page.addScriptTag({ path: join(out, "bench.js") });
for (const slowdown of [1, 4]) await measure(page, slowdown);
await browser.close();
