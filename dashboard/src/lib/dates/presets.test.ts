import { describe, expect, it } from "vitest";
import { daysBetween } from "./civil.ts";
import { isPreset, type Preset, PRESETS, presetRange } from "./presets.ts";

const TODAY = "2026-11-23";

describe("presets", () => {
  it.each<[Preset, string, string]>([
    ["today", "2026-11-23", "2026-11-23"],
    ["yesterday", "2026-11-22", "2026-11-22"],
    ["last_7_days", "2026-11-16", "2026-11-22"],
    ["last_28_days", "2026-10-26", "2026-11-22"],
    ["last_30_days", "2026-10-24", "2026-11-22"],
    ["last_90_days", "2026-08-25", "2026-11-22"],
    ["this_month", "2026-11-01", "2026-11-23"],
    ["last_month", "2026-10-01", "2026-10-31"],
    ["this_quarter", "2026-10-01", "2026-11-23"],
    ["last_quarter", "2026-07-01", "2026-09-30"],
  ])("%s", (preset, from, to) => {
    expect(presetRange(preset, TODAY)).toEqual({ from, to });
  });

  it("never end after today nor before they begin, on any day of five years", () => {
    for (let day = 0; day < 5 * 366; day += 1) {
      const today = new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);
      for (const preset of PRESETS) {
        const { from, to } = presetRange(preset, today);
        expect(to <= today && daysBetween(from, to) >= 0, `${preset} on ${today}: ${from} to ${to}`).toBe(true);
      }
    }
  });

  it("are told from other words", () => {
    expect(isPreset("last_7_days")).toBe(true);
    expect(isPreset("last_8_days")).toBe(false);
    expect(isPreset(7)).toBe(false);
  });
});
