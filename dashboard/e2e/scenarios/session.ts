import { axeViolations, settle } from "../browser.ts";
import { openStage, type Stage } from "./stage.ts";

export async function checkSession(stage: Stage): Promise<void> {
  const { report, settings } = stage;
  const { context, page } = await openStage(stage, { locale: "vi", theme: "light" }, 768);
  await report.check("session: its end leads to the login and, after that, back", async () => {
    await page.goto(`${settings.baseUrl}/sources?range=today`);
    await settle(page);
    await context.clearCookies();
    await page.getByRole("navigation").getByText("Tổng quan").click();
    await page.waitForURL((url) => url.pathname === "/login" && url.searchParams.get("reason") === "expired");
    // The address changes before the page behind it is there.
    await page.locator("#email").waitFor();
    await settle(page);
    await page.screenshot({ path: `${settings.screenshots}/trouble-expired-vi-light-768.png` });
    const wrong = await axeViolations(page);
    await page.locator("#email").fill(settings.email);
    await page.locator("#password").fill(settings.password);
    await page.locator('button[type="submit"]').click();
    await page.waitForURL((url) => url.pathname === "/" && url.searchParams.get("range") === "today");
    return wrong;
  });
  await report.check("session: a wrong password is refused in words", async () => {
    await page
      .getByRole("button", { name: /Tài khoản và cài đặt/ })
      .first()
      .click();
    await page.getByRole("menuitem", { name: "Đăng xuất" }).click();
    await page.waitForURL((url) => url.pathname === "/login");
    await page.locator("#email").fill(settings.email);
    await page.locator("#password").fill("not-the-password-1");
    await page.locator('button[type="submit"]').click();
    await page.getByRole("alert").waitFor();
    return axeViolations(page);
  });
  await report.check("session: after signing out nothing is left to see", async () => {
    await page.goto(`${settings.baseUrl}/sources`);
    await page.waitForURL((url) => url.pathname === "/login");
    return (await page.locator("[data-source]").count()) === 0 ? [] : ["data sources are still shown"];
  });
  await context.close();
}
