//! What the business recorded.

use super::Direction::{DownIsGood, Neutral, UpIsGood};
use super::Provenance::Recorded;
use super::Unit::{Count, Money};
use super::{Definition, Metric, Texts};

pub(super) static DEFINITIONS: &[Definition] = &[
    Definition::additive(
        Metric::Revenue,
        Money,
        UpIsGood,
        Recorded,
        Texts::new(
            "Doanh thu",
            "Tổng tiền đơn hàng theo tiền tệ của cửa hàng, không gồm thẻ quà tặng, đơn thử và đơn đã hủy, tính vào ngày đặt hàng.",
        ),
        Texts::new(
            "Revenue",
            "Order totals in the shop's currency without gift cards, test orders and cancelled orders, on the day of the order.",
        ),
    ),
    Definition::additive(
        Metric::Orders,
        Count,
        UpIsGood,
        Recorded,
        Texts::new("Đơn hàng", "Số đơn hàng, không gồm đơn thử và đơn đã hủy."),
        Texts::new("Orders", "Orders without test orders and cancelled orders."),
    ),
    Definition::additive(
        Metric::Refunds,
        Money,
        DownIsGood,
        Recorded,
        Texts::new(
            "Tiền hoàn lại",
            "Số tiền thực sự đã hoàn cho khách, tính vào ngày hoàn tiền.",
        ),
        Texts::new(
            "Refunds",
            "Money that was really returned to customers, on the day of the refund.",
        ),
    ),
    Definition::additive(
        Metric::RefundCount,
        Count,
        DownIsGood,
        Recorded,
        Texts::new("Số lần hoàn tiền", "Số lần hoàn tiền cho khách."),
        Texts::new("Number of refunds", "How often money was returned."),
    ),
    Definition::additive(
        Metric::Units,
        Count,
        UpIsGood,
        Recorded,
        Texts::new("Sản phẩm bán ra", "Số lượng sản phẩm trong các đơn hàng."),
        Texts::new("Units sold", "Pieces in the orders."),
    ),
    Definition::additive(
        Metric::Discounts,
        Money,
        Neutral,
        Recorded,
        Texts::new(
            "Giảm giá",
            "Tổng số tiền đã giảm cho khách trong các đơn hàng.",
        ),
        Texts::new("Discounts", "What was taken off the prices in the orders."),
    ),
    Definition::additive(
        Metric::Tax,
        Money,
        Neutral,
        Recorded,
        Texts::new("Thuế", "Thuế có trong các đơn hàng."),
        Texts::new("Tax", "Tax in the orders."),
    ),
    Definition::additive(
        Metric::Shipping,
        Money,
        Neutral,
        Recorded,
        Texts::new(
            "Phí vận chuyển",
            "Phí vận chuyển khách trả trong các đơn hàng.",
        ),
        Texts::new(
            "Shipping",
            "What customers paid for shipping in the orders.",
        ),
    ),
];
