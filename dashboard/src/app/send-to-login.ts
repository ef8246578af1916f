import type { AnyRouter } from "@tanstack/react-router";

/** Leads from a session that has ended to the login page, with the way back. */
export function sendToLogin(router: Pick<AnyRouter, "latestLocation" | "navigate">): void {
  const { pathname, href } = router.latestLocation;
  if (pathname === "/login") return;
  void router.navigate({ to: "/login", search: { next: href, reason: "expired" } });
}
