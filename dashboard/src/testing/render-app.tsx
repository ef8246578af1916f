import { createMemoryHistory } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { vi } from "vitest";
import { App } from "@/app/app.tsx";
import { createApp } from "@/app/create-app.ts";
import { activateLocale } from "@/lib/i18n/activate.ts";
import type { Locale } from "@/lib/i18n/locale.ts";
import { FakeApi, LOGIN } from "./fake-api/fake-api.ts";

/** Answers a request in place of the fake API, or undefined to let the fake API answer. */
export type Interruption = (request: Request) => Response | undefined;

/** A browser with one cookie, talking to the fake API. */
export class FakeBrowser {
  readonly #api = new FakeApi();
  #cookie: string | undefined;
  /** What was asked, such as `GET /api/v1/overview?from=…`. */
  readonly requests: string[] = [];
  interruption: Interruption | undefined;

  readonly fetch = async (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    this.requests.push(`${request.method} ${pathname}${search}`);
    const interrupted = this.interruption?.(request);
    if (interrupted) return interrupted;
    const { response, cookie } = await this.#api.handle(request, this.#cookie);
    this.#cookie = cookie?.split(";")[0] ?? this.#cookie;
    return response;
  };

  async logIn(): Promise<void> {
    const body = JSON.stringify(LOGIN);
    await this.fetch(new Request("http://localhost/api/v1/session", { method: "POST", body }));
  }

  /** The session ends on the server's side, as after its time. */
  loseSession(): void {
    this.#cookie = undefined;
  }
}

interface RenderOptions {
  locale?: Locale;
  signedIn?: boolean;
  interruption?: Interruption;
}

/** The whole application at an address, signed in unless it is told otherwise. */
export async function renderApp(path: string, options: RenderOptions = {}) {
  const browser = new FakeBrowser();
  browser.interruption = options.interruption;
  vi.stubGlobal("fetch", browser.fetch);
  if (options.signedIn ?? true) await browser.logIn();
  await activateLocale(options.locale ?? "vi");
  const app = createApp(createMemoryHistory({ initialEntries: [path] }));
  const view = render(<App {...app} />);
  return { browser, view, user: userEvent.setup(), location: () => app.router.state.location };
}
