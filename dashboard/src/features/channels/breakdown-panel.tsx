import { useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card.tsx";
import { Table } from "@/components/ui/table.tsx";
import type { Schemas } from "@/lib/api/client.ts";
import { useSignedIn } from "@/lib/signed-in.tsx";
import { nextSorting, rowGroups, type Sorting, visibleRows } from "./breakdown-model.ts";
import { BreakdownHeader, BreakdownRow, CurrencyRow, TotalsRow } from "./breakdown-rows.tsx";
import { levelWords } from "./breakdown-words.ts";
import { columnsOf } from "./columns.ts";
import { useEntitySeries } from "./use-entity-series.ts";

interface BreakdownPanelProps {
  detail: Schemas["ChannelDetail"];
  breakdown: Schemas["Breakdown"];
}

/** A channel's figures one level down; the rows add up to the channel's totals. */
export function BreakdownPanel({ detail, breakdown }: BreakdownPanelProps) {
  const { t } = useLingui();
  const { organization } = useSignedIn();
  const columns = columnsOf(breakdown.rows);
  const [sorting, setSorting] = useState<Sorting>({ metric: columns[0] ?? "", descending: true });
  const [all, setAll] = useState(false);
  const series = useEntitySeries(detail, breakdown.level, columns[0]);
  const groups = rowGroups(breakdown.rows, sorting, organization.currency);
  const shown = groups.map(({ currency, rows }) => ({ currency, rows: visibleRows(rows, all) }));
  const count = breakdown.rows.length;
  const words = levelWords(breakdown.level);
  const accountNames = new Map(detail.accounts.map((account) => [account.account, account.name ?? account.account]));
  return (
    <Card>
      <CardHeader>
        <div>
          <CardTitle>{t(words.title)}</CardTitle>
          <CardDescription>{t`All rows together are the channel's totals. Click a heading to sort.`}</CardDescription>
        </div>
      </CardHeader>
      {breakdown.rows.length === 0 ? (
        <p className="px-5 py-8 text-center text-sm text-muted-foreground">{t`Nothing was reported in this period`}</p>
      ) : (
        <Table label={t(words.title)} className="mt-2">
          <BreakdownHeader
            name={t(words.one)}
            columns={columns}
            sorting={sorting}
            trend={series !== undefined}
            onSort={(metric) => setSorting(nextSorting(sorting, metric))}
          />
          {shown.map(({ currency, rows }) => (
            <tbody key={currency}>
              {shown.length > 1 && <CurrencyRow currency={currency} cells={columns.length + (series ? 1 : 0)} />}
              {rows.map((row) => (
                <BreakdownRow
                  key={`${row.kind}/${row.account}/${row.id}`}
                  row={row}
                  columns={columns}
                  account={detail.accounts.length > 1 ? accountNames.get(row.account) : undefined}
                  series={series && (series.get(`${row.account}/${row.id}`) ?? [])}
                />
              ))}
            </tbody>
          ))}
          <TotalsRow detail={detail} columns={columns} trend={series !== undefined} />
        </Table>
      )}
      {shown.reduce((sum, { rows }) => sum + rows.length, 0) < count && (
        <div className="border-t p-2 text-center">
          <Button
            variant="ghost"
            data-slot="show-all"
            aria-expanded={false}
            onClick={() => setAll(true)}
          >{t`Show all ${count} rows`}</Button>
        </div>
      )}
    </Card>
  );
}
