//! What advertising platforms claim.

use super::Direction::{Neutral, UpIsGood};
use super::Provenance::Claimed;
use super::Unit::{Count, Money};
use super::{Definition, Metric, Texts};

pub(super) static DEFINITIONS: &[Definition] = &[
    Definition::additive(
        Metric::Spend,
        Money,
        Neutral,
        Claimed,
        Texts::new(
            "Chi phí quảng cáo",
            "Số tiền nền tảng quảng cáo tính cho tài khoản của bạn.",
        ),
        Texts::new(
            "Ad spend",
            "What the advertising platform charged your account.",
        ),
    ),
    Definition::additive(
        Metric::Impressions,
        Count,
        UpIsGood,
        Claimed,
        Texts::new("Lượt hiển thị", "Số lần quảng cáo của bạn được hiển thị."),
        Texts::new("Impressions", "How often your ads were shown."),
    ),
    Definition::additive(
        Metric::Clicks,
        Count,
        UpIsGood,
        Claimed,
        Texts::new("Lượt nhấp", "Số lần có người nhấp vào quảng cáo của bạn."),
        Texts::new("Clicks", "How often somebody clicked on your ads."),
    ),
    Definition::additive(
        Metric::Conversions,
        Count,
        UpIsGood,
        Claimed,
        Texts::new(
            "Lượt chuyển đổi",
            "Số chuyển đổi mà nền tảng tự nhận là nhờ quảng cáo của mình, tính vào ngày nhấp; con số còn tăng trong nhiều ngày sau.",
        ),
        Texts::new(
            "Conversions",
            "Conversions that the platform credits to its own ads, counted on the day of the click; they keep arriving for days.",
        ),
    ),
    Definition::additive(
        Metric::ConversionsValue,
        Money,
        UpIsGood,
        Claimed,
        Texts::new(
            "Giá trị chuyển đổi",
            "Giá trị của các chuyển đổi mà nền tảng tự nhận, tính vào ngày nhấp.",
        ),
        Texts::new(
            "Conversion value",
            "The value of the conversions that the platform credits to its own ads, on the day of the click.",
        ),
    ),
    Definition::additive(
        Metric::AllConversions,
        Count,
        UpIsGood,
        Claimed,
        Texts::new(
            "Tất cả chuyển đổi",
            "Mọi chuyển đổi nền tảng ghi nhận, kể cả loại không dùng để tối ưu giá thầu.",
        ),
        Texts::new(
            "All conversions",
            "Every conversion that the platform counts, also those it does not bid for.",
        ),
    ),
    Definition::additive(
        Metric::AllConversionsValue,
        Money,
        UpIsGood,
        Claimed,
        Texts::new(
            "Giá trị tất cả chuyển đổi",
            "Giá trị của mọi chuyển đổi nền tảng ghi nhận.",
        ),
        Texts::new(
            "All conversion value",
            "The value of every conversion that the platform counts.",
        ),
    ),
    Definition::additive(
        Metric::ViewThroughConversions,
        Count,
        Neutral,
        Claimed,
        Texts::new(
            "Chuyển đổi sau khi xem",
            "Chuyển đổi của người đã thấy nhưng không nhấp vào quảng cáo.",
        ),
        Texts::new(
            "View-through conversions",
            "Conversions of people who saw an ad and did not click on it.",
        ),
    ),
];
