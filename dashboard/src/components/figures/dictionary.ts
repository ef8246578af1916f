import { useSuspenseQuery } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import type { Schemas } from "@/lib/api/client.ts";
import { dictionaryQuery } from "@/lib/api/queries/figures.ts";
import type { Locale } from "@/lib/i18n/locale.ts";
import { useLocale } from "@/lib/i18n/use-locale.ts";
import { useSignedIn } from "@/lib/signed-in.tsx";
import { writeFormula } from "./write-formula.ts";

type Unit = Schemas["Unit"];
type Direction = Schemas["Direction"];

/** A metric in the words of one language. */
export interface MetricWords {
  id: string;
  label: string;
  explanation: string;
  /** In the labels of the metrics that it is made of. */
  formula: string | undefined;
  unit: Unit;
  direction: Direction;
  nature: Schemas["Nature"] | undefined;
}

export interface Dictionary {
  locale: Locale;
  metric: (id: string) => MetricWords;
  channel: (id: Schemas["ChannelId"]) => string;
  channels: readonly Schemas["ChannelId"][];
}

/** Words for ids. A metric that a newer API knows and this page does not is shown under its id. */
export function createDictionary(dictionary: Schemas["Dictionary"], locale: Locale): Dictionary {
  const metrics = new Map(dictionary.metrics.map((metric) => [metric.id, metric]));
  const labelOf = (id: string) => metrics.get(id)?.label[locale] ?? id;
  const channels = new Map(dictionary.channels.map((channel) => [channel.id, channel.label[locale]]));
  return {
    locale,
    metric: (id) => {
      const known = metrics.get(id);
      return {
        id,
        label: labelOf(id),
        explanation: known?.explanation[locale] ?? "",
        formula: known?.formula ? writeFormula(known.formula, labelOf) : undefined,
        unit: known?.unit ?? "count",
        direction: known?.direction ?? "neutral",
        nature: known?.nature,
      };
    },
    channel: (id) => channels.get(id) ?? id,
    channels: dictionary.channels.map((channel) => channel.id),
  };
}

/** Set in tests that render one component; pages read the API's dictionary. */
export const DictionaryContext = createContext<Dictionary | undefined>(undefined);

export function useLoadedDictionary(): Dictionary {
  const { organization } = useSignedIn();
  const { data } = useSuspenseQuery(dictionaryQuery(organization.id));
  return createDictionary(data, useLocale());
}

export function useDictionary(): Dictionary {
  const dictionary = useContext(DictionaryContext);
  if (!dictionary) throw new Error("This component needs a DictionaryContext around it");
  return dictionary;
}
