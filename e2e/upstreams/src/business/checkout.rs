//! How orders come about: baskets, payment, and the life that follows.

use std::sync::Arc;

use jiff::Timestamp;

use super::catalogue::Product;
use super::orders::{Happening, Journey, Line, Order};
use super::refunds::{self, Form};
use crate::calendar::later;
use crate::currency;
use crate::micros::Micros;
use crate::random::{Draws, hash};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// The counter at which a business sells.
pub struct Checkout<'a> {
    /// Seed of the business.
    pub seed: u64,
    /// What is sold; the last one is the gift card.
    pub products: &'a [Arc<Product>],
    /// The shop's currency.
    pub currency: &'a str,
    /// Currency that some customers pay in.
    pub presentment_currency: Option<&'a str>,
}

/// How an order reached the shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Through the website.
    Web,
    /// Over the counter.
    Counter,
    /// From a draft that an employee wrote.
    Draft,
    /// Brought over from another system, days after it was placed.
    Import,
}

impl Way {
    /// A way that needs no visit.
    pub fn without_visit(draws: &mut Draws) -> Self {
        match draws.below(10) {
            0..=5 => Self::Counter,
            6..=7 => Self::Draft,
            _ => Self::Import,
        }
    }

    fn source_name(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Counter => "pos",
            Self::Draft => "shopify_draft_order",
            Self::Import => "1354745",
        }
    }
}

impl Checkout<'_> {
    /// The order with this id, placed at an instant.
    pub fn order(
        &self,
        id: u64,
        name: String,
        at: Timestamp,
        way: Way,
        journey: Option<Journey>,
    ) -> Order {
        let mut draws = Draws::of(&[self.seed, 0x0D, id]);
        let lines = self.basket(id, &mut draws);
        let goods: Micros = lines
            .iter()
            .filter(|line| !line.product.gift_card)
            .map(Line::total)
            .sum();
        let step = currency::step(self.currency);
        let processed_at = if way == Way::Import {
            later(at, -draws.between(3 * DAY, 20 * DAY))
        } else {
            at
        };
        let mut order = Order {
            id,
            name,
            created_at: at,
            processed_at,
            source_name: way.source_name(),
            test: draws.chance(25),
            customer: (!draws.chance(150)).then(|| hash(&[self.seed, 0xC0, draws.below(900)]) >> 1),
            shipping: self.shipping(way, &mut draws),
            code_discount: if draws.chance(180) {
                goods.share(draws.between(5, 15), 100, step)
            } else {
                Micros::ZERO
            },
            presentment_currency: self
                .presentment_currency
                .filter(|_| draws.chance(120))
                .map(str::to_owned),
            lines,
            journey,
            life: Vec::new(),
        };
        self.live(&mut order, way, &mut draws);
        order
    }

    /// Mostly a few positions; now and then a café's order that fills pages.
    fn basket(&self, id: u64, draws: &mut Draws) -> Vec<Line> {
        let goods = &self.products[..self.products.len() - 1];
        let positions = if draws.chance(10) {
            draws.between(26, 60)
        } else {
            draws.between(1, 3)
        };
        let mut lines: Vec<Line> = (0..positions.unsigned_abs())
            .map(|number| {
                let cheaper = draws.index(goods.len()).min(draws.index(goods.len()));
                self.line(id * 1000 + number, Arc::clone(&goods[cheaper]), draws)
            })
            .collect();
        if draws.chance(70) {
            let card = Arc::clone(&self.products[self.products.len() - 1]);
            lines.push(Line {
                id: id * 1000 + lines.len() as u64,
                product: card,
                quantity: draws.between(1, 3),
                discount: Micros::ZERO,
            });
        }
        lines
    }

    fn line(&self, id: u64, product: Arc<Product>, draws: &mut Draws) -> Line {
        let quantity = if draws.chance(650) {
            1
        } else {
            draws.between(2, 3)
        };
        let full = product.price.times(quantity);
        let step = currency::step(self.currency);
        let discount = if draws.chance(200) {
            full.share(draws.between(7, 33), 100, step)
        } else {
            Micros::ZERO
        };
        Line {
            id,
            product,
            quantity,
            discount,
        }
    }

    fn shipping(&self, way: Way, draws: &mut Draws) -> Micros {
        if way == Way::Counter || draws.chance(250) {
            return Micros::ZERO;
        }
        currency::convert(
            Micros(draws.between(119, 479) * 10_000),
            "USD",
            self.currency,
            currency::step(self.currency),
        )
    }

    fn live(&self, order: &mut Order, way: Way, draws: &mut Draws) {
        let start = order.created_at;
        let on_delivery = way == Way::Web && draws.chance(220);
        let payment = if on_delivery {
            draws.between(2 * DAY, 5 * DAY)
        } else {
            draws.between(0, 90)
        };
        if draws.chance(45) {
            return self.cancel(order, on_delivery, draws);
        }
        order.happens(later(start, payment), Happening::Paid);
        order.happens(
            later(start, draws.between(4 * HOUR, 72 * HOUR)),
            Happening::Fulfilled,
        );
        if draws.chance(150) {
            order.happens(
                later(start, draws.between(HOUR, 30 * DAY)),
                Happening::Tagged,
            );
        }
        if draws.chance(20) {
            let line = self.line(order.id * 1000 + 400, Arc::clone(&self.products[0]), draws);
            order.happens(
                later(start, draws.between(HOUR, 2 * DAY)),
                Happening::Edited(line),
            );
        }
        if draws.chance(110) {
            let wait = payment + draws.between(6 * HOUR, 45 * DAY);
            self.give_back(order, later(start, wait), draws);
        }
        order.life.sort_by_key(|event| event.at);
    }

    fn cancel(&self, order: &mut Order, unpaid: bool, draws: &mut Draws) {
        let at = later(order.created_at, draws.between(HOUR, 5 * DAY));
        if !unpaid {
            order.happens(order.created_at, Happening::Paid);
            let step = currency::step(self.currency);
            let refund = refunds::refund(order, &[], Form::Full, at, step, draws);
            order.happens(at, Happening::Refunded(refund));
        }
        order.happens(at, Happening::Cancelled);
    }

    fn give_back(&self, order: &mut Order, at: Timestamp, draws: &mut Draws) {
        let step = currency::step(self.currency);
        let first = refunds::refund(order, &[], Form::draw(draws), at, step, draws);
        if draws.chance(150) {
            let again = later(at, draws.between(HOUR, 10 * DAY));
            let second = refunds::refund(order, &[&first], Form::Goodwill, again, step, draws);
            order.happens(again, Happening::Refunded(second));
        }
        order.happens(at, Happening::Refunded(first));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::business::catalogue::products;
    use crate::calendar::UtcDay;
    use crate::config::Language;

    fn orders() -> Vec<Order> {
        let products = products(Language::Vi, 1, "VND");
        let checkout = Checkout {
            seed: 1,
            products: &products,
            currency: "VND",
            presentment_currency: Some("USD"),
        };
        let at = UtcDay(20_000).instant(50_000);
        (0..3000)
            .map(|id| {
                checkout.order(
                    9_007_199_254_740_993 + id,
                    format!("#{id}"),
                    at,
                    Way::Web,
                    None,
                )
            })
            .collect()
    }

    #[test]
    fn every_trap_occurs() {
        let orders = orders();
        let end = Timestamp::MAX;
        let refunds: Vec<_> = orders.iter().flat_map(|order| order.refunds(end)).collect();
        assert!(orders.iter().any(|order| order.test));
        assert!(orders.iter().any(|order| order.cancelled_at(end).is_some()));
        assert!(orders.iter().any(|order| order.gift_cards(end).0 > 0));
        assert!(orders.iter().any(|order| order.lines.len() > 25));
        assert!(
            refunds
                .iter()
                .any(|refund| refund.transactions.is_empty() && !refund.lines.is_empty())
        );
        assert!(refunds.iter().any(|refund| refund.transactions.len() == 2));
        for (kind, status) in [
            ("REFUND", "FAILURE"),
            ("VOID", "SUCCESS"),
            ("REFUND", "SUCCESS"),
        ] {
            let met = |refund: &&&refunds::Refund| {
                refund
                    .transactions
                    .iter()
                    .any(|one| one.kind == kind && one.status(end) == Some(status))
            };
            assert!(
                refunds.iter().any(|refund| met(&refund)),
                "no {kind} {status}"
            );
        }
    }

    #[test]
    fn nobody_gets_back_more_than_was_paid() {
        for order in orders() {
            assert!(
                order.returned(Timestamp::MAX) <= order.total(Timestamp::MAX),
                "{}",
                order.name
            );
        }
    }

    #[test]
    fn dong_amounts_have_no_fraction() {
        for order in orders() {
            assert_eq!(order.total(Timestamp::MAX).0 % 1_000_000, 0);
            assert_eq!(order.returned(Timestamp::MAX).0 % 1_000_000, 0);
        }
    }

    #[test]
    fn natural_lives_end_within_sixty_days() {
        for order in orders() {
            let last = order.updated_at(Timestamp::MAX);
            assert!(last.as_second() - order.created_at.as_second() < 66 * DAY);
        }
    }
}
