import {
  type DefaultError,
  focusManager,
  type QueryKey,
  useQuery,
  useQueryClient,
  type UseQueryOptions,
  type UseQueryResult,
} from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { BACKGROUND } from "./request-headers.ts";

/** A query that is asked again every so often while the page is looked at; those requests say that a timer asks. */
export function useRefreshedQuery<Data, Key extends QueryKey>(
  options: UseQueryOptions<Data, DefaultError, Data, Key> & { queryKey: Key },
  everyMilliseconds: number,
): UseQueryResult<Data> {
  const queryClient = useQueryClient();
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  });
  useEffect(() => {
    const refresh = () => {
      if (!focusManager.isFocused()) return;
      const { queryKey, queryFn, retry } = latest.current;
      // What goes wrong is kept in the query, which the page shows.
      queryClient
        .fetchQuery({ queryKey, ...(queryFn ? { queryFn } : {}), ...(retry === undefined ? {} : { retry }), meta: BACKGROUND })
        .catch(() => undefined);
    };
    const timer = setInterval(refresh, everyMilliseconds);
    return () => clearInterval(timer);
  }, [queryClient, everyMilliseconds]);
  return useQuery(options);
}
