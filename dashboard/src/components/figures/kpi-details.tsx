import { useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { Schemas } from "@/lib/api/client.ts";
import { instantIn } from "@/lib/format/time.ts";
import { useSignedIn } from "@/lib/signed-in.tsx";
import { figureComparison } from "./comparison-text.ts";
import { useDictionary } from "./dictionary.ts";
import { absenceText, caveatText } from "./figure-words.ts";
import { writeFigure } from "./write-figure.ts";

/** What a card has no room for: exact amounts, what they are compared with, every remark, and when they were read. */
export function KpiDetails({ kpi }: { kpi: Schemas["Kpi"] }) {
  const { t } = useLingui();
  const { locale } = useDictionary();
  const { organization } = useSignedIn();
  const { fetchedAt, nextSyncAt } = kpi.freshness;
  const caveats = [...new Set(kpi.figures.flatMap(({ figure }) => figure.caveats))];
  const exact = (instant: string) => instantIn(new Date(instant), organization.timeZone, locale);
  return (
    <>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-3 gap-y-1 border-t pt-2">
        {kpi.figures.map(({ figure }) => (
          <FigureDetails key={figure.currency} figure={figure} />
        ))}
        {fetchedAt && <Detail name={t`Read`}>{exact(fetchedAt)}</Detail>}
        {nextSyncAt && <Detail name={t`Next sync`}>{exact(nextSyncAt)}</Detail>}
      </dl>
      {caveats.length > 0 && (
        <ul className="list-disc space-y-1 border-t pt-2 pl-4 text-warning">
          {caveats.map((caveat) => (
            <li key={caveat}>{t(caveatText(caveat))}</li>
          ))}
        </ul>
      )}
    </>
  );
}

function FigureDetails({ figure }: { figure: Schemas["Figure"] }) {
  const { t } = useLingui();
  const { metric, locale } = useDictionary();
  const { unit } = metric(figure.metric);
  const { value, currency, absence, comparison } = figure;
  return (
    <>
      <Detail name={t`Exactly`}>
        {value === null ? t(absenceText(absence ?? "no_data")) : writeFigure({ value, unit, currency, locale })}
      </Detail>
      {comparison && (
        <Detail name={t`Before`}>
          {comparison.value === null ? t(absenceText(comparison.absence ?? "no_data")) : figureComparison(figure, unit, locale)}
        </Detail>
      )}
      {comparison?.withoutRunningDays && <Detail name={t`Change`}>{t`compared without days that are not over yet`}</Detail>}
    </>
  );
}

function Detail({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted-foreground">{name}</dt>
      <dd className="text-right break-words tabular-nums">{children}</dd>
    </>
  );
}
