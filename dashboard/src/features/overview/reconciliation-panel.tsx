import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react/macro";
import { CaveatWords, worthMarking } from "@/components/figures/caveat-marks.tsx";
import { Delta } from "@/components/figures/delta.tsx";
import { useDictionary } from "@/components/figures/dictionary.ts";
import { absenceText } from "@/components/figures/figure-words.ts";
import { FigureValue } from "@/components/figures/figure-value.tsx";
import { FreshnessLabel } from "@/components/figures/freshness-label.tsx";
import { NatureBadge } from "@/components/figures/nature-badge.tsx";
import { Card, CardContent, CardDescription, CardHeader, CardTitle } from "@/components/ui/card.tsx";
import type { Schemas } from "@/lib/api/client.ts";
import { isDecimal } from "@/lib/format/decimal.ts";
import { percent } from "@/lib/format/number.ts";
import { barLength, type Party, parties } from "./reconciliation-model.ts";

const BARS: Record<Schemas["Nature"], string> = { claimed: "bg-claimed", measured: "bg-measured", recorded: "bg-recorded" };

/** Where "nothing to divide by" would leave open what the share is of. */
const SHARE_ABSENCES: Partial<Record<Schemas["Absence"], MessageDescriptor>> = {
  no_denominator: msg`No share: the books show nothing in this period`,
  no_source: msg`No share: the shop's books are not connected`,
};

/** What platforms claim and the website measured, beside what the shop recorded. */
export function ReconciliationPanel({ reconciliation }: { reconciliation: readonly Schemas["Reconciliation"][] }) {
  const { t } = useLingui();
  return (
    <Card>
      <CardHeader>
        <div>
          <CardTitle>{t`Who says what`}</CardTitle>
          <CardDescription>{t`Every platform counts in its own way. The shop's books are the measure.`}</CardDescription>
        </div>
      </CardHeader>
      <CardContent className="divide-y py-1">
        {reconciliation.map((row) => (
          <Topic key={`${row.topic}/${row.currency}`} row={row} />
        ))}
      </CardContent>
    </Card>
  );
}

function Topic({ row }: { row: Schemas["Reconciliation"] }) {
  const { t } = useLingui();
  const name = row.topic === "revenue" ? t`Revenue` : t`Orders`;
  return (
    <section data-topic={row.topic} className="py-3">
      <h3 className="text-sm font-medium">{row.currency ? `${name} (${row.currency})` : name}</h3>
      <div className="mt-2 grid gap-x-6 gap-y-3 md:grid-cols-3">
        {parties(row).map((party) => (
          <PartyColumn key={party.nature} party={party} row={row} />
        ))}
      </div>
    </section>
  );
}

function PartyColumn({ party, row }: { party: Party; row: Schemas["Reconciliation"] }) {
  const { t } = useLingui();
  const { locale } = useDictionary();
  const share = party.overRecorded && isDecimal(party.overRecorded) ? percent(party.overRecorded, locale) : undefined;
  return (
    <div className="min-w-0">
      <div className="flex items-baseline justify-between gap-2">
        <NatureBadge nature={party.nature} className="font-medium" />
        {share && <span className="text-xs text-muted-foreground tabular-nums">{t`${share} of the books`}</span>}
      </div>
      {party.statements.length === 0 && <p className="mt-1 text-sm text-muted-foreground">{t`Nobody says anything here`}</p>}
      {party.absence && party.statements.some(({ figure }) => figure.value !== null) && (
        <p data-slot="share-absence" className="mt-0.5 text-xs text-pretty text-muted-foreground">
          {t(SHARE_ABSENCES[party.absence] ?? absenceText(party.absence))}
        </p>
      )}
      {party.statements.map((statement) => (
        <StatementRow key={`${statement.channel}/${statement.figure.metric}`} statement={statement} row={row} />
      ))}
    </div>
  );
}

function StatementRow({ statement, row }: { statement: Schemas["Statement"]; row: Schemas["Reconciliation"] }) {
  const { t } = useLingui();
  const { channel, metric } = useDictionary();
  const { figure } = statement;
  return (
    <div className="mt-1.5">
      <p className="flex flex-wrap items-baseline justify-between gap-x-3 text-sm">
        <span className="text-muted-foreground">
          {channel(statement.channel)} · {metric(figure.metric).label}
        </span>
        <span className="ml-auto flex flex-wrap items-baseline justify-end gap-x-2 text-right font-medium">
          {figure.value !== null && <Delta figure={figure} className="font-normal" />}
          <FigureValue figure={figure} />
        </span>
      </p>
      {figure.value === null && (
        <p className="text-xs text-pretty text-muted-foreground">{t(absenceText(figure.absence ?? "no_data"))}</p>
      )}
      <div className="mt-1 h-1.5 rounded-full bg-muted" aria-hidden="true">
        <div
          className={`h-full rounded-full ${BARS[statement.nature]}`}
          style={{ width: `${barLength(statement, row) * 100}%` }}
        />
      </div>
      <CaveatWords caveats={worthMarking(figure.caveats)} />
      <FreshnessLabel {...statement.freshness} className="mt-1" />
    </div>
  );
}
