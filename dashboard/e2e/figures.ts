import type { Page } from "playwright-core";
import type { Schemas } from "../src/lib/api/client.ts";
import type { Locale } from "./settings.ts";

type Figure = Schemas["Figure"];

/** A figure that must stand at one place of a page. */
export interface Expected {
  /** CSS selector of the place. */
  place: string;
  figure: Figure;
}

interface Shown {
  value: string;
  text: string;
}

/** Every figure of the overview that the page must show. */
export function overviewFigures(overview: Schemas["Overview"]): Expected[] {
  // Before anything is connected the page says so and shows no figures.
  if (overview.channels.length === 0) return [];
  const cards = overview.kpis.flatMap((kpi) =>
    kpi.figures.map(({ figure }) => ({ place: `[data-kpi="${kpi.metric}"]`, figure })),
  );
  const channels = overview.channels.flatMap((row) =>
    row.figures.map((figure) => ({ place: `[data-channel="${row.channel}"]`, figure })),
  );
  const topics = overview.reconciliation.flatMap((row) =>
    row.statements.map(({ figure }) => ({ place: `[data-topic="${row.topic}"]`, figure })),
  );
  return [...cards, ...channels, ...topics];
}

export function channelFigures(detail: Schemas["ChannelDetail"]): Expected[] {
  const cards = detail.kpis.flatMap((kpi) => kpi.figures.map(({ figure }) => ({ place: `[data-kpi="${kpi.metric}"]`, figure })));
  const rows = (detail.breakdown?.rows ?? []).flatMap((row) => {
    const place = `tr[data-row="${row.kind}"][data-entity=${JSON.stringify(row.id ?? "")}]`;
    return row.figures.map((figure) => ({ place, figure }));
  });
  return [...cards, ...rows];
}

/** What a place shows of each metric, by metric and currency. */
function readShown(page: Page, places: string[]): Promise<Record<string, Record<string, Shown[]> | null>> {
  return page.evaluate((selectors) => {
    const read = (selector: string) => {
      const elements = [...document.querySelectorAll(selector)];
      if (elements.length === 0) return null;
      const shown: Record<string, Shown[]> = {};
      for (const data of elements.flatMap((element) => [...element.querySelectorAll<HTMLDataElement>("data[data-metric]")])) {
        const key = `${data.dataset["metric"]}/${data.dataset["currency"]}`;
        (shown[key] ??= []).push({ value: data.value, text: data.innerText });
      }
      return shown;
    };
    return Object.fromEntries(selectors.map((selector) => [selector, read(selector)]));
  }, places);
}

/** Compares a page with the API's answer: exact values in the markup, and the visible text read back as a number. */
export async function compareFigures(
  page: Page,
  expected: readonly Expected[],
  locale: Locale,
): Promise<{ compared: number; wrong: string[] }> {
  const shown = await readShown(page, [...new Set(expected.map(({ place }) => place))]);
  const wrong: string[] = [];
  let compared = 0;
  for (const { place, figure } of expected) {
    const found = shown[place];
    const candidates = found?.[`${figure.metric}/${figure.currency ?? ""}`];
    // Tables choose their columns; cards show everything.
    if (!found || (!candidates && place.startsWith("[data-kpi") && figure.value !== null))
      wrong.push(`${place}: ${figure.metric} is missing`);
    if (!candidates) continue;
    compared += 1;
    if (figure.value === null) wrong.push(`${place}: ${figure.metric} has no value, the page shows ${candidates[0]?.value}`);
    else if (!candidates.some((candidate) => says(candidate, figure.value, locale))) {
      const seen = candidates.map(({ value, text }) => `${value} as "${text}"`).join(", ");
      wrong.push(`${place}: ${figure.metric} is ${figure.value}, the page shows ${seen}`);
    }
  }
  return { compared, wrong };
}

function says({ value, text }: Shown, expected: string | null, locale: Locale): boolean {
  return expected !== null && value === expected && readsAs(text, Number(expected), locale);
}

const UNITS: Record<string, number> = { nghìn: 1e3, tr: 1e6, tỷ: 1e9, k: 1e3, m: 1e6, bn: 1e9, b: 1e9, "%": 0.01 };

/** Whether a text such as "12,5 tr ₫" means `expected` to the precision that it shows. */
export function readsAs(text: string, expected: number, locale: Locale): boolean {
  const plain = text.replace(/[\u00a0\u202f\s]+/g, " ").trim();
  const match = /-?[\d.,]*\d/.exec(plain);
  if (!match) return false;
  const [group, point] = locale === "vi" ? [".", ","] : [",", "."];
  const digits = match[0].replaceAll(group, "").replace(point, ".");
  const unit = /^\s?(nghìn|tr|tỷ|bn|[kmb%])(?![a-z])/i.exec(plain.slice(match.index + match[0].length))?.[1]?.toLowerCase();
  const scale = unit === undefined ? 1 : (UNITS[unit] ?? Number.NaN);
  const negative = /^[-−]/.test(plain) && !digits.startsWith("-") ? -1 : 1;
  const decimals = digits.split(".")[1]?.length ?? 0;
  return Math.abs(negative * Number(digits) * scale - expected) <= (0.5000001 * scale) / 10 ** decimals;
}
