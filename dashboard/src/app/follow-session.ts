import { msg } from "@lingui/core/macro";
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { type Session, sessionQuery } from "@/lib/api/queries/session.ts";
import { adoptLocale } from "@/lib/i18n/activate.ts";
import { showNotice } from "@/lib/notice.ts";

/** Reads the session anew because it is not what the page believes; should that fail, the page shows what led here and a way to try again. */
export async function followSession(queryClient: QueryClient): Promise<void> {
  await queryClient.fetchQuery({ ...sessionQuery, staleTime: 0 }).catch(() => undefined);
}

/** The organization that this tab itself chose last; moves to any other one were made elsewhere. */
const chosenHere = new WeakMap<QueryClient, string>();

/** Shows the session that this tab's switch led to. */
export function enterOrganization(queryClient: QueryClient, session: Session): void {
  if (session.organization) chosenHere.set(queryClient, session.organization.id);
  queryClient.setQueryData(sessionQuery.queryKey, session);
}

/**
 * Whenever the session moves to another organization: drops what belongs to the first, and says so unless this tab moved it. Figures of somebody
 * else in the same organization, who may see more of it, are dropped as well.
 */
export function useOrganizationMoves(session: Session | null): void {
  const queryClient = useQueryClient();
  const shown = useRef(session?.organization?.id);
  const seenBy = useRef(session?.user.id);
  useEffect(() => {
    const organization = session?.organization;
    if (session && seenBy.current !== session.user.id) {
      seenBy.current = session.user.id;
      void queryClient.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] });
    }
    if (!organization || organization.id === shown.current) return;
    shown.current = organization.id;
    forgetOtherOrganizations(queryClient, organization.id);
    void adoptLocale(session);
    const name = organization.displayName;
    if (chosenHere.get(queryClient) !== organization.id) {
      showNotice({ tone: "info", text: msg`You now work in ${name}: the organization was switched in another tab.` });
    }
    chosenHere.delete(queryClient);
  }, [queryClient, session]);
}

function forgetOtherOrganizations(queryClient: QueryClient, organization: string): void {
  queryClient.removeQueries({
    predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] && queryKey[0] !== organization,
  });
}
