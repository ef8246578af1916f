import { describe, expect, it } from "vitest";
import { isOverdue } from "./freshness-label.tsx";

const NOW = new Date("2026-11-23T03:00:00Z");

describe("figures that were fresh when they were loaded", () => {
  it("are late once the sync that was planned has passed without this page hearing of it", () => {
    expect(isOverdue("fresh", "2026-11-23T02:49:00Z", NOW)).toBe(true);
    expect(isOverdue("fresh", "2026-11-23T02:52:00Z", NOW)).toBe(false);
    expect(isOverdue("fresh", null, NOW)).toBe(false);
    expect(isOverdue("failing", "2026-11-23T02:00:00Z", NOW)).toBe(false);
  });
});
