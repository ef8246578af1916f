import { axeViolations, horizontalScroll } from "../browser.ts";
import type { Look } from "../settings.ts";
import { openStage, type Stage } from "./stage.ts";

export async function checkTrouble(stage: Stage, look: Look): Promise<void> {
  const { report, settings } = stage;
  const name = `${look.locale} ${look.theme}`;
  const { context, page } = await openStage(stage, look, 360);
  await page.route("**/api/v1/overview?*", (route) =>
    route.fulfill({ status: 503, json: { code: "database_unavailable" }, contentType: "application/problem+json" }),
  );
  await report.check(`trouble ${name}: an interrupted service is said in words, accessibly, and heals`, async () => {
    await page.goto(settings.baseUrl);
    await page.getByRole("alert").waitFor({ timeout: 20_000 });
    const wrong = [...(await axeViolations(page)), ...(await horizontalScroll(page))];
    await page.screenshot({ path: `${settings.screenshots}/trouble-503-${look.locale}-${look.theme}-360.png` });
    await page.unroute("**/api/v1/overview?*");
    await page.getByRole("alert").getByRole("button").click();
    await page.locator("[data-kpi]").first().waitFor();
    return wrong;
  });
  await report.check(`trouble ${name}: a lost network is said, and the figures stay`, async () => {
    await context.setOffline(true);
    await page
      .getByRole("status")
      .filter({ hasText: /ngoại tuyến|offline/ })
      .waitFor();
    const wrong = (await page.locator("[data-kpi]").count()) > 0 ? [] : ["the figures are gone"];
    wrong.push(...(await axeViolations(page)));
    await context.setOffline(false);
    return wrong;
  });
  await report.check(`trouble ${name}: loading is shown in the page's shape, accessibly`, async () => {
    await page.route("**/api/v1/overview?*", () => undefined);
    await page.goto(settings.baseUrl);
    await page.locator('[data-slot="skeleton"]').first().waitFor();
    await page.getByRole("heading", { level: 1 }).waitFor();
    await page.screenshot({ path: `${settings.screenshots}/trouble-loading-${look.locale}-${look.theme}-360.png` });
    return axeViolations(page);
  });
  await context.close();
}
