//! What is computed from sums.

use super::Direction::{DownIsGood, UpIsGood};
use super::Provenance::{Claimed, Measured, Recorded};
use super::Term::{Minus, Plus};
use super::Unit::{Money, Percent};
use super::definition::Figure;
use super::{Computation, Definition, Direction, Formula, Metric, Provenance, Ratio, Texts, Unit};

const fn ratio(
    ratio: Ratio,
    formula: Formula,
    (unit, direction, provenance): (Unit, Direction, Provenance),
    vi: Texts,
    en: Texts,
) -> Definition {
    Definition {
        figure: Figure::Ratio(ratio),
        computation: Computation::Ratio(formula),
        unit,
        direction,
        provenance,
        vi,
        en,
    }
}

const NET_REVENUE: &[super::Term] = &[Plus(Metric::Revenue), Minus(Metric::Refunds)];

pub(super) static DEFINITIONS: &[Definition] = &[
    ratio(
        Ratio::Ctr,
        Formula::quotient(&[Plus(Metric::Clicks)], &[Plus(Metric::Impressions)]),
        (Percent, UpIsGood, Claimed),
        Texts::new(
            "Tỷ lệ nhấp (CTR)",
            "Trong 100 lượt hiển thị có bao nhiêu lượt nhấp.",
        ),
        Texts::new(
            "Click-through rate (CTR)",
            "Clicks as a part of impressions.",
        ),
    ),
    ratio(
        Ratio::Cpc,
        Formula::quotient(&[Plus(Metric::Spend)], &[Plus(Metric::Clicks)]),
        (Money, DownIsGood, Claimed),
        Texts::new(
            "Chi phí mỗi lượt nhấp (CPC)",
            "Chi phí quảng cáo chia cho số lượt nhấp.",
        ),
        Texts::new("Cost per click (CPC)", "Ad spend divided by clicks."),
    ),
    ratio(
        Ratio::Cpm,
        Formula {
            factor: 1000,
            ..Formula::quotient(&[Plus(Metric::Spend)], &[Plus(Metric::Impressions)])
        },
        (Money, DownIsGood, Claimed),
        Texts::new(
            "Chi phí 1.000 lượt hiển thị (CPM)",
            "Chi phí quảng cáo cho mỗi 1.000 lượt hiển thị.",
        ),
        Texts::new(
            "Cost per thousand impressions (CPM)",
            "Ad spend for each 1,000 impressions.",
        ),
    ),
    ratio(
        Ratio::CostPerConversion,
        Formula::quotient(&[Plus(Metric::Spend)], &[Plus(Metric::Conversions)]),
        (Money, DownIsGood, Claimed),
        Texts::new(
            "Chi phí mỗi chuyển đổi",
            "Chi phí quảng cáo chia cho số chuyển đổi mà nền tảng tự nhận.",
        ),
        Texts::new(
            "Cost per conversion",
            "Ad spend divided by the conversions that the platform claims.",
        ),
    ),
    ratio(
        Ratio::Roas,
        Formula::quotient(&[Plus(Metric::ConversionsValue)], &[Plus(Metric::Spend)]),
        (Unit::Ratio, UpIsGood, Claimed),
        Texts::new(
            "ROAS theo nền tảng",
            "Giá trị chuyển đổi mà nền tảng tự nhận cho mỗi đồng chi phí quảng cáo.",
        ),
        Texts::new(
            "Return on ad spend (claimed)",
            "Conversion value that the platform claims for each unit of ad spend.",
        ),
    ),
    ratio(
        Ratio::ConversionRate,
        Formula::quotient(&[Plus(Metric::Conversions)], &[Plus(Metric::Clicks)]),
        (Percent, UpIsGood, Claimed),
        Texts::new(
            "Tỷ lệ chuyển đổi",
            "Trong 100 lượt nhấp có bao nhiêu chuyển đổi mà nền tảng tự nhận.",
        ),
        Texts::new(
            "Conversion rate",
            "Conversions that the platform claims as a part of clicks.",
        ),
    ),
    ratio(
        Ratio::EngagementRate,
        Formula::quotient(&[Plus(Metric::EngagedSessions)], &[Plus(Metric::Sessions)]),
        (Percent, UpIsGood, Measured),
        Texts::new(
            "Tỷ lệ tương tác",
            "Trong 100 phiên truy cập có bao nhiêu phiên có tương tác.",
        ),
        Texts::new("Engagement rate", "Engaged sessions as a part of sessions."),
    ),
    ratio(
        Ratio::NetRevenue,
        Formula::quotient(NET_REVENUE, &[]),
        (Money, UpIsGood, Recorded),
        Texts::new(
            "Doanh thu thuần",
            "Doanh thu trừ tiền hoàn lại trong cùng kỳ.",
        ),
        Texts::new(
            "Net revenue",
            "Revenue less the refunds of the same period.",
        ),
    ),
    ratio(
        Ratio::AverageOrderValue,
        Formula::quotient(&[Plus(Metric::Revenue)], &[Plus(Metric::Orders)]),
        (Money, UpIsGood, Recorded),
        Texts::new("Giá trị đơn trung bình", "Doanh thu chia cho số đơn hàng."),
        Texts::new("Average order value", "Revenue divided by orders."),
    ),
    ratio(
        Ratio::RefundRate,
        Formula::quotient(&[Plus(Metric::Refunds)], &[Plus(Metric::Revenue)]),
        (Percent, DownIsGood, Recorded),
        Texts::new(
            "Tỷ lệ hoàn tiền",
            "Tiền hoàn lại so với doanh thu của cùng kỳ.",
        ),
        Texts::new(
            "Refund rate",
            "Refunds as a part of the revenue of the same period.",
        ),
    ),
    ratio(
        Ratio::Mer,
        Formula::quotient(NET_REVENUE, &[Plus(Metric::Spend)]),
        (Unit::Ratio, UpIsGood, Recorded),
        Texts::new(
            "Hiệu quả tiếp thị (MER)",
            "Doanh thu thuần của cửa hàng cho mỗi đồng chi phí quảng cáo trên mọi kênh, không dựa vào lời nền tảng.",
        ),
        Texts::new(
            "Marketing efficiency (MER)",
            "The shop's net revenue for each unit of ad spend on all channels, without relying on what platforms claim.",
        ),
    ),
];
