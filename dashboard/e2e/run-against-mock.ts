// The same checks against the fake API: `npm run build && npm run e2e:mock`.
import { LOGIN } from "../src/testing/fake-api/fake-api.ts";
import { startMockServer } from "../src/testing/mock-server.ts";
import { run } from "./run.ts";
import { readSettings } from "./settings.ts";

const { url, server } = await startMockServer();
process.env["BASE_URL"] = url;
process.env["LOGIN_EMAIL"] = LOGIN.email;
process.env["LOGIN_PASSWORD"] = LOGIN.password;
const passed = await run(readSettings());
server.close();
process.exit(passed ? 0 : 1);
