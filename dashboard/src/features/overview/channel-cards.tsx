import { Link } from "@tanstack/react-router";
import ChevronRight from "lucide-react/icons/chevron-right";
import { CaveatMarks, rowCaveats } from "@/components/figures/caveat-marks.tsx";
import { FigureCell } from "@/components/figures/figure-cell.tsx";
import { FreshnessLabel } from "@/components/figures/freshness-label.tsx";
import { NatureBadge } from "@/components/figures/nature-badge.tsx";
import { useDictionary } from "@/components/figures/dictionary.ts";
import type { Schemas } from "@/lib/api/client.ts";
import { type ColumnGroup, figuresOf } from "./channel-columns.ts";

interface ChannelCardsProps {
  channels: readonly Schemas["ChannelRow"][];
  groups: readonly ColumnGroup[];
}

/** The channel table for phones: one block a channel, only what the channel reports. */
export function ChannelCards({ channels, groups }: ChannelCardsProps) {
  return (
    <ul className="mt-3 divide-y border-t">
      {channels.map((channel) => (
        <li key={channel.channel} data-channel={channel.channel} className="px-4 py-3">
          <Heading channel={channel} />
          {groups.map((group) => (
            <Group key={group.nature ?? "plain"} channel={channel} group={group} />
          ))}
        </li>
      ))}
    </ul>
  );
}

function Heading({ channel }: { channel: Schemas["ChannelRow"] }) {
  const { channel: nameOf } = useDictionary();
  return (
    <div className="flex items-center gap-2">
      <Link
        to="/channels/$channel"
        params={{ channel: channel.channel }}
        className="flex min-h-11 min-w-0 flex-1 items-center justify-between gap-3 rounded-md focus-visible:outline-2"
      >
        <span className="min-w-0">
          <span className="block font-medium text-primary">{nameOf(channel.channel)}</span>
          <FreshnessLabel {...channel.freshness} />
        </span>
        <ChevronRight className="size-4 shrink-0 text-muted-foreground" aria-hidden="true" />
      </Link>
      <CaveatMarks caveats={rowCaveats(channel.figures)} />
    </div>
  );
}

function Group({ channel, group }: { channel: Schemas["ChannelRow"]; group: ColumnGroup }) {
  const { metric } = useDictionary();
  const reported = group.metrics
    .map((id) => ({ id, figures: figuresOf(channel, id) }))
    .filter(({ figures }) => figures.length > 0);
  if (reported.length === 0) return null;
  return (
    <div className="mt-2">
      {group.nature && <NatureBadge nature={group.nature} className="mb-1 font-medium" />}
      <dl className="space-y-1.5 text-sm">
        {reported.map(({ id, figures }) => (
          <div key={id} className="flex items-start justify-between gap-4">
            <dt className="text-muted-foreground">{metric(id).label}</dt>
            <dd className="text-right font-medium">
              <FigureCell figures={figures} />
            </dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
