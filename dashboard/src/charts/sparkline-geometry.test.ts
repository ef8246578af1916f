import { describe, expect, it } from "vitest";
import { sparklineGeometry } from "./sparkline-geometry.ts";

const SIZE = { width: 120, height: 32 };

describe("sparkline", () => {
  it("fills its box from the lowest to the highest day", () => {
    expect(sparklineGeometry([1, 3], SIZE)?.line).toBe("M0,30L120,2");
  });

  it("is a line in the middle where nothing changes", () => {
    expect(sparklineGeometry([5, 5, 5], SIZE)?.line).toBe("M0,16L60,16L120,16");
  });

  it("is nothing where there are no two days", () => {
    expect(sparklineGeometry([null, 4, null], SIZE)).toBeUndefined();
    expect(sparklineGeometry([], SIZE)).toBeUndefined();
  });
});
