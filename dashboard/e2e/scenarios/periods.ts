import { axeViolations, horizontalScroll, settle } from "../browser.ts";
import { openStage, type Stage } from "./stage.ts";

export async function checkPeriods(stage: Stage): Promise<void> {
  const { context, page, observed } = await openStage(stage, { locale: "vi", theme: "light" }, 360);
  const { report, settings } = stage;
  await report.check("period: a preset goes into the address and to the API", async () => {
    await page.goto(settings.baseUrl);
    await settle(page);
    await page.getByRole("button", { name: /28 ngày qua/ }).click();
    const asked = page.waitForRequest((request) => request.url().includes("/api/v1/overview?"));
    await page.getByRole("button", { name: /^7 ngày qua/ }).click();
    const query = new URL((await asked).url()).searchParams;
    const days = (Date.parse(query.get("to") ?? "") - Date.parse(query.get("from") ?? "")) / 86_400_000 + 1;
    return days === 7 && page.url().includes("range=last_7_days") ? [] : [`${days} days were asked for at ${page.url()}`];
  });
  await report.check("period: the comparison can be switched off", async () => {
    await page.getByRole("button", { name: /So sánh với/ }).click();
    await page.getByRole("button", { name: "Không so sánh", exact: true }).click();
    await settle(page);
    return page.url().includes("compare=none") && (await page.locator("[data-change]").count()) === 0
      ? []
      : ["changes are still shown"];
  });
  await report.check("period: it stays from page to page and through a reload", async () => {
    await page.getByRole("navigation").getByText("Nguồn dữ liệu").click();
    await page.waitForURL((url) => url.pathname === "/sources");
    await page.getByRole("navigation").getByText("Tổng quan").click();
    await page.waitForURL((url) => url.pathname === "/" && url.searchParams.get("range") === "last_7_days");
    await page.reload();
    await settle(page);
    return (await page.getByRole("button", { name: /7 ngày qua/ }).count()) > 0 ? [] : ["the period was forgotten"];
  });
  await report.check("period: days are picked on a calendar that begins on Monday", async () => {
    await page.getByRole("button", { name: /7 ngày qua/ }).click();
    await page.getByRole("button", { name: "Tùy chọn ngày…" }).click();
    await page.getByRole("grid").waitFor();
    const wrong = [...(await axeViolations(page)), ...(await horizontalScroll(page))];
    const first = await page.locator('[role="grid"] th').first().textContent();
    await page.locator('[data-slot="popover-content"] nav button').first().click();
    const day = (number: number) =>
      page
        .locator(`td:not([data-outside]) button`)
        .filter({ hasText: new RegExp(`^${number}$`) })
        .first();
    await day(3).click();
    await day(9).click();
    await page.getByRole("button", { name: "Áp dụng" }).click();
    await page.waitForURL(
      (url) => (url.searchParams.get("from") ?? "").endsWith("-03") && (url.searchParams.get("to") ?? "").endsWith("-09"),
    );
    return first?.trim() === "T2" ? wrong : [...wrong, `the week begins with ${first}`];
  });
  await report.check("period: no console error, no policy violation", () => observed.problems);
  await context.close();
}

export async function checkComparisons(stage: Stage): Promise<void> {
  const { context, page, observed } = await openStage(stage, { locale: "vi", theme: "light" }, 360);
  const { report, settings } = stage;
  await report.check("comparison: last month is compared with the month before it, and the arrow goes there", async () => {
    const asked = page.waitForRequest((request) => request.url().includes("/api/v1/overview?"));
    await page.goto(`${settings.baseUrl}/?range=last_month`);
    const query = new URL((await asked).url()).searchParams;
    await settle(page);
    await page.getByRole("button", { name: "Khoảng thời gian trước" }).click();
    await page.waitForURL((url) => url.searchParams.get("from") === query.get("compareFrom"));
    const shown = new URL(page.url()).searchParams;
    const whole = query.get("compareFrom")?.endsWith("-01") && shown.get("to") === query.get("compareTo");
    return whole && query.get("compare") === "custom" ? [] : [`${query.toString()} was asked for, then ${shown.toString()}`];
  });
  await report.check("comparison: any days can be compared with, and stay in the address", async () => {
    await page.getByRole("button", { name: /So sánh với/ }).click();
    await page.getByRole("button", { name: "Ngày khác…" }).click();
    await page.getByRole("grid").waitFor();
    const wrong = [...(await axeViolations(page)), ...(await horizontalScroll(page))];
    const day = (number: number) =>
      page
        .locator("td:not([data-outside]) button")
        .filter({ hasText: new RegExp(`^${number}$`) })
        .first();
    await day(5).click();
    await day(11).click();
    const asked = page.waitForRequest((request) => request.url().includes("compare=custom"));
    await page.getByRole("button", { name: "Áp dụng" }).click();
    const query = new URL((await asked).url()).searchParams;
    await page.reload();
    await settle(page);
    const kept = new URL(page.url()).searchParams;
    for (const [name, end] of [
      ["compareFrom", "-05"],
      ["compareTo", "-11"],
    ] as const)
      if (!query.get(name)?.endsWith(end) || kept.get(name) !== query.get(name)) wrong.push(`${name} is ${query.get(name)}`);
    return wrong;
  });
  await report.check("comparison: no console error, no policy violation", () => observed.problems);
  await context.close();
}
