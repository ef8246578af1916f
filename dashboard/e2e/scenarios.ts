import type { Browser } from "playwright-core";
import { openContext, openPage } from "./browser.ts";
import { signIn } from "./matrix.ts";
import type { Report } from "./report.ts";
import { checkChart } from "./scenarios/chart.ts";
import { checkComparisons, checkPeriods } from "./scenarios/periods.ts";
import { checkPreferences } from "./scenarios/preferences.ts";
import { checkSession } from "./scenarios/session.ts";
import { checkTrouble } from "./scenarios/trouble.ts";
import { LOOKS, type Settings } from "./settings.ts";

/** What people do, beyond looking at pages. */
export async function checkScenarios(browser: Browser, report: Report, settings: Settings): Promise<void> {
  const context = await openContext(browser, { locale: "vi", theme: "light" });
  const { page } = await openPage(context);
  await signIn(page, settings);
  const stage = { browser, report, settings, cookies: await context.cookies() };
  await context.close();
  await checkPeriods(stage);
  await checkComparisons(stage);
  await checkChart(stage);
  await checkPreferences(stage);
  for (const look of LOOKS) await checkTrouble(stage, look);
  await checkSession(stage);
}
