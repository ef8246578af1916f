import { useLingui } from "@lingui/react/macro";
import ArrowDown from "lucide-react/icons/arrow-down";
import ArrowUp from "lucide-react/icons/arrow-up";
import { Sparkline } from "@/charts/sparkline.tsx";
import { CaveatMarks, rowCaveats } from "@/components/figures/caveat-marks.tsx";
import { FigureCell } from "@/components/figures/figure-cell.tsx";
import { useDictionary } from "@/components/figures/dictionary.ts";
import { TableCell, TableHead, TableRow, TableRowHead } from "@/components/ui/table.tsx";
import type { Schemas } from "@/lib/api/client.ts";
import { cn } from "@/lib/class-names.ts";
import { nameOf, type Sorting, totalFigures } from "./breakdown-model.ts";
import { statusWords } from "./breakdown-words.ts";
import { figuresOf } from "./columns.ts";

/** Phones have no room for the miniature lines beside a name and a figure. */
const TREND = "max-sm:hidden";

interface BreakdownHeaderProps {
  name: string;
  columns: readonly string[];
  sorting: Sorting;
  trend: boolean;
  onSort: (metric: string) => void;
}

export function BreakdownHeader({ name, columns, sorting, trend, onSort }: BreakdownHeaderProps) {
  const { t } = useLingui();
  const { metric } = useDictionary();
  return (
    <thead>
      <TableRow>
        <TableHead className="sticky left-0 z-10 bg-card">{name}</TableHead>
        {trend && <TableHead className={TREND}>{t`Trend`}</TableHead>}
        {columns.map((id) => (
          <SortableHead
            key={id}
            label={metric(id).label}
            direction={sorting.metric === id ? (sorting.descending ? "descending" : "ascending") : "none"}
            onSort={() => onSort(id)}
          />
        ))}
      </TableRow>
    </thead>
  );
}

interface SortableHeadProps {
  label: string;
  direction: "ascending" | "descending" | "none";
  onSort: () => void;
}

function SortableHead({ label, direction, onSort }: SortableHeadProps) {
  const Icon = direction === "ascending" ? ArrowUp : ArrowDown;
  return (
    <TableHead aria-sort={direction} className="text-right">
      <button
        type="button"
        onClick={onSort}
        className={cn(
          "inline-flex min-h-9 items-center gap-1 rounded-sm text-right hover:text-foreground focus-visible:outline-2",
          direction !== "none" && "text-foreground",
        )}
      >
        <Icon aria-hidden="true" className={cn("size-3 shrink-0", direction === "none" && "opacity-0")} />
        {label}
      </button>
    </TableHead>
  );
}

/** Heads the rows of one currency where there are several, which are not ranked among each other. */
export function CurrencyRow({ currency, cells }: { currency: string | null; cells: number }) {
  const { t } = useLingui();
  return (
    <TableRow data-currency={currency ?? ""}>
      <th
        scope="rowgroup"
        className="sticky left-0 border-b bg-muted px-4 py-1.5 text-left text-xs font-medium text-muted-foreground sm:px-5"
      >
        {currency ?? t`Without a currency`}
      </th>
      <td colSpan={cells} className="border-b bg-muted" />
    </TableRow>
  );
}

interface BreakdownRowProps {
  row: Schemas["BreakdownRow"];
  columns: readonly string[];
  /** Named only where the channel has several. */
  account: string | undefined;
  series: readonly (number | null)[] | undefined;
}

export function BreakdownRow({ row, columns, account, series }: BreakdownRowProps) {
  const { t } = useLingui();
  const names = { entity: nameOf(row), others: t`Other, smaller ones`, unallocated: t`Not allocated` };
  const status = statusWords(row.status);
  const remark =
    row.kind === "unallocated"
      ? t`Reported by the account, but by none of its parts`
      : [status && t(status), account].filter(Boolean).join(" · ");
  return (
    <TableRow data-row={row.kind} data-entity={row.id ?? ""} className={cn(row.kind !== "entity" && "text-muted-foreground")}>
      <TableRowHead className="w-28 max-w-28 min-w-28 sm:w-auto sm:max-w-80 sm:min-w-56">
        <span
          className={cn("line-clamp-3 break-words sm:line-clamp-2", row.kind !== "entity" && "font-normal italic")}
          title={names[row.kind]}
        >
          {names[row.kind]} <CaveatMarks caveats={rowCaveats(row.figures)} />
        </span>
        {remark && <span className="block text-xs font-normal text-muted-foreground">{remark}</span>}
      </TableRowHead>
      {series && (
        <TableCell className={TREND}>
          <Sparkline values={series} className="h-7 w-24" />
        </TableCell>
      )}
      {columns.map((id) => (
        <TableCell key={id} className="text-right">
          <FigureCell figures={figuresOf(row, id)} delta={row.kind === "entity"} />
        </TableCell>
      ))}
    </TableRow>
  );
}

interface TotalsRowProps {
  detail: Schemas["ChannelDetail"];
  columns: readonly string[];
  trend: boolean;
}

export function TotalsRow({ detail, columns, trend }: TotalsRowProps) {
  const { t } = useLingui();
  return (
    <tfoot>
      <TableRow className="font-semibold [&>*]:border-t" data-row="total">
        <TableRowHead className="font-semibold">{t`Total`}</TableRowHead>
        {trend && <TableCell className={TREND} />}
        {columns.map((id) => (
          <TableCell key={id} className="text-right">
            <FigureCell figures={totalFigures(detail, id)} />
          </TableCell>
        ))}
      </TableRow>
    </tfoot>
  );
}
