/** What Vite's manifest says of a chunk. */
export interface ManifestChunk {
  file: string;
  css?: string[];
  imports?: string[];
  dynamicImports?: string[];
}

export type Manifest = Record<string, ManifestChunk>;

/** What one part of the page costs, compressed. */
export interface Cost {
  name: string;
  bytes: number;
  limit: number;
}

const KILOBYTE = 1000;

const LIMITS = { initial: 170, overview: 45, style: 20, locale: 25 } as const;

/** A chunk and everything that it imports statically, as keys of the manifest. */
export function closure(manifest: Manifest, key: string, seen = new Set<string>()): Set<string> {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key]?.imports ?? []) closure(manifest, next, seen);
  return seen;
}

/** The costs that have a limit: first load, overview on top of it, styles, each language. */
export function costs(manifest: Manifest, sizeOf: (file: string) => number): Cost[] {
  const initial = closure(manifest, "index.html");
  const overview = [...closure(manifest, "src/app/routes/overview-route.tsx")].filter((key) => !initial.has(key));
  const bytes = (keys: Iterable<string>) => [...keys].reduce((sum, key) => sum + sizeOf(chunk(manifest, key).file), 0);
  const styles = new Set(Object.values(manifest).flatMap((one) => one.css ?? []));
  const locales = Object.keys(manifest).filter((key) => key.endsWith("messages.po"));
  return [
    { name: "first load, JavaScript", bytes: bytes(initial), limit: LIMITS.initial * KILOBYTE },
    { name: "overview on top of it", bytes: bytes(overview), limit: LIMITS.overview * KILOBYTE },
    { name: "styles", bytes: [...styles].reduce((sum, file) => sum + sizeOf(file), 0), limit: LIMITS.style * KILOBYTE },
    ...locales.map((key) => ({ name: key, bytes: bytes([key]), limit: LIMITS.locale * KILOBYTE })),
  ];
}

function chunk(manifest: Manifest, key: string): ManifestChunk {
  const found = manifest[key];
  if (!found) throw new Error(`The manifest has no ${key}: was the file moved?`);
  return found;
}
