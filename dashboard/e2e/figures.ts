import type { Page } from "playwright-core";
import type { Schemas } from "../src/lib/api/client.ts";
import { readsAs } from "./reading.ts";
import type { Locale } from "./settings.ts";

type Figure = Schemas["Figure"];

/** The kinds of places that show figures; each must have been compared somewhere, or a check of nothing would pass. */
export const KINDS = ["card", "channel", "topic", "row", "total", "change", "series"] as const;
export type Kind = (typeof KINDS)[number];

/** How many figures of each kind were compared. */
export type Tally = Partial<Record<Kind, number>>;

/** A figure that must stand at one place of a page. */
export interface Expected {
  kind: Kind;
  /** CSS selector of the place. */
  place: string;
  figure: Figure;
  /** Whether its change stands beside it. */
  change: boolean;
}

/** What the table of channels must show of each channel, where the API has a value. */
const CHANNEL_COLUMNS: Record<Schemas["ChannelId"], readonly string[]> = {
  google_ads: ["spend", "clicks", "conversions", "conversions_value", "roas"],
  website: ["sessions", "transactions", "purchase_revenue"],
  shop: ["orders", "net_revenue", "average_order_value"],
};

/** What the table below a channel must show of each row, where the API has a value. */
const ROW_COLUMNS: Record<Schemas["ChannelId"], readonly string[]> = {
  google_ads: ["spend", "impressions", "clicks", "ctr", "cpc", "conversions", "cost_per_conversion", "conversions_value", "roas"],
  website: ["sessions", "engaged_sessions", "key_events", "transactions", "purchase_revenue"],
  shop: ["orders", "revenue", "refunds", "net_revenue", "average_order_value"],
};

/** Every figure of the overview that the page must show. */
export function overviewFigures(overview: Schemas["Overview"]): Expected[] {
  // Before anything is connected the page says so and shows no figures.
  if (overview.channels.length === 0) return [];
  const channels = overview.channels.flatMap((row) =>
    inColumns(row.figures, CHANNEL_COLUMNS[row.channel]).map((figure) => ({
      kind: "channel" as const,
      place: `[data-channel="${row.channel}"]`,
      figure,
      change: true,
    })),
  );
  const topics = overview.reconciliation.flatMap((row) =>
    row.statements.map(({ figure }) => ({ kind: "topic" as const, place: `[data-topic="${row.topic}"]`, figure, change: true })),
  );
  return [...cards(overview.kpis), ...channels, ...topics];
}

export function channelFigures(detail: Schemas["ChannelDetail"]): Expected[] {
  const columns = ROW_COLUMNS[detail.channel];
  const breakdown = detail.breakdown?.rows ?? [];
  const rows = breakdown.flatMap((row) => {
    const place = `tr[data-row="${row.kind}"][data-entity=${JSON.stringify(row.id ?? "")}]`;
    const change = row.kind === "entity";
    return inColumns(row.figures, columns).map((figure) => ({ kind: "row" as const, place, figure, change }));
  });
  const reported = new Set(rows.map(({ figure }) => figure.metric));
  const totals = detail.kpis
    .filter(({ metric }) => reported.has(metric))
    .flatMap((kpi) => kpi.figures.flatMap(({ figure }) => inColumns([figure], columns)))
    .map((figure) => ({ kind: "total" as const, place: `tr[data-row="total"]`, figure, change: true }));
  return [...cards(detail.kpis), ...rows, ...totals];
}

function cards(kpis: readonly Schemas["Kpi"][]): Expected[] {
  return kpis.flatMap((kpi) =>
    kpi.figures.map(({ figure }) => ({ kind: "card" as const, place: `[data-kpi="${kpi.metric}"]`, figure, change: true })),
  );
}

function inColumns(figures: readonly Figure[], columns: readonly string[]): Figure[] {
  return figures.filter((figure) => figure.value !== null && columns.includes(figure.metric));
}

interface Shown {
  value: string;
  text: string;
}

interface Place {
  /** By metric and currency. */
  values: Record<string, Shown[]>;
  /** The exact change, or why there is none, by metric and currency. */
  changes: Record<string, string[]>;
}

/** What the places show; null for a place that is not there. */
function readShown(page: Page, places: string[]): Promise<Record<string, Place | null>> {
  return page.evaluate((selectors) => {
    const read = (selector: string) => {
      const elements = [...document.querySelectorAll(selector)];
      if (elements.length === 0) return null;
      const place: Place = { values: {}, changes: {} };
      const all = <E extends Element>(inner: string) => elements.flatMap((element) => [...element.querySelectorAll<E>(inner)]);
      for (const data of all<HTMLDataElement>("data[data-metric]")) {
        const key = `${data.dataset["metric"]}/${data.dataset["currency"]}`;
        (place.values[key] ??= []).push({ value: data.value, text: data.innerText });
      }
      for (const { dataset } of all<HTMLElement>("[data-change-of]")) {
        (place.changes[dataset["changeOf"] ?? ""] ??= []).push(dataset["change"] ?? `none: ${dataset["changeAbsence"]}`);
      }
      return place;
    };
    return Object.fromEntries(selectors.map((selector) => [selector, read(selector)]));
  }, places);
}

/** Compares a page with the API's answer: exact values and changes in the markup, and the visible text read back as a number. */
export async function compareFigures(
  page: Page,
  expected: readonly Expected[],
  locale: Locale,
): Promise<{ compared: Tally; wrong: string[] }> {
  const shown = await readShown(page, [...new Set(expected.map(({ place }) => place))]);
  const wrong: string[] = [];
  const compared: Tally = {};
  const count = (kind: Kind) => (compared[kind] = (compared[kind] ?? 0) + 1);
  for (const one of expected) {
    const found = shown[one.place];
    const mistakes = [...wrongValue(one, found, locale), ...wrongChange(one, found)];
    wrong.push(...mistakes.map((mistake) => `${one.place}: ${one.figure.metric} ${mistake}`));
    if (one.figure.value === null) continue;
    count(one.kind);
    if (one.change && one.figure.comparison) count("change");
  }
  return { compared, wrong };
}

function keyOf({ metric, currency }: Figure): string {
  return `${metric}/${currency ?? ""}`;
}

function wrongValue({ figure }: Expected, found: Place | null | undefined, locale: Locale): string[] {
  const candidates = found?.values[keyOf(figure)] ?? [];
  if (figure.value === null) return candidates.map(({ value }) => `has no value, the page shows ${value}`);
  if (candidates.length === 0) return ["is missing"];
  if (candidates.some((candidate) => says(candidate, figure.value, locale))) return [];
  return [`is ${figure.value}, the page shows ${candidates.map(({ value, text }) => `${value} as "${text}"`).join(", ")}`];
}

function wrongChange({ figure, change }: Expected, found: Place | null | undefined): string[] {
  if (!change || figure.value === null || !figure.comparison) return [];
  const expected = figure.comparison.change ?? `none: ${figure.comparison.changeAbsence}`;
  const candidates = found?.changes[keyOf(figure)] ?? [];
  return candidates.includes(expected) ? [] : [`changed by ${expected}, the page shows ${candidates.join(", ") || "nothing"}`];
}

export function says({ value, text }: Shown, expected: string | null, locale: Locale): boolean {
  return expected !== null && value === expected && readsAs(text, Number(expected), locale);
}
