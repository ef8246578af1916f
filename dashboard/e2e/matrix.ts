import { mkdirSync } from "node:fs";
import type { Browser, BrowserContext, Page } from "playwright-core";
import type { Schemas } from "../src/lib/api/client.ts";
import { axeViolations, horizontalScroll, type Observed, openContext, openPage, settle } from "./browser.ts";
import { compareFigures, KINDS, type Tally } from "./figures.ts";
import { PAGES, type PageUnderTest } from "./pages.ts";
import type { Report } from "./report.ts";
import { compareSeries } from "./series.ts";
import { LOOKS, type Look, type Settings, WIDTHS } from "./settings.ts";

type Cookies = Awaited<ReturnType<BrowserContext["cookies"]>>;

/** Signs in through the form; the cookies serve every other look. */
export async function signIn(page: Page, settings: Settings): Promise<void> {
  await page.goto(`${settings.baseUrl}/login`);
  await page.locator("#email").fill(settings.email);
  await page.locator("#password").fill(settings.password);
  await page.locator('button[type="submit"]').click();
  await page.waitForURL((url) => url.pathname === "/");
  await settle(page);
}

export async function readSession(page: Page): Promise<Schemas["Session"]> {
  return page.evaluate(async () => (await (await fetch("/api/v1/session")).json()) as Schemas["Session"]);
}

/** Works in another organization from now on; the API may set a new cookie. */
async function workIn(page: Page, organization: string): Promise<void> {
  await page.evaluate(async (id) => {
    const answer = await fetch("/api/v1/session/organization", {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ organization: id }),
    });
    if (!answer.ok) throw new Error(`switching to ${id} was answered with ${answer.status}`);
  }, organization);
}

/** Every page of every organization in every look at every width. */
export async function checkMatrix(browser: Browser, report: Report, settings: Settings): Promise<void> {
  mkdirSync(settings.screenshots, { recursive: true });
  await checkLoginPages(browser, report, settings);
  const context = await openContext(browser, { locale: "vi", theme: "light" });
  const { page } = await openPage(context);
  await signIn(page, settings);
  const { organizations } = await readSession(page);
  const compared: Tally = {};
  for (const [index, { organization, displayName }] of organizations.entries()) {
    await workIn(page, organization);
    const cookies = await context.cookies();
    await twoAtATime(LOOKS, (look) => checkLook(browser, report, settings, { look, cookies, prefix: `${index + 1}`, compared }));
    console.log(`checked  ${displayName}`);
  }
  await context.close();
  console.log(`compared ${KINDS.map((kind) => `${compared[kind] ?? 0} × ${kind}`).join(", ")}`);
  await report.check("figures of every kind were compared", () =>
    KINDS.filter((kind) => !compared[kind]).map((kind) => `no ${kind} of any organization`),
  );
}

/** As many as the machine that all this must run on has cores. */
async function twoAtATime<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all([worker(), worker()]);
}

interface Visit {
  look: Look;
  cookies: Cookies;
  /** Tells organizations apart in the names of screenshots. */
  prefix: string;
  /** Counts what was compared on all pages. */
  compared: Tally;
}

async function checkLoginPages(browser: Browser, report: Report, settings: Settings): Promise<void> {
  for (const look of LOOKS) {
    const context = await openContext(browser, look);
    const { page, observed } = await openPage(context);
    await checkPage(page, observed, report, settings, {
      page: { name: "login", path: "/login" },
      look,
      prefix: "0",
      compared: {},
    });
    await context.close();
  }
}

async function checkLook(browser: Browser, report: Report, settings: Settings, { cookies, ...visit }: Visit): Promise<void> {
  const context = await openContext(browser, visit.look, cookies);
  for (const under of PAGES) {
    const { page, observed } = await openPage(context);
    await checkPage(page, observed, report, settings, { page: under, ...visit });
    await page.close();
  }
  await context.close();
}

interface Target extends Omit<Visit, "cookies"> {
  page: PageUnderTest;
}

function addTally(sum: Tally, added: Tally): void {
  for (const kind of KINDS) sum[kind] = (sum[kind] ?? 0) + (added[kind] ?? 0);
}

async function checkPage(page: Page, observed: Observed, report: Report, settings: Settings, target: Target): Promise<void> {
  const { look, prefix, page: under } = target;
  const title = `${prefix} ${under.name} ${look.locale} ${look.theme}`;
  let body: unknown;
  page.on("response", (response) => {
    const address = under.answer?.address;
    if (address && response.url().includes(address))
      void response.json().then(
        (json: unknown) => (body = json),
        () => undefined,
      );
  });
  await report.check(`${title}: loads`, async () => {
    await page.setViewportSize({ width: WIDTHS[0], height: 800 });
    await page.goto(settings.baseUrl + under.path);
    await settle(page);
    // A page with many figures holds some back until somebody asks.
    const more = page.locator('[data-slot="show-all"][aria-expanded="false"]');
    while ((await more.count()) > 0) await more.first().click();
  });
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: width < 600 ? 800 : 900 });
    await page.waitForTimeout(120);
    await page.screenshot({
      path: `${settings.screenshots}/${prefix}-${under.name}-${look.locale}-${look.theme}-${width}.png`,
      fullPage: true,
    });
    await report.check(`${title} ${width}: no horizontal scroll`, () => horizontalScroll(page));
    await report.check(`${title} ${width}: accessible`, () => axeViolations(page));
    const { answer } = under;
    if (answer) {
      await report.check(`${title} ${width}: figures are the API's`, async () => {
        if (body === undefined) return [`the page asked nothing of ${answer.address}`];
        const { compared, wrong } = await compareFigures(page, answer.figures(body), look.locale);
        addTally(target.compared, compared);
        return wrong;
      });
    }
  }
  const { answer } = under;
  if (answer && body !== undefined && answer.figures(body).length > 0) {
    await report.check(`${title}: the days of the chart are the API's`, async () => {
      const { compared, wrong } = await compareSeries(page, body as Schemas["Overview"], look.locale);
      addTally(target.compared, compared);
      return wrong;
    });
  }
  await report.check(`${title}: language and theme`, async () => {
    const shown = await page.evaluate(() => ({
      locale: document.documentElement.lang,
      theme: document.documentElement.dataset["theme"],
    }));
    return shown.locale === look.locale && shown.theme === look.theme ? [] : [`the page is ${shown.locale}, ${shown.theme}`];
  });
  await report.check(`${title}: no console error, no policy violation`, () => observed.problems);
}
