import { useLingui } from "@lingui/react/macro";
import { CaveatMarks, rowCaveats } from "@/components/figures/caveat-marks.tsx";
import { FigureCell } from "@/components/figures/figure-cell.tsx";
import { FreshnessLabel } from "@/components/figures/freshness-label.tsx";
import { useDictionary } from "@/components/figures/dictionary.ts";
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card.tsx";
import { Table, TableCell, TableHead, TableRow, TableRowHead } from "@/components/ui/table.tsx";
import type { Schemas } from "@/lib/api/client.ts";
import { columnsOf, figuresOf } from "./columns.ts";

/** The accounts behind a channel, each in its own currency and zone. */
export function AccountsPanel({ accounts }: { accounts: readonly Schemas["AccountRow"][] }) {
  const { t } = useLingui();
  const { metric } = useDictionary();
  const columns = columnsOf(accounts);
  return (
    <Card>
      <CardHeader>
        <div>
          <CardTitle>{t`Accounts`}</CardTitle>
          <CardDescription>{t`Amounts stay in each account's currency and are never added across currencies.`}</CardDescription>
        </div>
      </CardHeader>
      <Table label={t`Accounts`} className="mt-2">
        <thead>
          <TableRow>
            <TableHead className="sticky left-0 z-10 bg-card">{t`Account`}</TableHead>
            {columns.map((id) => (
              <TableHead key={id} className="text-right">
                {metric(id).label}
              </TableHead>
            ))}
          </TableRow>
        </thead>
        <tbody>
          {accounts.map((account) => (
            <TableRow key={`${account.source}/${account.account}`} data-account={account.account}>
              <TableRowHead className="w-32 max-w-32 sm:w-auto sm:max-w-72">
                <span className="flex items-center gap-1.5">
                  <span className="min-w-0 break-words sm:truncate">{account.name ?? account.account}</span>
                  <CaveatMarks caveats={rowCaveats(account.figures)} />
                </span>
                <span className="block text-xs font-normal break-words text-muted-foreground sm:truncate">
                  {[account.account, account.currency, account.timeZone].filter(Boolean).join(" · ")}
                </span>
                <FreshnessLabel {...account.freshness} className="font-normal" />
              </TableRowHead>
              {columns.map((id) => (
                <TableCell key={id} className="text-right">
                  <FigureCell figures={figuresOf(account, id)} />
                </TableCell>
              ))}
            </TableRow>
          ))}
        </tbody>
      </Table>
    </Card>
  );
}
