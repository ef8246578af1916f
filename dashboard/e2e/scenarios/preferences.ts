import { axeViolations, openPage, settle } from "../browser.ts";
import type { Stage } from "./stage.ts";

export async function checkPreferences(stage: Stage): Promise<void> {
  const { report, settings } = stage;
  const context = await stage.browser.newContext({ colorScheme: "dark" });
  await context.addCookies(stage.cookies);
  const { page, observed } = await openPage(context);
  await report.check("preferences: Vietnamese and the system's theme come first, before the first paint", async () => {
    await page.goto(settings.baseUrl, { waitUntil: "commit" });
    await page.waitForFunction(() => document.documentElement.dataset["theme"] !== undefined);
    const early = await page.evaluate(() => ({
      theme: document.documentElement.dataset["theme"],
      lang: document.documentElement.lang,
    }));
    await settle(page);
    return early.theme === "dark" && early.lang === "vi" ? [] : [JSON.stringify(early)];
  });
  await report.check("preferences: a menu changes language and theme, and both survive a reload", async () => {
    for (const name of ["English", "Light"]) {
      await page
        .getByRole("button", { name: /Tài khoản và cài đặt|Account and settings/ })
        .first()
        .click();
      await page.getByRole("menu").waitFor();
      if (name === "Light") for (const violation of await axeViolations(page)) observed.problems.push(violation);
      await page.getByRole("menuitemradio", { name }).click();
    }
    await page.reload();
    await settle(page);
    const shown = await page.evaluate(() => `${document.documentElement.lang} ${document.documentElement.dataset["theme"]}`);
    return shown === "en light" ? [] : [`the page is ${shown} after the reload`];
  });
  await report.check("preferences: no violation", () => observed.problems);
  await context.close();
}
