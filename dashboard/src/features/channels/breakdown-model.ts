import type { Schemas } from "@/lib/api/client.ts";
import { approximate } from "@/lib/format/decimal.ts";

type Row = Schemas["BreakdownRow"];
type Figure = Schemas["Figure"];

export interface Sorting {
  metric: string;
  descending: boolean;
}

/** A row's value by which it is sorted; unlike currencies are not comparable, so the first one counts. */
function sortValue(row: Row, metric: string): number {
  const figure = row.figures.find((one) => one.metric === metric && one.value !== null);
  return approximate(figure?.value) ?? Number.NEGATIVE_INFINITY;
}

/** Entities by a metric; "others" and "unallocated" always come last, for they are no campaigns. */
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
