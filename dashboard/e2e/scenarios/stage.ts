import type { Browser, BrowserContext, Page } from "playwright-core";
import { type Observed, openContext, openPage } from "../browser.ts";
import type { Report } from "../report.ts";
import type { Look, Settings } from "../settings.ts";

/** What every scenario needs. */
export interface Stage {
  browser: Browser;
  report: Report;
  settings: Settings;
  /** Of a session that no scenario ends. */
  cookies: Awaited<ReturnType<BrowserContext["cookies"]>>;
}

/** A signed-in page of its own. */
export async function openStage(
  stage: Stage,
  look: Look,
  width: number,
): Promise<{ context: BrowserContext; page: Page; observed: Observed }> {
  const context = await openContext(stage.browser, look, stage.cookies);
  const { page, observed } = await openPage(context);
  await page.setViewportSize({ width, height: 800 });
  return { context, page, observed };
}
