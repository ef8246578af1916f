import { useEffect, useRef } from "react";
import { ApiError } from "@/lib/api/api-error.ts";

const SECONDS = 10;

/** Tries again by itself while the trouble looks temporary. */
export function useRetrySoon(error: unknown, retry: () => void): void {
  const latest = useRef(retry);
  useEffect(() => {
    latest.current = retry;
  });
  useEffect(() => {
    if (!(error instanceof ApiError && error.isTemporary)) return;
    const timer = setTimeout(() => latest.current(), SECONDS * 1000);
    return () => clearTimeout(timer);
  }, [error]);
}
