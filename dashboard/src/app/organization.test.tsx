import { screen, waitFor } from "@testing-library/react";
import { describe, expect, it } from "vitest";
import type { Schemas } from "@/lib/api/client.ts";
import { OTHER_TABS } from "@/lib/other-tabs.ts";
import { coffeeRoaster } from "@/testing/fake-api/coffee-roaster.ts";
import { session } from "@/testing/fake-api/fake-api.ts";
import { pottery } from "@/testing/fake-api/pottery.ts";
import { type Interruption, renderApp } from "@/testing/render-app.tsx";

const FIRST = coffeeRoaster.organization;
const SECOND = pottery.organization;

const answerSession =
  (changes: Partial<Schemas["Session"]>): Interruption =>
  (request) =>
    request.method === "GET" && request.url.endsWith("/session")
      ? Response.json({ ...session(coffeeRoaster), ...changes })
      : undefined;

async function openOverview(path = "/") {
  const app = await renderApp(path);
  await waitFor(() => expect(app.view.container.querySelector('[data-kpi="spend"] data')).toBeTruthy());
  return app;
}

async function showsOnlySecond(app: Awaited<ReturnType<typeof renderApp>>) {
  await waitFor(() => expect(app.view.container.textContent).not.toContain(FIRST.displayName));
  await waitFor(() => expect(app.view.container.querySelector('[data-kpi="spend"] data')).toBeTruthy());
  const keys = app.queryClient.getQueryCache().getAll();
  expect(keys.filter(({ queryKey }) => queryKey[0] === FIRST.id)).toEqual([]);
  const asked = app.browser.sent.filter((request) => request.url.includes("/overview"));
  expect(asked.at(-1)?.headers.get("X-Dpo-Organization")).toBe(SECOND.id);
}

describe("an organization that was switched in another tab", () => {
  it("is shown wholly as soon as the API refuses the first one's name", async () => {
    const app = await openOverview();
    await app.browser.switchElsewhere(SECOND.id);
    await app.queryClient.refetchQueries({ queryKey: [FIRST.id, "overview"] });
    expect(
      await screen.findByText(`Bạn đang làm việc ở ${SECOND.displayName}: doanh nghiệp đã được đổi ở tab khác.`),
    ).toBeTruthy();
    await showsOnlySecond(app);
  });

  it("is shown when the page is looked at again", async () => {
    const app = await openOverview();
    await app.browser.switchElsewhere(SECOND.id);
    app.returnToPage();
    expect(await screen.findByText(/đã được đổi ở tab khác/)).toBeTruthy();
    await showsOnlySecond(app);
  });

  it("is shown at once when that tab tells", async () => {
    const app = await openOverview();
    await app.browser.switchElsewhere(SECOND.id);
    const other = new BroadcastChannel(OTHER_TABS);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel knows no other origin
    other.postMessage("session changed");
    expect(await screen.findByText(/đã được đổi ở tab khác/)).toBeTruthy();
    await showsOnlySecond(app);
    other.close();
  });

  it("is told to the other tabs by the one that switches, which says nothing itself", async () => {
    const heard: unknown[] = [];
    const other = new BroadcastChannel(OTHER_TABS);
    other.addEventListener("message", (event) => heard.push(event.data));
    const { user } = await openOverview();
    const [menu] = screen.getAllByText(FIRST.displayName);
    if (menu) await user.click(menu);
    await user.click(await screen.findByText(SECOND.displayName));
    await waitFor(() => expect(heard).toEqual(["session changed"]));
    expect(screen.queryByText(/đã được đổi ở tab khác/)).toBeNull();
    other.close();
  });
});

describe("somebody else who signed in in another tab", () => {
  it("sees nothing that was loaded for the first", async () => {
    const app = await openOverview();
    const count = () => app.browser.requests.filter((request) => request.includes("/overview?")).length;
    const before = count();
    app.browser.interruption = answerSession({
      user: { id: "u2", email: "an@example.com", displayName: "Trần An", locale: null },
    });
    await app.queryClient.refetchQueries({ queryKey: ["session"] });
    await waitFor(() => expect(app.view.container.textContent).toContain("Trần An"));
    await waitFor(() => expect(count()).toBeGreaterThan(before));
    await waitFor(() => expect(app.view.container.querySelector('[data-kpi="spend"] data')).toBeTruthy());
  });
});

describe("somebody who was removed from the organization at work", () => {
  it("goes on in another one of theirs", async () => {
    const { browser, user, view } = await renderApp("/", {
      interruption: answerSession({
        organization: null,
        role: null,
        organizations: session(coffeeRoaster).organizations.slice(1),
      }),
    });
    expect((await screen.findAllByText("Bạn không còn thuộc doanh nghiệp này")).length).toBeGreaterThan(0);
    browser.interruption = undefined;
    await user.click(screen.getByRole("button", { name: SECOND.displayName }));
    await waitFor(() => expect(view.container.querySelector('[data-kpi="spend"] data')).toBeTruthy());
  });

  it("is told so where there is no other", async () => {
    await renderApp("/", { interruption: answerSession({ organization: null, role: null, organizations: [] }) });
    expect((await screen.findAllByText("Bạn chưa thuộc doanh nghiệp nào")).length).toBeGreaterThan(0);
  });
});

describe("the language", () => {
  const english = { organization: { ...FIRST, locale: "en-GB" } };

  it("is the organization's where nobody chose one, and stays for the next visit", async () => {
    await renderApp("/", { interruption: answerSession(english) });
    expect(await screen.findByText("Who says what")).toBeTruthy();
    expect(localStorage.getItem("dpo.locale.shown")).toBe("en");
    expect(localStorage.getItem("dpo.locale")).toBeNull();
  });

  it("is the user's before the organization's", async () => {
    const user = { ...session(coffeeRoaster).user, locale: "vi" };
    await renderApp("/", { interruption: answerSession({ ...english, user }) });
    expect(await screen.findByText("Đối chiếu số liệu")).toBeTruthy();
  });

  it("is this browser's choice before all", async () => {
    await renderApp("/", { locale: "vi", interruption: answerSession(english) });
    expect(await screen.findByText("Đối chiếu số liệu")).toBeTruthy();
  });
});
