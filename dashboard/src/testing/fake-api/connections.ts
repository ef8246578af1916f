import type { Schemas } from "../../lib/api/client.ts";
import type { Connection } from "./business.ts";
import { CHANNEL_OF } from "./channels.ts";

const MINUTE = 60_000;
const EVERY = 15;

function ago(minutes: number): string {
  return new Date(Date.now() - minutes * MINUTE).toISOString();
}

function fetchedAt(connection: Connection): string | null {
  return connection.state === "never_fetched" ? null : ago(connection.minutesAgo);
}

function sourceOf(connection: Connection): Schemas["SourceId"] {
  return connection.accounts[0]?.source ?? "google_analytics";
}

const SEVERITY: Schemas["FreshnessState"][] = ["fresh", "late", "failing", "never_fetched", "suspended", "removed"];

/** The worst state and the oldest fetch of what feeds a figure. */
export function freshnessOf(connections: readonly Connection[]): Schemas["Freshness"] {
  const states = connections.map((connection) => SEVERITY.indexOf(connection.state));
  return {
    state: connections.length === 0 ? null : (SEVERITY[Math.max(...states)] ?? null),
    fetchedAt: connections.map(fetchedAt).toSorted()[0] ?? null,
    nextSyncAt: connections.length === 0 ? null : ago(-EVERY / 2),
    dataSources: connections.map((connection) => connection.name),
  };
}

export function sourceFreshness(connection: Connection): Schemas["SourceFreshness"] {
  const source = sourceOf(connection);
  return {
    dataSource: connection.name,
    name: connection.name,
    source,
    channel: CHANNEL_OF[source],
    state: connection.state,
    fetchedAt: fetchedAt(connection),
    nextSyncAt: ago(-EVERY / 2),
  };
}

export function dataSource(connection: Connection): Schemas["DataSource"] {
  const source = sourceOf(connection);
  const runs = connection.state === "never_fetched" ? [] : runsOf(connection);
  return {
    uid: connection.name,
    name: connection.name,
    source,
    channel: CHANNEL_OF[source],
    brand: null,
    accounts: connection.accounts.map(({ id, name, currency, timeZone }) => ({
      id,
      name: name === id ? null : name,
      currency,
      timeZone,
    })),
    state: connection.state,
    ready: condition("Ready", connection),
    conditions: [condition("Ready", connection), condition("Synced", connection)],
    schedule: `7-59/${EVERY} * * * *`,
    scheduleTimeZone: "Asia/Ho_Chi_Minh",
    lastRun: runs[0] ?? null,
    lastSuccessAt: fetchedAt(connection),
    fetchedAt: fetchedAt(connection),
    nextSyncAt: ago(-EVERY / 2),
    rowsLandedLastDay: connection.state === "fresh" ? 1284 : 0,
    runs,
  };
}

function condition(type: string, { trouble, state, minutesAgo }: Connection): Schemas["Condition"] {
  const since = { type, lastTransitionTime: ago(minutesAgo) };
  if (trouble) return { ...since, status: "False", reason: trouble.reason, message: trouble.message };
  if (state === "never_fetched")
    return { ...since, status: "Unknown", reason: "Pending", message: "The first sync has not finished yet." };
  return { ...since, status: "True", reason: "Synced", message: "" };
}

function runsOf({ name, trouble, minutesAgo }: Connection): Schemas["Run"][] {
  return Array.from({ length: 10 }, (_, index) => {
    const minutes = (trouble ? 4 : minutesAgo) + index * EVERY;
    const failed = trouble !== undefined && minutes < minutesAgo;
    return {
      id: `${name}-${index}`,
      name: `${name}-sync-2953${410 - index}`,
      startedAt: ago(minutes),
      finishedAt: ago(minutes - 0.4),
      class: failed ? trouble.class : index % 4 === 2 ? "empty_ok" : "ok",
      pages: 6,
      rowsFetched: failed ? 0 : 412,
      rowsLanded: failed || index % 4 === 2 ? 0 : 17 + index,
      waitSeconds: null,
      message: failed ? trouble.message : null,
      errors: [],
    };
  });
}
