// Checks a running dashboard in a real browser. BASE_URL, LOGIN_EMAIL and LOGIN_PASSWORD say which.
import { launch } from "./browser.ts";
import { checkMatrix } from "./matrix.ts";
import { checkPlanted } from "./planted.ts";
import { Report } from "./report.ts";
import { checkScenarios } from "./scenarios.ts";
import { readSettings, type Settings } from "./settings.ts";

export async function run(settings: Settings): Promise<boolean> {
  const report = new Report();
  const browser = await launch(settings);
  try {
    await checkPlanted(browser, report, settings);
    await checkScenarios(browser, report, settings);
    await checkMatrix(browser, report, settings);
  } finally {
    await browser.close();
  }
  return report.finish();
}

if (import.meta.main) process.exit((await run(readSettings())) ? 0 : 1);
