import type { Schemas } from "@/lib/api/client.ts";
import { approximate } from "@/lib/format/decimal.ts";

type Row = Schemas["BreakdownRow"];
type Figure = Schemas["Figure"];

export interface Sorting {
  metric: string;
  descending: boolean;
}

/** Rows whose values may be compared with each other. */
export interface RowGroup {
  /** Of the metric by which they are sorted; null where it is no money. */
  currency: string | null;
  rows: Row[];
}

/** Rows by a metric, sorted only among their own currency; the organization's own currency comes first. */
export function rowGroups(rows: readonly Row[], sorting: Sorting, ownCurrency: string): RowGroup[] {
  const money = rows.some((row) => figureOf(row, sorting.metric)?.currency != null);
  const currencyOf = (row: Row) => (money ? rowCurrency(row, sorting.metric) : null);
  const currencies = [...new Set(rows.map(currencyOf))];
  const rank = (currency: string | null) => (currency === ownCurrency ? "" : (currency ?? "\uffff"));
  return currencies
    .toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1))
    .map((currency) => ({
      currency,
      rows: sortRows(
        rows.filter((row) => currencyOf(row) === currency),
        sorting,
      ),
    }));
}

function figureOf(row: Row, metric: string): Figure | undefined {
  return row.figures.find((one) => one.metric === metric);
}

/** The currency of a row: that of the metric, or of any other of its amounts where it does not have the metric. */
function rowCurrency(row: Row, metric: string): string | null {
  return figureOf(row, metric)?.currency ?? row.figures.find((one) => one.currency !== null)?.currency ?? null;
}

function sortValue(row: Row, metric: string): number {
  const figure = row.figures.find((one) => one.metric === metric && one.value !== null);
  return approximate(figure?.value) ?? Number.NEGATIVE_INFINITY;
}

/** Entities of one currency by a metric; "others" and "unallocated" always come last, for they are no campaigns. */
export function sortRows(rows: readonly Row[], { metric, descending }: Sorting): Row[] {
  const entities = rows.filter((row) => row.kind === "entity");
  const sign = descending ? -1 : 1;
  const sorted = entities.toSorted((a, b) => {
    const [left, right] = [sortValue(a, metric), sortValue(b, metric)];
    return left === right ? nameOf(a).localeCompare(nameOf(b)) : sign * (left - right);
  });
  const rest = (kind: Row["kind"]) => rows.filter((row) => row.kind === kind);
  return [...sorted, ...rest("others"), ...rest("unallocated")];
}

/** What a row is called: its name, or its id until the name was read. */
export function nameOf(row: Row): string {
  return row.name ?? row.id ?? "";
}

/** The next sorting after a click on a heading: the largest first, then the other way round. */
export function nextSorting(sorting: Sorting, metric: string): Sorting {
  return { metric, descending: sorting.metric === metric ? !sorting.descending : true };
}

/** The channel's own totals, never a sum made here: rows of a ratio do not add up. */
export function totalFigures({ kpis, accounts }: Pick<Schemas["ChannelDetail"], "kpis" | "accounts">, metric: string): Figure[] {
  const kpi = kpis.find((one) => one.metric === metric);
  if (kpi) return kpi.figures.map(({ figure }) => figure);
  const [only, ...others] = accounts;
  return only && others.length === 0 ? only.figures.filter((figure) => figure.metric === metric) : [];
}

/** How many rows are shown before "show all". */
export const FIRST_ROWS = 10;

/** The first entities and the rows that are none; everything once `all` is asked for. */
export function visibleRows(rows: readonly Row[], all: boolean): Row[] {
  if (all) return [...rows];
  let entities = 0;
  return rows.filter((row) => row.kind !== "entity" || ++entities <= FIRST_ROWS);
}
