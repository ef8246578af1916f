import { queryOptions } from "@tanstack/react-query";
import { hasCode } from "../api-error.ts";
import { bodyOf, client, type Schemas } from "../client.ts";

export type Session = Schemas["Session"];

/** Who is signed in; null when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ["session"],
  staleTime: 60_000,
  queryFn: async (): Promise<Session | null> => {
    try {
      return await bodyOf(client.GET("/api/v1/session"));
    } catch (error) {
      if (hasCode(error, "not_signed_in")) return null;
      throw error;
    }
  },
});

export function logIn(credentials: { email: string; password: string }): Promise<Session> {
  return bodyOf(client.POST("/api/v1/session", { body: credentials }));
}

export async function logOut(): Promise<void> {
  await bodyOf(client.DELETE("/api/v1/session"));
}

export function chooseOrganization(organization: string): Promise<Session> {
  return bodyOf(client.PUT("/api/v1/session/organization", { body: { organization } }));
}
