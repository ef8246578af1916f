// @vitest-environment node
import { describe, expect, it } from "vitest";
import { closure, costs, type Manifest } from "./budget.ts";

const MANIFEST: Manifest = {
  "index.html": {
    file: "index.js",
    imports: ["_shared.js"],
    dynamicImports: ["src/app/routes/overview-route.tsx"],
    css: ["a.css"],
  },
  "_shared.js": { file: "shared.js", imports: ["index.html"] },
  "src/app/routes/overview-route.tsx": { file: "overview.js", imports: ["_shared.js", "_chart.js"] },
  "_chart.js": { file: "chart.js" },
  "src/locales/vi/messages.po": { file: "vi.js" },
};

const SIZES: Record<string, number> = {
  "index.js": 100_000,
  "shared.js": 60_000,
  "overview.js": 20_000,
  "chart.js": 26_000,
  "vi.js": 5_000,
  "a.css": 9_000,
};

describe("budgets", () => {
  it("follows static imports, also in circles", () => {
    expect([...closure(MANIFEST, "index.html")]).toEqual(["index.html", "_shared.js"]);
  });

  it("charges a route only for what the first load has not brought", () => {
    const byName = Object.fromEntries(costs(MANIFEST, (file) => SIZES[file] ?? 0).map((cost) => [cost.name, cost]));
    expect(byName["first load, JavaScript"]?.bytes).toBe(160_000);
    expect(byName["overview on top of it"]).toMatchObject({ bytes: 46_000, limit: 45_000 });
    expect(byName["styles"]?.bytes).toBe(9_000);
    expect(byName["src/locales/vi/messages.po"]?.bytes).toBe(5_000);
  });

  it("complains about a file that was moved", () => {
    const { "index.html": _, ...rest } = MANIFEST;
    expect(() => costs(rest, () => 0)).toThrow(/index\.html/);
  });
});
