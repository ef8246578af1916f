let channel: BroadcastChannel | undefined;

/** One for the whole page: a channel does not hear itself. */
function open(): BroadcastChannel | undefined {
  if (typeof BroadcastChannel === "undefined") return undefined;
  return (channel ??= new BroadcastChannel(OTHER_TABS));
}

/** The name of the channel between the tabs of a browser, which share one session. */
export const OTHER_TABS = "dpo.session";

/** Tells the other tabs that the session has begun, ended, or works in another organization. */
export function tellOtherTabs(): void {
  open()?.postMessage("session changed");
}

/** Calls `listener` whenever another tab changed the session. */
export function listenToOtherTabs(listener: () => void): () => void {
  const opened = open();
  opened?.addEventListener("message", listener);
  return () => opened?.removeEventListener("message", listener);
}
