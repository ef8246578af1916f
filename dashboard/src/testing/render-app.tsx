import { createMemoryHistory } from "@tanstack/react-router";
import { render } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { vi } from "vitest";
import { App } from "@/app/app.tsx";
import { createApp } from "@/app/create-app.ts";
import { activateLocale, chooseLocale } from "@/lib/i18n/activate.ts";
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
  /** The same with the headers. */
  readonly sent: Request[] = [];
  interruption: Interruption | undefined;

  readonly fetch = async (request: Request): Promise<Response> => {
    const { pathname, search } = new URL(request.url);
    this.requests.push(`${request.method} ${pathname}${search}`);
    this.sent.push(request);
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

  /** Another tab of the browser moves the session to an organization. */
  async switchElsewhere(organization: string): Promise<void> {
    const body = JSON.stringify({ organization });
    await this.fetch(new Request("http://localhost/api/v1/session/organization", { method: "PUT", body }));
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
  if (options.locale) await chooseLocale(options.locale);
  else await activateLocale("vi");
  const app = createApp(createMemoryHistory({ initialEntries: [path] }));
  const view = render(<App {...app} />);
  /** Looks at the page again after everything on it has grown old. */
  const returnToPage = () => {
    void app.queryClient.invalidateQueries({ refetchType: "none" });
    dispatchEvent(new Event("visibilitychange"));
  };
  return {
    browser,
    view,
    returnToPage,
    user: userEvent.setup(),
    queryClient: app.queryClient,
    location: () => app.router.state.location,
  };
}
