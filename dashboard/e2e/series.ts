import type { Page } from "playwright-core";
import type { Schemas } from "../src/lib/api/client.ts";
import { says, type Tally } from "./figures.ts";
import type { Locale } from "./settings.ts";

type Charted = Pick<Schemas["Overview"], "kpis" | "periods">;

/** Turns the chart into its table and compares that with the API's series, day by day. */
export async function compareSeries(page: Page, answer: Charted, locale: Locale): Promise<{ compared: Tally; wrong: string[] }> {
  const expected = answer.kpis[0]?.figures[0];
  if (!expected) return { compared: {}, wrong: [] };
  await page.locator('[data-slot="segmented"] [role="radio"]').last().click();
  await page.locator("tr[data-day]").first().waitFor();
  const shown = await readRows(page);
  const wrong: string[] = [];
  let compared = 0;
  const check = (date: string, which: "current" | "comparison", value: string | null | undefined) => {
    const cell = shown[date]?.[which];
    if (value != null) compared += 1;
    if (value == null ? cell : !cell || !says(cell, value, locale)) {
      wrong.push(
        `${date}, ${which}: ${value ?? "nothing"}, the page shows ${cell ? `${cell.value} as "${cell.text}"` : "nothing"}`,
      );
    }
  };
  for (const [index, { date }] of answer.periods.days.entries()) {
    if (!shown[date]) wrong.push(`${date} is missing`);
    check(date, "current", expected.series[index]);
    check(date, "comparison", expected.comparisonSeries[index]);
  }
  return { compared: { series: compared }, wrong };
}

type Row = Partial<Record<"current" | "comparison", { value: string; text: string }>>;

function readRows(page: Page): Promise<Record<string, Row>> {
  return page.evaluate(() => {
    const read = (row: HTMLTableRowElement) => {
      const cells = [...row.querySelectorAll<HTMLDataElement>("data[data-series]")];
      return Object.fromEntries(cells.map((data) => [data.dataset["series"] ?? "", { value: data.value, text: data.innerText }]));
    };
    const rows = [...document.querySelectorAll<HTMLTableRowElement>("tr[data-day]")];
    return Object.fromEntries(rows.map((row) => [row.dataset["day"] ?? "", read(row)]));
  });
}
