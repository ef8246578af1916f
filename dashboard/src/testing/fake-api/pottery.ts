import { type Business, campaign, HANOI, shop } from "./business.ts";
import { coffeeRoaster } from "./coffee-roaster.ts";

/** A business with every kind of trouble: late, failing and new connections, archived days, two currencies and zones. */
export const pottery: Business = {
  role: "director",
  organization: {
    ...coffeeRoaster.organization,
    id: "6f3c1b52-0f5e-4c6e-9a51-1f0f6f6f0002",
    displayName: "Gốm sứ An Nam – xuất khẩu và bán lẻ toàn quốc",
  },
  connections: [
    {
      name: "google-ads-viet-nam",
      state: "late",
      minutesAgo: 190,
      trouble: {
        reason: "RateLimited",
        class: "rate_limited",
        message: "Google Ads answered RESOURCE_EXHAUSTED; the next attempt is in 900 seconds.",
      },
      accounts: [
        {
          source: "google_ads",
          id: "5567120983",
          name: "Gốm An Nam (nội địa)",
          currency: "VND",
          timeZone: HANOI,
          level: "campaign",
          archivedBefore: 20,
          entities: [campaign("301", "Tìm kiếm – Bộ ấm chén", 210, 2900), campaign("302", "Mua sắm – Bình hoa", 160, 3400)],
        },
      ],
    },
    {
      name: "google-ads-hoa-ky",
      state: "failing",
      minutesAgo: 2900,
      trouble: {
        reason: "AuthRevoked",
        class: "auth_revoked",
        message:
          "Google revoked the refresh token (invalid_grant). Create a new refresh token for this login and put it into the Secret google-ads-hoa-ky, key refresh_token.",
      },
      accounts: [
        {
          source: "google_ads",
          id: "7730284416",
          name: "An Nam Ceramics US",
          currency: "USD",
          timeZone: "America/Los_Angeles",
          level: "campaign",
          entities: [
            campaign("401", "Search – Handmade vases", 95, 0.62),
            campaign("402", "Performance Max – Gift sets", 71, 0.88),
          ],
        },
      ],
    },
    {
      name: "cua-hang-gom",
      state: "fresh",
      minutesAgo: 1,
      accounts: [
        {
          source: "shopify",
          id: "gom-an-nam.myshopify.com",
          name: "gom-an-nam.myshopify.com",
          currency: "VND",
          timeZone: HANOI,
          entities: [shop(41, 1_265_000)],
        },
      ],
    },
    { name: "website-moi", state: "never_fetched", minutesAgo: 0, accounts: [] },
  ],
};
