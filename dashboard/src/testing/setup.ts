import { cleanup, configure } from "@testing-library/react";
import { afterEach, vi } from "vitest";
import { dismissNotice } from "@/lib/notice.ts";

// A shared machine may be slow; a test that fails does not pass by waiting less.
configure({ asyncUtilTimeout: 20_000 });

afterEach(() => {
  cleanup();
  dismissNotice();
  vi.unstubAllGlobals();
  if (typeof localStorage !== "undefined") localStorage.clear();
});
