import type { Browser } from "playwright-core";
import type { Report } from "./report.ts";
import type { Settings } from "./settings.ts";

export async function checkScenarios(_browser: Browser, _report: Report, _settings: Settings): Promise<void> {}
