import type { Schemas } from "./api/client.ts";

export type Action = Schemas["Action"];

/** What the role allows, as the API says; the API refuses the rest anyway, this only hides it. */
export function may(session: Pick<Schemas["Session"], "actions">, action: Action): boolean {
  return session.actions.includes(action);
}
