import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import type { Look, Settings } from "./settings.ts";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launch(settings: Settings): Promise<Browser> {
  return chromium.launch({ executablePath: settings.chromium, headless: true, args: FLAGS });
}

/** What went wrong on a page without anybody asking. */
export interface Observed {
  problems: string[];
}

/** A browser profile with a look, signed in when it is given the cookies of a session. */
export async function openContext(
  browser: Browser,
  look: Look,
  cookies: Awaited<ReturnType<BrowserContext["cookies"]>> = [],
): Promise<BrowserContext> {
  const context = await browser.newContext({ colorScheme: look.theme, reducedMotion: "reduce", timezoneId: "America/New_York" });
  if (cookies.length > 0) await context.addCookies(cookies);
  await context.addInitScript(({ locale, theme }) => {
    localStorage.setItem("dpo.locale", locale);
    localStorage.setItem("dpo.theme", theme);
  }, look);
  return context;
}

/** A page that remembers console errors, exceptions and violations of the content security policy. */
export async function openPage(context: BrowserContext): Promise<{ page: Page; observed: Observed }> {
  const page = await context.newPage();
  const observed: Observed = { problems: [] };
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      observed.problems.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => observed.problems.push(`exception: ${error.message}`));
  await page.exposeFunction("reportPolicyViolation", (text: string) => observed.problems.push(`policy violation: ${text}`));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => {
      const report = (window as unknown as { reportPolicyViolation: (text: string) => void }).reportPolicyViolation;
      report(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  return { page, observed };
}

/** Waits until nothing is loading any more. */
export async function settle(page: Page): Promise<void> {
  await page.locator("h1").first().waitFor({ state: "attached", timeout: 20_000 });
  await page.waitForFunction(() => !document.querySelector('[data-slot="skeleton"], [aria-busy="true"]'), undefined, {
    timeout: 20_000,
  });
  await page.waitForLoadState("networkidle");
}

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const RUN_AXE = `axe.run(document, { resultTypes: ["violations"] }).then((results) =>
  JSON.stringify(results.violations.map(({ id, nodes }) => id + ": " + nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | "))))`;

/** Accessibility violations. The debugger's own evaluation is used, which the page's policy does not bind. */
export async function axeViolations(page: Page): Promise<string[]> {
  const session = await page.context().newCDPSession(page);
  try {
    await session.send("Runtime.evaluate", { expression: `window.axe || (() => { ${AXE}\n; })()` });
    const { result, exceptionDetails } = await session.send("Runtime.evaluate", { expression: RUN_AXE, awaitPromise: true });
    if (exceptionDetails) throw new Error(`axe did not run: ${exceptionDetails.text}`);
    return JSON.parse(String(result.value)) as string[];
  } finally {
    await session.detach();
  }
}

/** Empty when the page fits its window. */
export async function horizontalScroll(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth ? [`the page is ${scrollWidth} px wide in a window of ${clientWidth} px`] : [];
  });
}
