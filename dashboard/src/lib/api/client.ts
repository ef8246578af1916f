import createClient from "openapi-fetch";
import { ApiError, toApiError } from "./api-error.ts";
import type { components, paths } from "./schema.ts";

export type Schemas = components["schemas"];

/** Reads the global `fetch` on every call, so that a test can put its own in place. */
export const client = createClient<paths>({ baseUrl: globalThis.location?.origin ?? "", fetch: (request) => fetch(request) });

interface Answer<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** The body of a successful answer; everything else becomes an `ApiError`. */
export async function bodyOf<Data>(call: Promise<Answer<Data>>): Promise<Data> {
  const answer = await call.catch((cause: unknown) => {
    throw ApiError.unreachable(cause);
  });
  if (!answer.response.ok) throw toApiError(answer.response.status, answer.error);
  // 204 has no body; its type is `undefined` already.
  return answer.data as Data;
}
