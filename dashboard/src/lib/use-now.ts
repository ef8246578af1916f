import { useSyncExternalStore } from "react";

const STEP = 30_000;
let now = new Date();

function subscribe(listener: () => void): () => void {
  const timer = setInterval(() => {
    now = new Date();
    listener();
  }, STEP);
  return () => clearInterval(timer);
}

function snapshot(): Date {
  if (Date.now() - now.getTime() > STEP) now = new Date();
  return now;
}

/** The time, moving on twice a minute. */
export function useNow(): Date {
  return useSyncExternalStore(subscribe, snapshot);
}
