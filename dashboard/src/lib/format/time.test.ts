import { describe, expect, it } from "vitest";
import { day, dayRange, dayWithWeekday, instantIn, relativeTime, shortDay } from "./time.ts";

const NOW = new Date("2026-11-23T03:00:00Z");
const minutesAgo = (minutes: number) => new Date(NOW.getTime() - minutes * 60_000);

describe("how long ago", () => {
  it.each([
    [0.2, "bây giờ", "now"],
    [12, "12 phút trước", "12 minutes ago"],
    [59.9, "59 phút trước", "59 minutes ago"],
    [190, "3 giờ trước", "3 hours ago"],
    [60 * 24, "hôm qua", "yesterday"],
    [60 * 24 * 9, "9 ngày trước", "9 days ago"],
    [-7, "sau 7 phút nữa", "in 7 minutes"],
  ])("%d minutes", (minutes, vi, en) => {
    expect(relativeTime(minutesAgo(minutes), NOW, "vi")).toBe(vi);
    expect(relativeTime(minutesAgo(minutes), NOW, "en")).toBe(en);
  });
});

describe("days and instants", () => {
  it("are written as people do", () => {
    expect(day("2026-11-03", "vi")).toBe("03/11/2026");
    expect(day("2026-11-03", "en")).toBe("3 Nov 2026");
    expect(shortDay("2026-11-03", "vi")).toBe("03/11");
    expect(shortDay("2026-11-03", "en")).toBe("3 Nov");
    expect(dayWithWeekday("2026-11-23", "vi")).toBe("Thứ 2, 23/11/2026");
    expect(dayWithWeekday("2026-11-23", "en")).toBe("Mon, 23 Nov 2026");
  });

  it("say the year once where both ends share it", () => {
    expect(dayRange({ from: "2026-10-26", to: "2026-11-22" }, "vi")).toBe("26/10 – 22/11/2026");
    expect(dayRange({ from: "2025-12-26", to: "2026-01-22" }, "vi")).toBe("26/12/2025 – 22/01/2026");
    expect(dayRange({ from: "2026-11-22", to: "2026-11-22" }, "en")).toBe("22 Nov 2026");
  });

  it("show the clock of the organization's zone", () => {
    expect(instantIn(NOW, "Asia/Ho_Chi_Minh", "vi")).toBe("10:00, 23/11/2026");
    expect(instantIn(NOW, "America/Los_Angeles", "en")).toBe("19:00, 22 Nov 2026");
  });
});
