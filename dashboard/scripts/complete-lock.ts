// Completes package-lock.json after `npm install` against a registry that carries only some platforms' native packages:
// without an entry for each optional package `npm ci` refuses the file, on every machine.
import { readFileSync, writeFileSync } from "node:fs";
import { completeLock, type Lock } from "./lock.ts";

const path = new URL("../package-lock.json", import.meta.url);
const lock = JSON.parse(readFileSync(path, "utf8")) as Lock;
const added = completeLock(lock);
writeFileSync(path, `${JSON.stringify(lock, null, 2)}\n`);
console.log(`${added.length} packages for other platforms added`);
