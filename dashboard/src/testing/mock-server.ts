// Serves the built dashboard and the fake API under the product's own security headers.
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { FakeApi, LOGIN } from "./fake-api/fake-api.ts";

const DIST = new URL("../../dist/", import.meta.url).pathname;

const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".woff2": "font/woff2",
};

/** Listens on loopback; port 0 takes a free one. */
export async function startMockServer(port = 0): Promise<{ url: string; server: Server }> {
  const api = new FakeApi();
  const server = createServer((incoming, outgoing) => {
    void respond(api, incoming).then(async (response) => {
      outgoing.writeHead(response.status, { ...Object.fromEntries(response.headers), "content-security-policy": POLICY });
      outgoing.end(Buffer.from(await response.arrayBuffer()));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const { port: taken } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${taken}`, server };
}

async function respond(api: FakeApi, incoming: IncomingMessage): Promise<Response> {
  const url = new URL(incoming.url ?? "/", "http://127.0.0.1");
  if (url.pathname.startsWith("/api/")) {
    const { response, cookie } = await api.handle(await toRequest(incoming, url), incoming.headers.cookie);
    if (cookie) response.headers.set("set-cookie", cookie);
    return response;
  }
  return (await file(url.pathname)) ?? (await file("/index.html")) ?? new Response("Run `npm run build` first.", { status: 503 });
}

async function toRequest(incoming: IncomingMessage, url: URL): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) if (typeof value === "string") headers.set(name, value);
  const method = incoming.method ?? "GET";
  return new Request(url, { method, headers, ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}) });
}

async function file(path: string): Promise<Response | undefined> {
  const type = TYPES[extname(path)];
  if (!type) return undefined;
  const content = await readFile(join(DIST, normalize(path))).catch(() => undefined);
  return content && new Response(new Uint8Array(content), { headers: { "content-type": type } });
}

if (import.meta.main) {
  const { url } = await startMockServer(Number(process.env["PORT"] ?? 4173));
  console.log(`${url}  ${LOGIN.email}  ${LOGIN.password}`);
}
