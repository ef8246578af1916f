import type { Schemas } from "../../lib/api/client.ts";

/** What an entity brings in on an ordinary day; noise, weekdays and sale days are added to it. */
export interface Entity {
  id: string;
  name: string;
  status?: string;
  daily: Record<string, number>;
}

export interface Account {
  source: Schemas["SourceId"];
  id: string;
  name: string;
  currency: string;
  timeZone: string;
  level?: string;
  entities: Entity[];
  /** What the account reports beyond its entities, as a share of them. */
  unallocated?: number;
  /** Days before this many days ago lie in the archive. */
  archivedBefore?: number;
}

export interface Connection {
  name: string;
  accounts: Account[];
  state: Schemas["FreshnessState"];
  minutesAgo: number;
  trouble?: { reason: string; class: string; message: string };
}

export interface Business {
  organization: Schemas["Organization"];
  role: Schemas["Role"];
  connections: Connection[];
}

const HANOI = "Asia/Ho_Chi_Minh";

function campaign(id: string, name: string, clicks: number, perClick: number, status = "ENABLED"): Entity {
  const conversions = clicks * 0.034;
  const spend = clicks * perClick;
  const daily = { impressions: clicks * 24, clicks, spend, conversions, conversions_value: spend * 4.6 };
  return { id, name, status, daily };
}

function channelGroup(name: string, sessions: number, orderValue: number): Entity {
  const transactions = sessions * 0.021;
  const daily = { sessions, engaged_sessions: sessions * 0.58, key_events: sessions * 0.07, transactions, purchase_revenue: transactions * orderValue };
  return { id: name, name, daily };
}

function shop(orders: number, orderValue: number): Entity {
  const revenue = orders * orderValue;
  return { id: "shop", name: "shop", daily: { orders, units: orders * 1.8, revenue, refunds: revenue * 0.026 } };
}

const coffee: Business = {
  role: "ceo",
  organization: {
    id: "6f3c1b52-0f5e-4c6e-9a51-1f0f6f6f0001",
    displayName: "Cà phê Sông Hàn",
    timeZone: HANOI,
    currency: "VND",
    country: "VN",
    locale: "vi-VN",
    suspended: false,
  },
  connections: [
    {
      name: "google-ads",
      state: "fresh",
      minutesAgo: 6,
      accounts: [
        {
          source: "google_ads",
          id: "4821930475",
          name: "Cà phê Sông Hàn",
          currency: "VND",
          timeZone: HANOI,
          level: "campaign",
          unallocated: 0.012,
          entities: [
            campaign("20918374651", "Tìm kiếm – Thương hiệu", 620, 1450),
            campaign("20918374652", "Mua sắm – Cà phê rang xay", 540, 3200),
            campaign("20918374653", "PMax – Hộp quà Tết Đinh Mùi 2027", 430, 4150),
            campaign("20918374654", "Tìm kiếm – Cà phê hạt nguyên chất TP.HCM và Đà Nẵng", 265, 5100),
            campaign("20918374655", "YouTube – Câu chuyện nông trại Cầu Đất", 180, 1900),
            campaign("20918374656", "Hiển thị – Tiếp thị lại 30 ngày", 150, 1250),
            campaign("20918374657", "Tạo nhu cầu – Cà phê phin giấy", 96, 2650),
            campaign("20918374658", "Mua sắm – Máy pha và phụ kiện", 71, 6900),
            campaign("20918374659", "Tìm kiếm – Quán sỉ", 38, 8200, "PAUSED"),
            campaign("20918374660", "PMax – Trung thu", 22, 4400, "PAUSED"),
            campaign("20918374661", "Hiển thị – Mở cửa hàng Hội An", 17, 1500, "REMOVED"),
            campaign("20918374662", "Tìm kiếm – Thử nghiệm từ khóa", 9, 3300),
          ],
        },
      ],
    },
    {
      name: "website",
      state: "fresh",
      minutesAgo: 9,
      accounts: [
        {
          source: "google_analytics",
          id: "318204775",
          name: "songhancoffee.vn",
          currency: "VND",
          timeZone: HANOI,
          level: "channel_group",
          entities: [
            channelGroup("Organic Search", 1450, 412_000),
            channelGroup("Paid Search", 1180, 398_000),
            channelGroup("Direct", 890, 455_000),
            channelGroup("Organic Social", 720, 341_000),
            channelGroup("Referral", 140, 380_000),
            channelGroup("Email", 95, 520_000),
          ],
        },
      ],
    },
    {
      name: "cua-hang",
      state: "fresh",
      minutesAgo: 2,
      accounts: [
        { source: "shopify", id: "song-han-coffee.myshopify.com", name: "song-han-coffee.myshopify.com", currency: "VND", timeZone: HANOI, entities: [shop(104, 428_000)] },
      ],
    },
  ],
};

const ceramics: Business = {
  role: "director",
  organization: { ...coffee.organization, id: "6f3c1b52-0f5e-4c6e-9a51-1f0f6f6f0002", displayName: "Gốm sứ An Nam – xuất khẩu và bán lẻ toàn quốc" },
  connections: [
    {
      name: "google-ads-viet-nam",
      state: "late",
      minutesAgo: 190,
      trouble: { reason: "RateLimited", class: "rate_limited", message: "Google Ads answered RESOURCE_EXHAUSTED; the next attempt is in 900 seconds." },
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
        message: "Google revoked the refresh token (invalid_grant). Create a new refresh token for this login and put it into the Secret google-ads-hoa-ky, key refresh_token.",
      },
      accounts: [
        {
          source: "google_ads",
          id: "7730284416",
          name: "An Nam Ceramics US",
          currency: "USD",
          timeZone: "America/Los_Angeles",
          level: "campaign",
          entities: [campaign("401", "Search – Handmade vases", 95, 0.62), campaign("402", "Performance Max – Gift sets", 71, 0.88)],
        },
      ],
    },
    {
      name: "cua-hang-gom",
      state: "fresh",
      minutesAgo: 1,
      accounts: [{ source: "shopify", id: "gom-an-nam.myshopify.com", name: "gom-an-nam.myshopify.com", currency: "VND", timeZone: HANOI, entities: [shop(41, 1_265_000)] }],
    },
    { name: "website-moi", state: "never_fetched", minutesAgo: 0, accounts: [] },
  ],
};

const fishSauce: Business = {
  role: "ceo",
  organization: { ...coffee.organization, id: "6f3c1b52-0f5e-4c6e-9a51-1f0f6f6f0003", displayName: "Nước mắm Phú Quốc Hải Nguyên" },
  connections: [],
};

/** Three customers: one that thrives, one with every kind of trouble, one that has just begun. */
export const BUSINESSES: readonly Business[] = [coffee, ceramics, fishSauce];
