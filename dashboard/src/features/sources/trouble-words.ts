import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

interface TroubleWords {
  what: MessageDescriptor;
  advice: MessageDescriptor;
}

const RECONNECT = msg`Ask your platform team to connect it again with new access data. The figures so far stay.`;
const PLATFORM_TEAM = msg`Your platform team has to correct this; send them the details below.`;
const WAIT = msg`Nothing to do: it goes on by itself, and the missing days are filled in.`;

/** Reasons of conditions and classes of runs share these words. */
const WORDS: Record<string, TroubleWords> = {
  AuthExpired: { what: msg`The access has expired`, advice: RECONNECT },
  AuthRevoked: { what: msg`The access was revoked`, advice: RECONNECT },
  PermissionDenied: {
    what: msg`The connected user lacks a right`,
    advice: msg`Give the connected user read access to this account on the platform; the next sync then works by itself.`,
  },
  AccountDisabled: {
    what: msg`The account is disabled on the platform`,
    advice: msg`Activate the account on the platform again. Until then the last figures stay.`,
  },
  RateLimited: { what: msg`The platform asked to slow down`, advice: WAIT },
  DailyQuota: {
    what: msg`The platform's daily limit is used up`,
    advice: msg`Nothing to do: syncing goes on when the platform's day is over.`,
  },
  TooMuchData: { what: msg`The platform returns too much at once`, advice: WAIT },
  Transient: { what: msg`The platform did not answer properly`, advice: WAIT },
  ApiVersionSunset: {
    what: msg`The platform has switched off this version of its interface`,
    advice: msg`An upgrade of the product is needed. Tell your platform team.`,
  },
  PermanentBug: { what: msg`The platform's answer was not understood`, advice: PLATFORM_TEAM },
  SecretMissing: { what: msg`The access data is missing`, advice: PLATFORM_TEAM },
  KeyMissing: { what: msg`The access data is incomplete`, advice: PLATFORM_TEAM },
  WrongPlatform: { what: msg`The access data belongs to another platform`, advice: PLATFORM_TEAM },
  AccountAlreadyClaimed: { what: msg`Another data source already reads this account`, advice: PLATFORM_TEAM },
  UnknownTimeZone: { what: msg`The time zone is unknown`, advice: PLATFORM_TEAM },
  NamespaceTaken: { what: msg`The organization is declared twice`, advice: PLATFORM_TEAM },
  OrganizationMissing: { what: msg`The organization of this data source does not exist`, advice: PLATFORM_TEAM },
  OrganizationNotReady: { what: msg`The organization is still being set up`, advice: WAIT },
  DatabaseUnreachable: { what: msg`The database cannot be reached`, advice: WAIT },
  OrganizationSuspended: {
    what: msg`The organization is paused`,
    advice: msg`Nothing is fetched until its owner lets it run again; the figures so far stay.`,
  },
  InvalidSchedule: { what: msg`The schedule cannot be read`, advice: PLATFORM_TEAM },
  InvalidSpec: { what: msg`The settings of this data source cannot be used`, advice: PLATFORM_TEAM },
  Unsupported: { what: msg`This version cannot do what the settings ask for`, advice: PLATFORM_TEAM },
  NameOccupied: { what: msg`Something else in the cluster has the name that this data source needs`, advice: PLATFORM_TEAM },
  DatabaseError: { what: msg`The database refused what was asked of it`, advice: PLATFORM_TEAM },
  SchemaTooNew: { what: msg`The database is of a newer version of the product`, advice: PLATFORM_TEAM },
  KubernetesApi: { what: msg`The cluster did not answer as it should`, advice: PLATFORM_TEAM },
  Forbidden: { what: msg`A limit or a rule of the cluster stands in the way`, advice: PLATFORM_TEAM },
  RunLost: {
    what: msg`The last sync broke off without a word`,
    advice: msg`The next one tries again by itself. If it breaks off as well, send your platform team the details below.`,
  },
  Late: {
    what: msg`The planned sync has not come in yet`,
    advice: msg`It usually catches up by itself. If it stays late for more than an hour, tell your platform team.`,
  },
  ArchiveStoreUnreachable: { what: msg`The archive cannot be reached`, advice: PLATFORM_TEAM },
  ArchiveStoreFull: { what: msg`The archive is full`, advice: PLATFORM_TEAM },
};

const UNKNOWN: TroubleWords = { what: msg`Syncing does not work`, advice: PLATFORM_TEAM };

/** What happened and what to do. */
export function troubleWords(reason: string): TroubleWords {
  return WORDS[reason] ?? UNKNOWN;
}

const OUTCOMES: Record<string, MessageDescriptor> = { Ok: msg`Successful`, EmptyOk: msg`Successful, nothing new` };

/** How a run ended, in a few words. */
export function outcomeWords(reason: string): MessageDescriptor {
  return OUTCOMES[reason] ?? troubleWords(reason).what;
}
