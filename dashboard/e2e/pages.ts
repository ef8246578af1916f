import type { Schemas } from "../src/lib/api/client.ts";
import { channelFigures, type Expected, overviewFigures } from "./figures.ts";

export interface PageUnderTest {
  name: string;
  path: string;
  /** The API answer whose figures the page shows: part of its address, and what it holds. */
  answer?: { address: string; figures: (body: unknown) => Expected[] };
}

/** Every page behind the login. */
export const PAGES: PageUnderTest[] = [
  {
    name: "overview",
    path: "/",
    answer: { address: "/api/v1/overview?", figures: (body) => overviewFigures(body as Schemas["Overview"]) },
  },
  ...(["google_ads", "website", "shop"] as const).map((channel) => ({
    name: channel.replace("_", "-"),
    path: `/channels/${channel}`,
    answer: {
      address: `/api/v1/channels/${channel}?`,
      figures: (body: unknown) => channelFigures(body as Schemas["ChannelDetail"]),
    },
  })),
  { name: "sources", path: "/sources" },
  { name: "not-found", path: "/no-such-page" },
];
