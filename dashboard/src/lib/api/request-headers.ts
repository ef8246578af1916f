import type { QueryMeta } from "@tanstack/react-query";

/** Marks a query that a timer repeats, in its `meta`. */
export const BACKGROUND: QueryMeta = { background: true };

interface RequestContext {
  signal: AbortSignal;
  meta: QueryMeta | undefined;
}

/**
 * What every request for an organization's data says: whose data the page expects, so that a session that was moved elsewhere is noticed, and
 * whether only a timer asks, so that an open page does not keep a session alive.
 */
export function organizationRequest(organization: string, { signal, meta }: RequestContext) {
  return {
    signal,
    headers: {
      "X-Dpo-Organization": organization,
      ...(meta?.["background"] === true ? { "X-Dpo-Background": "true" } : {}),
    },
  };
}
