import type { Browser, Page } from "playwright-core";
import type { Schemas } from "../src/lib/api/client.ts";
import { axeViolations, horizontalScroll, openContext, openPage, settle } from "./browser.ts";
import { compareFigures, overviewFigures } from "./figures.ts";
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

  await report.check("planted: a wrong figure is seen", () => plantedFigure(page, overview));
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
    await page.waitForTimeout(300);
    const kinds = ["policy violation", "console error"].filter(
      (kind) => !observed.problems.some((problem) => problem.startsWith(kind)),
    );
    return kinds.map((kind) => `no ${kind} was seen for an inline style`);
  });
  await context.close();
}

async function plantedFigure(page: Page, overview: Schemas["Overview"]): Promise<string[]> {
  await settle(page);
  const expected = overviewFigures(overview);
  const index = expected.findIndex(({ figure }) => figure.value !== null && Number(figure.value) !== 0);
  const victim = expected[index];
  if (!victim) return ["the overview has no figure at all"];
  const changed = { ...victim, figure: { ...victim.figure, value: `${victim.figure.value}1` } };
  const { compared, wrong } = await compareFigures(page, expected.with(index, changed), "vi");
  console.log(`compared ${compared} figures of the overview, 1 of them wrong on purpose`);
  return wrong.length === 1 ? [] : [`${wrong.length} figures were called wrong instead of the planted one: ${wrong.join("; ")}`];
}
