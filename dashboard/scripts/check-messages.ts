// Fails when a text of the pages is missing from the catalogs, or from one of the languages.
import { execFileSync } from "node:child_process";
import { globSync, readFileSync, writeFileSync } from "node:fs";

const root = new URL("..", import.meta.url).pathname;
const catalogs = globSync("src/locales/*/messages.po", { cwd: root }).map((path) => root + path);
const before = new Map(catalogs.map((path) => [path, readFileSync(path, "utf8")]));

/** Creation dates change on every extraction. */
const withoutDates = (text: string) => text.replace(/^"POT-Creation-Date:.*\n/m, "");

const lingui = (...args: string[]) => execFileSync("lingui", args, { cwd: root, stdio: ["ignore", "pipe", "inherit"] });

lingui("extract", "--clean");
const stale = catalogs.filter((path) => withoutDates(readFileSync(path, "utf8")) !== withoutDates(before.get(path) ?? ""));
for (const [path, text] of before) writeFileSync(path, text);
if (stale.length > 0 || catalogs.length === 0) {
  console.error(`The catalogs are not what the pages say: run \`npm run messages\` and translate.\n${stale.join("\n")}`);
  process.exit(1);
}
lingui("compile", "--strict", "--output-prefix", "// Compiled; not checked in.");
console.log(`${catalogs.length} catalogs are complete`);
