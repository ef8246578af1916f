// Writes src/lib/api/schema.ts from the API's own description; with --check it only says whether the file is current.
import { readFile, writeFile } from "node:fs/promises";
import openapiTypescript, { astToString } from "openapi-typescript";

const description = new URL("../../api/openapi.json", import.meta.url);
const target = new URL("../src/lib/api/schema.ts", import.meta.url);

const generated = `// Generated from api/openapi.json by \`npm run generate\`; edits are overwritten.\n${astToString(
  await openapiTypescript(description, { alphabetize: false, exportType: false }),
)}`;

if (process.argv.includes("--check")) {
  const current = await readFile(target, "utf8").catch(() => "");
  if (current !== generated) {
    console.error("src/lib/api/schema.ts is not what api/openapi.json says. Run `npm run generate`.");
    process.exit(1);
  }
} else {
  await writeFile(target, generated);
}
