import { useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { CaveatMarks, rowCaveats } from "@/components/figures/caveat-marks.tsx";
import { FigureCell } from "@/components/figures/figure-cell.tsx";
import { FreshnessLabel } from "@/components/figures/freshness-label.tsx";
import { NatureBadge } from "@/components/figures/nature-badge.tsx";
import { useDictionary } from "@/components/figures/dictionary.ts";
import { Table, TableCell, TableHead, TableRow, TableRowHead } from "@/components/ui/table.tsx";
import type { Schemas } from "@/lib/api/client.ts";
import { type ColumnGroup, figuresOf } from "./channel-columns.ts";

interface ChannelTableProps {
  channels: readonly Schemas["ChannelRow"][];
  groups: readonly ColumnGroup[];
}

export function ChannelTable({ channels, groups }: ChannelTableProps) {
  const { t } = useLingui();
  const { channel: nameOf } = useDictionary();
  return (
    <Table label={t`Channels`} className="mt-3">
      <ChannelTableHeader groups={groups} />
      <tbody>
        {channels.map((channel) => (
          <TableRow key={channel.channel} data-channel={channel.channel}>
            <TableRowHead>
              <Link
                to="/channels/$channel"
                params={{ channel: channel.channel }}
                className="whitespace-nowrap text-primary underline-offset-4 hover:underline focus-visible:outline-2"
              >
                {nameOf(channel.channel)}
              </Link>{" "}
              <CaveatMarks caveats={rowCaveats(channel.figures)} />
              <FreshnessLabel {...channel.freshness} className="flex whitespace-nowrap" />
            </TableRowHead>
            {groups.map(({ nature, metrics }) =>
              metrics.map((metric, index) => (
                <TableCell key={metric} className={nature && index === 0 ? "border-l text-right" : "text-right"}>
                  <FigureCell figures={figuresOf(channel, metric)} />
                </TableCell>
              )),
            )}
          </TableRow>
        ))}
      </tbody>
    </Table>
  );
}

function ChannelTableHeader({ groups }: Pick<ChannelTableProps, "groups">) {
  const { t } = useLingui();
  const { metric } = useDictionary();
  return (
    <thead>
      <TableRow>
        <TableHead rowSpan={2} className="sticky left-0 z-10 bg-card">{t`Channel`}</TableHead>
        {groups.map(({ nature, metrics }) =>
          nature ? (
            <TableHead key={nature} colSpan={metrics.length} scope="colgroup" className="border-l text-left">
              <NatureBadge nature={nature} className="font-medium" />
            </TableHead>
          ) : (
            <td key="plain" colSpan={metrics.length} />
          ),
        )}
      </TableRow>
      <TableRow>
        {groups.map(({ nature, metrics }) =>
          metrics.map((id, index) => (
            <TableHead key={id} className={nature && index === 0 ? "border-l text-right" : "text-right"}>
              {metric(id).label}
            </TableHead>
          )),
        )}
      </TableRow>
    </thead>
  );
}
