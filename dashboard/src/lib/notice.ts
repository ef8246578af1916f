import type { MessageDescriptor } from "@lingui/core";
import { useSyncExternalStore } from "react";

/** Something that happened and that no place of the page shows by itself. */
export interface Notice {
  tone: "info" | "bad";
  text: MessageDescriptor;
}

let current: Notice | undefined;
const listeners = new Set<() => void>();

function put(notice: Notice | undefined): void {
  current = notice;
  for (const listener of listeners) listener();
}

export function showNotice(notice: Notice): void {
  put(notice);
}

export function dismissNotice(): void {
  put(undefined);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** The latest notice that nobody has closed. */
export function useNotice(): Notice | undefined {
  return useSyncExternalStore(subscribe, () => current);
}
