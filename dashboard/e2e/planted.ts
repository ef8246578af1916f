import type { Browser, Page } from "playwright-core";
import type { Schemas } from "../src/lib/api/client.ts";
import { axeViolations, horizontalScroll, openContext, openPage, settle } from "./browser.ts";
import { compareFigures, type Expected, type Kind, overviewFigures } from "./figures.ts";
import { signIn } from "./matrix.ts";
import type { Report } from "./report.ts";
import type { Settings } from "./settings.ts";

/** Every check must find something where something was planted, or its zero means nothing. */
export async function checkPlanted(browser: Browser, report: Report, settings: Settings): Promise<void> {
  const context = await openContext(browser, { locale: "vi", theme: "light" });
  const { page, observed } = await openPage(context);
  const answer = page.waitForResponse((response) => response.url().includes("/api/v1/overview?") && response.ok());
  await signIn(page, settings);
  const overview = (await (await answer).json()) as Schemas["Overview"];

  await report.check("planted: wrong and missing figures and changes are seen", () => plantedFigures(page, overview));
  await report.check("planted: an inaccessible element is seen", async () => {
    await page.evaluate(() => document.querySelector("main")?.insertAdjacentHTML("beforeend", '<button type="button"></button>'));
    return (await axeViolations(page)).some((violation) => violation.startsWith("button-name"))
      ? []
      : ["axe did not see a button without a name"];
  });
  await report.check("planted: horizontal scroll is seen", async () => {
    await page.evaluate(() => {
      const wide = document.createElement("div");
      wide.style.width = "3000px";
      wide.textContent = "wide";
      document.body.append(wide);
    });
    return (await horizontalScroll(page)).length > 0 ? [] : ["a page of 3000 px was not seen"];
  });
  await report.check("planted: console errors and policy violations are seen", async () => {
    observed.problems.length = 0;
    await page.evaluate(() => {
      const style = document.createElement("style");
      style.textContent = "body { outline: 1px solid red }";
      document.head.append(style);
    });
    const unseen = () =>
      ["policy violation", "console error"].filter((kind) => !observed.problems.some((problem) => problem.startsWith(kind)));
    for (let tries = 0; tries < 100 && unseen().length > 0; tries += 1) await page.waitForTimeout(100);
    return unseen().map((kind) => `no ${kind} was seen for an inline style`);
  });
  await context.close();
}

/** The page is right; each lie about it must be found, and nothing else. */
async function plantedFigures(page: Page, overview: Schemas["Overview"]): Promise<string[]> {
  await settle(page);
  const expected = overviewFigures(overview);
  const of = (kind: Kind) => expected.findIndex((one) => one.kind === kind && Number(one.figure.value ?? 0) !== 0);
  const lies: [string, Kind, (one: Expected) => Expected][] = [
    ["a wrong figure of a card", "card", (one) => ({ ...one, figure: { ...one.figure, value: `${one.figure.value}1` } })],
    ["a wrong figure of a table", "channel", (one) => ({ ...one, figure: { ...one.figure, value: `${one.figure.value}1` } })],
    ["a column that is not there", "channel", (one) => ({ ...one, place: '[data-channel="radio"]' })],
    ["a wrong change", "card", (one) => ({ ...one, figure: { ...one.figure, comparison: wrongComparison(one) } })],
  ];
  const missed: string[] = [];
  for (const [lie, kind, tell] of lies) {
    const index = of(kind);
    const victim = expected[index];
    if (!victim) missed.push(`the overview has no figure of a ${kind}`);
    if (!victim) continue;
    const { wrong } = await compareFigures(page, expected.with(index, tell(victim)), "vi");
    if (new Set(wrong.map((line) => line.split(" ", 2).join(" "))).size !== 1)
      missed.push(`${lie}: found ${wrong.join("; ") || "nothing"}`);
  }
  return missed;
}

function wrongComparison({ figure }: Expected): Schemas["Comparison"] {
  const none = { value: null, absence: null, caveats: [], withoutRunningDays: false };
  return { ...none, ...figure.comparison, change: "123.456", changeAbsence: null };
}
