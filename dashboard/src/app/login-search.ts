/** What the address of the login page may carry. */
export interface LoginSearch {
  /** Where to go after the login: a path of this site. */
  next?: string;
  reason?: "expired";
}

/** Keeps only addresses of this site, so that a link cannot lead elsewhere after the login. */
export function parseLoginSearch(search: Record<string, unknown>): LoginSearch {
  const { next, reason } = search;
  return {
    ...(typeof next === "string" && isOwnPath(next) ? { next } : {}),
    ...(reason === "expired" ? { reason } : {}),
  };
}

/** `//elsewhere` and `/\elsewhere` are other sites to a browser. */
function isOwnPath(path: string): boolean {
  return /^\/(?![/\\])/.test(path) && !path.startsWith("/login");
}
