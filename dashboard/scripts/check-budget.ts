// Fails when the built page has become too heavy for a phone on a slow network.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { costs, type Manifest } from "./budget.ts";

const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8")) as Manifest;
const sizeOf = (file: string) => gzipSync(readFileSync(new URL(file, dist)), { level: 9 }).length;

let failed = 0;
for (const { name, bytes, limit } of costs(manifest, sizeOf)) {
  const tooLarge = bytes > limit;
  if (tooLarge) failed += 1;
  console.log(`${tooLarge ? "TOO LARGE" : "ok       "}  ${(bytes / 1000).toFixed(1).padStart(6)} of ${limit / 1000} kB  ${name}`);
}
process.exit(failed === 0 ? 0 : 1);
