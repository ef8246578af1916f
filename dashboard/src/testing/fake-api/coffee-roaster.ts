import { type Business, campaign, channelGroup, HANOI, shop } from "./business.ts";

/** A business that thrives: one currency, one time zone, every connection working. */
export const coffeeRoaster: Business = {
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
        {
          source: "shopify",
          id: "song-han-coffee.myshopify.com",
          name: "song-han-coffee.myshopify.com",
          currency: "VND",
          timeZone: HANOI,
          entities: [shop(104, 428_000)],
        },
      ],
    },
  ],
};
