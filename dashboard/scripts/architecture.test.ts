// @vitest-environment node
import { globSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { forbiddenImports } from "./architecture.ts";

const root = new URL("../src/", import.meta.url).pathname;

describe("the order of the folders", () => {
  it("holds in every file", () => {
    const files = globSync("**/*.{ts,tsx}", { cwd: root }).map((path) => ({ path, text: readFileSync(root + path, "utf8") }));
    expect(files.length).toBeGreaterThan(80);
    expect(forbiddenImports(files)).toEqual([]);
  });

  it("sees an import from another feature", () => {
    const file = { path: "features/auth/a.ts", text: 'import { b } from "@/features/sources/b.ts";' };
    expect(forbiddenImports([file])).toEqual([
      "features/auth/a.ts imports features/sources/b.ts: features do not import each other",
    ]);
  });

  it("sees an import from above, also a relative or a lazy one", () => {
    const files = [
      { path: "lib/api/a.ts", text: 'import type { B } from "../../components/b.ts";' },
      { path: "charts/a.ts", text: 'const b = () => import("@/app/b.ts");' },
      { path: "lib/c.ts", text: 'import { x } from "@/testing/x.ts";' },
    ];
    expect(forbiddenImports(files)).toEqual([
      "lib/api/a.ts imports components/b.ts: lib lies below components",
      "charts/a.ts imports app/b.ts: charts lies below app",
      "lib/c.ts imports testing/x.ts: only tests import from testing",
    ]);
  });

  it("lets a file import from its own folder and from below", () => {
    const file = { path: "features/auth/a.ts", text: 'import "./b.ts"; import { c } from "@/lib/c.ts"; import "react";' };
    expect(forbiddenImports([file])).toEqual([]);
  });
});
