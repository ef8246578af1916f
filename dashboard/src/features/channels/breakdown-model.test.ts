import { describe, expect, it } from "vitest";
import type { Schemas } from "@/lib/api/client.ts";
import { FIRST_ROWS, nextSorting, rowGroups, sortRows, totalFigures, visibleRows } from "./breakdown-model.ts";
import { columnsOf } from "./columns.ts";
import { entitySeries } from "./entity-series.ts";

type Row = Schemas["BreakdownRow"];

function figure(metric: string, value: string | null): Schemas["Figure"] {
  return { metric, currency: null, value, absence: value === null ? "no_data" : null, caveats: [], comparison: null };
}

function row(id: string, clicks: string | null, kind: Row["kind"] = "entity"): Row {
  return { kind, source: "google_ads", account: "1", id, name: id, status: null, figures: [figure("clicks", clicks)] };
}

const ids = (rows: Row[]) => rows.map((one) => one.id);

describe("campaigns", () => {
  const rows = [
    row("rest", "999", "unallocated"),
    row("b", "9"),
    row("a", "100"),
    row("others", "500", "others"),
    row("c", null),
  ];

  it("are sorted as numbers, with what is no campaign at the end", () => {
    expect(ids(sortRows(rows, { metric: "clicks", descending: true }))).toEqual(["a", "b", "c", "others", "rest"]);
    expect(ids(sortRows(rows, { metric: "clicks", descending: false }))).toEqual(["c", "b", "a", "others", "rest"]);
  });

  it("are ranked only among their own currency, the organization's first", () => {
    const spend = (id: string, value: string, currency: string): Row => ({
      ...row(id, "1"),
      figures: [{ ...figure("spend", value), currency }, figure("clicks", value)],
    });
    const mixed = [spend("usd-2", "325", "USD"), spend("vnd", "8054329", "VND"), spend("usd-1", "400", "USD")];
    const groups = rowGroups(mixed, { metric: "spend", descending: true }, "USD");
    expect(groups.map((group) => [group.currency, ids(group.rows)])).toEqual([
      ["USD", ["usd-1", "usd-2"]],
      ["VND", ["vnd"]],
    ]);
    expect(rowGroups(mixed, { metric: "spend", descending: true }, "VND")[0]?.currency).toBe("VND");
    const clicks = rowGroups(mixed, { metric: "clicks", descending: true }, "USD");
    expect(clicks.map((group) => [group.currency, ids(group.rows)])).toEqual([[null, ["vnd", "usd-1", "usd-2"]]]);
  });

  it("turn around when the same heading is clicked again", () => {
    const first = nextSorting({ metric: "spend", descending: false }, "clicks");
    expect(first).toEqual({ metric: "clicks", descending: true });
    expect(nextSorting(first, "clicks").descending).toBe(false);
  });

  it("are cut after the first ones, never what is left over", () => {
    const many = [
      ...Array.from({ length: FIRST_ROWS + 5 }, (_, index) => row(String(index), "1")),
      row("rest", "1", "unallocated"),
    ];
    expect(visibleRows(many, false)).toHaveLength(FIRST_ROWS + 1);
    expect(visibleRows(many, false).at(-1)?.kind).toBe("unallocated");
    expect(visibleRows(many, true)).toHaveLength(many.length);
  });

  it("have the API's totals, not a sum of rows", () => {
    const kpi = {
      metric: "ctr",
      nature: "claimed" as const,
      figures: [{ figure: figure("ctr", "0.04"), series: [], comparisonSeries: [] }],
    };
    const freshness = { state: null, fetchedAt: null, nextSyncAt: null, dataSources: [] };
    const account = { source: "google_ads" as const, account: "1", name: null, currency: null, timeZone: null, freshness };
    const accounts = [{ ...account, figures: [figure("clicks", "109")] }];
    const kpis = [{ ...kpi, freshness }];
    expect(totalFigures({ kpis, accounts }, "ctr")[0]?.value).toBe("0.04");
    expect(totalFigures({ kpis, accounts }, "clicks")[0]?.value).toBe("109");
    expect(totalFigures({ kpis, accounts: [...accounts, ...accounts] }, "clicks")).toEqual([]);
  });

  it("show the metrics that somebody reports, in the table's order", () => {
    const mixed = { figures: [figure("roas", "4"), figure("spend", "1"), figure("ctr", null), figure("unheard_of", "1")] };
    expect(columnsOf([mixed])).toEqual(["spend", "roas"]);
  });
});

describe("the course of each campaign", () => {
  it("is read from exact cells, breakdowns of a day on top of each other", () => {
    const cell = (date: string, entity: string, clicks: string, breakdown = ""): Schemas["FigureRow"] => ({
      date,
      entity,
      breakdown,
      hour: null,
      stream: "s",
      currency: null,
      metrics: { clicks },
      status: "closed",
      flags: [],
      computedAt: null,
    });
    const rows = [
      cell("2026-11-01", "a", "1"),
      cell("2026-11-01", "a", "2", "mobile"),
      cell("2026-11-03", "a", "4"),
      cell("2026-12-01", "a", "9"),
    ];
    const answer = { account: "1", rows } as Schemas["Figures"];
    const series = entitySeries([answer], ["2026-11-01", "2026-11-02", "2026-11-03"], "clicks");
    expect(series.get("1/a")).toEqual([3, null, 4]);
    expect(series.size).toBe(1);
  });
});
