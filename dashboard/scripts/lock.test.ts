// @vitest-environment node
import { describe, expect, it } from "vitest";
import { completeLock, type Lock, platform } from "./lock.ts";

describe("packages of other platforms", () => {
  it("are told by their names", () => {
    expect(platform("@oxlint/binding-linux-x64-musl")).toEqual({ cpu: ["x64"], libc: ["musl"], os: ["linux"] });
    expect(platform("@tailwindcss/oxide-darwin-arm64")).toEqual({ cpu: ["arm64"], os: ["darwin"] });
    expect(platform("@tailwindcss/oxide-linux-arm-gnueabihf")).toEqual({ cpu: ["arm"], libc: ["glibc"], os: ["linux"] });
    expect(platform("@rolldown/binding-wasm32-wasi")).toEqual({ cpu: ["wasm32"] });
  });

  it("are added once, and those that are there stay", () => {
    const lock: Lock = {
      packages: {
        "": { optionalDependencies: { own: "1" } },
        "node_modules/tool": { dev: true, optionalDependencies: { "tool-linux-x64-gnu": "2.0.0", "tool-darwin-x64": "2.0.0" } },
        "node_modules/tool-linux-x64-gnu": { version: "2.0.0", optional: true },
      },
    };
    expect(completeLock(lock)).toEqual(["tool-darwin-x64"]);
    expect(completeLock(lock)).toEqual([]);
    expect(lock.packages["node_modules/tool-darwin-x64"]).toEqual({
      version: "2.0.0",
      cpu: ["x64"],
      os: ["darwin"],
      dev: true,
      optional: true,
    });
    expect(lock.packages["node_modules/tool-linux-x64-gnu"]).toEqual({ version: "2.0.0", optional: true });
  });
});
