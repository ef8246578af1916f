import type { Schemas } from "../../lib/api/client.ts";

type Entry = [
  id: string,
  unit: Schemas["Unit"],
  direction: Schemas["Direction"],
  nature: Schemas["Nature"],
  vi: string,
  en: string,
  explanation: [vi: string, en: string],
  formula?: string,
];

const ENTRIES: Entry[] = [
  ["spend", "money", "neutral", "claimed", "Chi phí quảng cáo", "Ad spend", ["Số tiền nền tảng quảng cáo tính cho bạn.", "What the platform charged for advertising."]],
  ["impressions", "count", "up_is_good", "claimed", "Lượt hiển thị", "Impressions", ["Số lần quảng cáo xuất hiện.", "How often ads were shown."]],
  ["clicks", "count", "up_is_good", "claimed", "Lượt nhấp", "Clicks", ["Số lần quảng cáo được nhấp.", "How often ads were clicked."]],
  ["ctr", "percent", "up_is_good", "claimed", "Tỷ lệ nhấp (CTR)", "Click-through rate (CTR)", ["Trong 100 lượt hiển thị có bao nhiêu lượt nhấp.", "Clicks as a part of impressions."], "clicks / impressions"],
  ["cpc", "money", "down_is_good", "claimed", "Chi phí mỗi lượt nhấp (CPC)", "Cost per click (CPC)", ["Chi phí quảng cáo chia cho số lượt nhấp.", "Ad spend divided by clicks."], "spend / clicks"],
  ["conversions", "count", "up_is_good", "claimed", "Chuyển đổi", "Conversions", ["Số chuyển đổi mà nền tảng tự nhận.", "Conversions that the platform claims."]],
  ["cost_per_conversion", "money", "down_is_good", "claimed", "Chi phí mỗi chuyển đổi", "Cost per conversion", ["Chi phí chia cho số chuyển đổi mà nền tảng tự nhận.", "Ad spend divided by claimed conversions."], "spend / conversions"],
  ["conversions_value", "money", "up_is_good", "claimed", "Giá trị chuyển đổi", "Conversion value", ["Giá trị đơn hàng mà nền tảng tự nhận.", "The value of the conversions that the platform claims."]],
  ["roas", "ratio", "up_is_good", "claimed", "ROAS theo nền tảng", "Return on ad spend (claimed)", ["Giá trị chuyển đổi mà nền tảng tự nhận cho mỗi đồng chi phí quảng cáo.", "Conversion value that the platform claims for each unit of ad spend."], "conversions_value / spend"],
  ["sessions", "count", "up_is_good", "measured", "Phiên truy cập", "Sessions", ["Số lần ghé thăm website.", "Visits to the website."]],
  ["engaged_sessions", "count", "up_is_good", "measured", "Phiên có tương tác", "Engaged sessions", ["Phiên kéo dài trên 10 giây, có chuyển đổi hoặc xem từ hai trang.", "Sessions of more than ten seconds, with a key event or two page views."]],
  ["engagement_rate", "percent", "up_is_good", "measured", "Tỷ lệ tương tác", "Engagement rate", ["Trong 100 phiên có bao nhiêu phiên có tương tác.", "Engaged sessions as a part of sessions."], "engaged_sessions / sessions"],
  ["key_events", "count", "up_is_good", "measured", "Sự kiện chính", "Key events", ["Những hành động quan trọng mà bạn đã đánh dấu.", "Actions that you marked as important."]],
  ["transactions", "count", "up_is_good", "measured", "Giao dịch", "Transactions", ["Số lần mua hàng đo được trên website.", "Purchases measured on the website."]],
  ["purchase_revenue", "money", "up_is_good", "measured", "Doanh thu mua hàng", "Purchase revenue", ["Doanh thu đo được trên website.", "Revenue measured on the website."]],
  ["orders", "count", "up_is_good", "recorded", "Đơn hàng", "Orders", ["Số đơn hàng trong cửa hàng.", "Orders in the shop."]],
  ["units", "count", "up_is_good", "recorded", "Sản phẩm đã bán", "Units sold", ["Số sản phẩm trong các đơn hàng.", "Items in the orders."]],
  ["revenue", "money", "up_is_good", "recorded", "Doanh thu", "Revenue", ["Giá trị các đơn hàng trong cửa hàng.", "The value of the shop's orders."]],
  ["refunds", "money", "down_is_good", "recorded", "Tiền hoàn lại", "Refunds", ["Số tiền đã trả lại cho khách.", "Money that was returned to customers."]],
  ["net_revenue", "money", "up_is_good", "recorded", "Doanh thu thuần", "Net revenue", ["Doanh thu trừ tiền hoàn lại trong cùng kỳ.", "Revenue less refunds in the same period."], "revenue - refunds"],
  ["average_order_value", "money", "up_is_good", "recorded", "Giá trị trung bình mỗi đơn", "Average order value", ["Doanh thu chia cho số đơn hàng.", "Revenue divided by orders."], "revenue / orders"],
  ["refund_rate", "percent", "down_is_good", "recorded", "Tỷ lệ hoàn tiền", "Refund rate", ["Tiền hoàn lại so với doanh thu.", "Refunds as a part of revenue."], "refunds / revenue"],
  ["mer", "ratio", "up_is_good", "recorded", "Hiệu quả marketing (MER)", "Marketing efficiency (MER)", ["Doanh thu thuần của cửa hàng cho mỗi đồng chi phí quảng cáo.", "The shop's net revenue for each unit of ad spend."], "(revenue - refunds) / spend"],
];

export const DICTIONARY: Schemas["Dictionary"] = {
  metrics: ENTRIES.map(([id, unit, direction, nature, vi, en, explanation, formula]) => ({
    id,
    unit,
    direction,
    nature,
    addsOver: { time: !formula, entities: !formula },
    formula: formula ?? null,
    sources: [],
    label: { vi, en },
    explanation: { vi: explanation[0], en: explanation[1] },
  })),
  channels: [
    { id: "google_ads", sources: ["google_ads"], label: { vi: "Quảng cáo Google", en: "Google advertising" } },
    { id: "website", sources: ["google_analytics"], label: { vi: "Trang web", en: "Website" } },
    { id: "shop", sources: ["shopify"], label: { vi: "Cửa hàng", en: "Shop" } },
  ],
};

export function metricEntry(id: string): Schemas["MetricDefinition"] {
  const metric = DICTIONARY.metrics.find((one) => one.id === id);
  if (!metric) throw new Error(`The fake dictionary has no metric ${id}`);
  return metric;
}
