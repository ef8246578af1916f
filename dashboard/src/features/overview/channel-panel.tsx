import { useLingui } from "@lingui/react/macro";
import { Card, CardDescription, CardHeader, CardTitle } from "@/components/ui/card.tsx";
import type { Schemas } from "@/lib/api/client.ts";
import { useMedia } from "@/lib/use-media.ts";
import { ChannelCards } from "./channel-cards.tsx";
import { columnGroups } from "./channel-columns.ts";
import { ChannelTable } from "./channel-table.tsx";

/** All channels side by side: a table where there is room, cards on phones. */
export function ChannelPanel({ channels }: { channels: readonly Schemas["ChannelRow"][] }) {
  const { t } = useLingui();
  const wide = useMedia("(min-width: 48rem)");
  const groups = columnGroups(channels);
  return (
    <Card>
      <CardHeader>
        <div>
          <CardTitle>{t`Channels`}</CardTitle>
          <CardDescription>{t`What platforms claim, what your website measured and what your shop recorded are kept apart.`}</CardDescription>
        </div>
      </CardHeader>
      {wide ? <ChannelTable channels={channels} groups={groups} /> : <ChannelCards channels={channels} groups={groups} />}
    </Card>
  );
}
