/** What package-lock.json says of a package. */
export interface LockedPackage {
  version?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}

export interface Lock {
  packages: Record<string, LockedPackage>;
}

const SYSTEMS = new Set(["android", "darwin", "freebsd", "linux", "openharmony", "win32"]);
const LIBRARIES: Record<string, string> = { gnu: "glibc", musl: "musl", gnueabihf: "glibc", musleabihf: "musl" };

/** Adds an entry for each optional package that the lock file lacks; npm then leaves it out on this platform without asking for it. */
export function completeLock(lock: Lock): string[] {
  const added: string[] = [];
  for (const [path, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
    if (path === "") continue;
    for (const [name, version] of Object.entries(optionalDependencies)) {
      if (find(lock, path, name)) continue;
      lock.packages[`node_modules/${name}`] = { version, ...platform(name), ...(dev ? { dev } : {}), optional: true };
      added.push(name);
    }
  }
  lock.packages = Object.fromEntries(Object.entries(lock.packages).toSorted(([a], [b]) => a.localeCompare(b, "en")));
  return added;
}

/** Node's way up: beside the package, then in each folder above. */
function find(lock: Lock, path: string, name: string): boolean {
  let folder = path;
  for (;;) {
    if (lock.packages[`${folder ? `${folder}/` : ""}node_modules/${name}`]) return true;
    if (folder === "") return false;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")));
    if (!folder.startsWith("node_modules/")) folder = "";
  }
}

/** Native packages end in system, processor and C library: `oxlint-linux-x64-musl`. */
export function platform(name: string): Pick<LockedPackage, "os" | "cpu" | "libc"> {
  const parts = name.split("/").at(-1)?.split("-") ?? [];
  const index = parts.findIndex((part) => SYSTEMS.has(part));
  const [system, processor, library] = index < 0 ? [] : parts.slice(index);
  if (!system || !processor) return { cpu: ["wasm32"] };
  const libc = system === "linux" && library ? LIBRARIES[library] : undefined;
  return { cpu: [processor], ...(libc ? { libc: [libc] } : {}), os: [system] };
}
