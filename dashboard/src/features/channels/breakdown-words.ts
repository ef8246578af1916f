import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

const LEVELS: Record<string, { title: MessageDescriptor; one: MessageDescriptor }> = {
  campaign: { title: msg`Campaigns`, one: msg`Campaign` },
  channel_group: { title: msg`Traffic channels`, one: msg`Channel group` },
  source_medium: { title: msg`Sources and media`, one: msg`Source / medium` },
};

const UNKNOWN = { title: msg`Details`, one: msg`Name` };

/** What a level below the account is called. */
export function levelWords(level: string): { title: MessageDescriptor; one: MessageDescriptor } {
  return LEVELS[level] ?? UNKNOWN;
}

const STATUSES: Record<string, MessageDescriptor> = {
  ENABLED: msg`Running`,
  ACTIVE: msg`Running`,
  PAUSED: msg`Paused`,
  REMOVED: msg`Removed`,
  ENDED: msg`Ended`,
};

/** A platform's status in words; undefined where it says nothing that we know. */
export function statusWords(status: string | null): MessageDescriptor | undefined {
  return status === null ? undefined : STATUSES[status.toUpperCase()];
}
