//! The shop: an order counts when it is neither a test nor cancelled; money that went back counts on its own day.

use super::{Cells, Figures, Question, add};
use crate::business::orders::Order;
use crate::business::{Business, zone};
use crate::calendar::{Span, label};
use crate::config::Shop;
use crate::currency;
use crate::micros::Micros;

/// The figures of a shop.
pub fn figures(business: &Business, shop: &Shop, question: &Question) -> Figures {
    let zone = zone(&shop.time_zone);
    let span = Span::of_dates(question.from, question.to, &zone);
    let mut cells = Cells::new();
    for order in business.orders_around(span, question.now) {
        if order.test || order.cancelled_at(question.now).is_some() {
            continue;
        }
        if let Some(period) = question.period(label(order.processed_at, &zone)) {
            for (metric, amount) in of_order(&order, &shop.currency, question) {
                add(&mut cells, "account", &shop.domain, period, metric, amount);
            }
        }
        for refund in order.refunds(question.now) {
            let returned = refund.returned(question.now);
            let Some(period) = question.period(label(refund.at, &zone)) else {
                continue;
            };
            if !returned.is_zero() {
                add(
                    &mut cells,
                    "account",
                    &shop.domain,
                    period,
                    "refunds",
                    returned,
                );
                add(
                    &mut cells,
                    "account",
                    &shop.domain,
                    period,
                    "refund_count",
                    Micros::whole(1),
                );
            }
        }
    }
    Figures {
        source: "shopify",
        account: shop.domain.clone(),
        currency: shop.currency.clone(),
        cells,
    }
}

fn of_order(
    order: &Order,
    shop_currency: &str,
    question: &Question,
) -> [(&'static str, Micros); 6] {
    let now = question.now;
    let goods = order.lines(now).filter(|line| !line.product.gift_card);
    [
        ("orders", Micros::whole(1)),
        ("revenue", order.total(now) - order.gift_cards(now)),
        (
            "units",
            Micros::whole(goods.map(|line| line.quantity).sum()),
        ),
        ("discounts", order.discounts(now)),
        ("tax", order.tax(now, currency::step(shop_currency))),
        ("shipping", order.shipping),
    ]
}
