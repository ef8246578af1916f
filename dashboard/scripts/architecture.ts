/** A source file: its path below `src` and its text. */
export interface SourceFile {
  path: string;
  text: string;
}

const IMPORT = /(?:from|import)\s*\(?\s*"((?:@\/|\.)[^"]+)"/g;

/** From the bottom up; a file may import from its own zone and those before it. */
const ZONES = ["lib", "charts", "components", "features", "app"];

/** Which imports break the order of the folders, or lead from one feature to another. */
export function forbiddenImports(files: readonly SourceFile[]): string[] {
  return files.flatMap(({ path, text }) =>
    [...text.matchAll(IMPORT)].flatMap(([, specifier = ""]) => {
      const target = resolve(path, specifier);
      const reason = whyForbidden(path, target);
      return reason ? [`${path} imports ${target}: ${reason}`] : [];
    }),
  );
}

function whyForbidden(from: string, to: string): string | undefined {
  const [zone = "", feature] = from.split("/");
  const [targetZone = "", targetFeature] = to.split("/");
  if (targetZone === "testing" && zone !== "testing" && !/\.test\.tsx?$/.test(from)) return "only tests import from testing";
  if (zone === "features" && targetZone === "features" && feature !== targetFeature) return "features do not import each other";
  const [rank, targetRank] = [ZONES.indexOf(zone), ZONES.indexOf(targetZone)];
  if (/\.test\.tsx?$/.test(from) || rank < 0 || targetRank < 0) return undefined;
  return targetRank > rank ? `${zone} lies below ${targetZone}` : undefined;
}

/** The path below `src` that an import means. */
function resolve(from: string, specifier: string): string {
  if (specifier.startsWith("@/")) return specifier.slice(2);
  const base = new URL(from, "file:///");
  return new URL(specifier, base).pathname.slice(1);
}
