import { describe, expect, it } from "vitest";
import { parseLoginSearch } from "./login-search.ts";

describe("the way back after a login", () => {
  it("leads to a page of this site", () => {
    expect(parseLoginSearch({ next: "/channels/shop?range=today", reason: "expired" })).toEqual({
      next: "/channels/shop?range=today",
      reason: "expired",
    });
  });

  it.each(["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/login?next=/", "sources", 7])(
    "never elsewhere: %s",
    (next) => {
      expect(parseLoginSearch({ next, reason: "other" })).toEqual({});
    },
  );
});
