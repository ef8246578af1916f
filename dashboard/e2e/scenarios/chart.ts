import { axeViolations, settle } from "../browser.ts";
import { openStage, type Stage } from "./stage.ts";

export async function checkChart(stage: Stage): Promise<void> {
  const { context, page, observed } = await openStage(stage, { locale: "en", theme: "dark" }, 768);
  const { report, settings } = stage;
  await report.check("chart: arrow keys walk from day to day and say the figures", async () => {
    await page.goto(settings.baseUrl);
    await settle(page);
    const chart = page.getByRole("slider");
    await chart.focus();
    await page.keyboard.press("ArrowLeft");
    await page.locator('[data-slot="chart-tooltip"]').waitFor();
    const last = await chart.getAttribute("aria-valuetext");
    await page.keyboard.press("ArrowLeft");
    const before = await chart.getAttribute("aria-valuetext");
    return last && before && last !== before ? await axeViolations(page) : [`"${last}" and then "${before}"`];
  });
  await report.check("chart: the pointer shows a day", async () => {
    await page.getByRole("slider").hover({ position: { x: 300, y: 100 } });
    await page.locator('[data-slot="chart-tooltip"]').waitFor();
  });
  await report.check("chart: it is a table as well", async () => {
    await page.getByRole("radio", { name: "Table" }).click();
    await page.getByRole("table", { name: /day by day/ }).waitFor();
    return axeViolations(page);
  });
  await report.check("figures: what a card has no room for opens by keyboard, accessibly", async () => {
    await page.locator('[data-kpi] [aria-haspopup="dialog"]').first().focus();
    await page.keyboard.press("Enter");
    const details = page.getByRole("dialog");
    await details.getByText("Exactly", { exact: true }).first().waitFor();
    const wrong = await axeViolations(page);
    await page.keyboard.press("Escape");
    await details.waitFor({ state: "detached" });
    return wrong;
  });
  await report.check("chart: no console error, no policy violation", () => observed.problems);
  await context.close();
}
