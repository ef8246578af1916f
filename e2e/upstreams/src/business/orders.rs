//! Orders as the shop keeps them: what was bought, and everything that happened to it afterwards.

use std::sync::Arc;

use jiff::Timestamp;

use super::catalogue::Product;
use super::refunds::Refund;
use crate::micros::Micros;

/// An order with its whole life; what a reader sees depends on when it looks.
#[derive(Debug, Clone)]
pub struct Order {
    /// Numeric part of the global id, above 2^53.
    pub id: u64,
    /// Number shown to people.
    pub name: String,
    /// When the shop recorded it.
    pub created_at: Timestamp,
    /// When it was placed; earlier than recorded for imported orders.
    pub processed_at: Timestamp,
    /// Where it came from.
    pub source_name: &'static str,
    /// A try-out of the shop's owner.
    pub test: bool,
    /// Numeric part of the customer's global id.
    pub customer: Option<u64>,
    /// What was bought first.
    pub lines: Vec<Line>,
    /// What shipping costs.
    pub shipping: Micros,
    /// A code's discount on the goods.
    pub code_discount: Micros,
    /// Currency in which the customer paid, when it is not the shop's.
    pub presentment_currency: Option<String>,
    /// Source, medium and campaign of the visit that led to it.
    pub journey: Option<Journey>,
    /// What happened afterwards, in order of time.
    pub life: Vec<LifeEvent>,
}

/// The visit that led to an order.
#[derive(Debug, Clone)]
pub struct Journey {
    /// Source.
    pub source: &'static str,
    /// Medium.
    pub medium: &'static str,
    /// Name of the campaign.
    pub campaign: Option<String>,
}

/// A position of an order.
#[derive(Debug, Clone)]
pub struct Line {
    /// Numeric part of the global id.
    pub id: u64,
    /// What was bought.
    pub product: Arc<Product>,
    /// How many.
    pub quantity: i64,
    /// Discount on the whole position.
    pub discount: Micros,
}

impl Line {
    /// Price of the position after its own discount.
    pub fn total(&self) -> Micros {
        self.product.price.times(self.quantity) - self.discount
    }
}

/// Something that happened to an order.
#[derive(Debug, Clone)]
pub struct LifeEvent {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: Happening,
}

/// What can happen to an order.
#[derive(Debug, Clone)]
pub enum Happening {
    /// The money arrived.
    Paid,
    /// The goods left.
    Fulfilled,
    /// Somebody changed a tag or a note.
    Tagged,
    /// The order was called off.
    Cancelled,
    /// A position was added.
    Edited(Line),
    /// Money or goods went back.
    Refunded(Refund),
    /// The order was deleted and leaves no trace.
    Deleted,
}

impl Order {
    /// Adds something to its life.
    pub fn happens(&mut self, at: Timestamp, what: Happening) {
        self.life.push(LifeEvent { at, what });
    }

    fn past(&self, now: Timestamp) -> impl Iterator<Item = &LifeEvent> {
        self.life.iter().filter(move |event| event.at <= now)
    }

    /// Whether the shop has it.
    pub fn exists(&self, now: Timestamp) -> bool {
        self.created_at <= now
            && !self
                .past(now)
                .any(|event| matches!(event.what, Happening::Deleted))
    }

    /// When it was called off.
    pub fn cancelled_at(&self, now: Timestamp) -> Option<Timestamp> {
        self.past(now)
            .find(|event| matches!(event.what, Happening::Cancelled))
            .map(|event| event.at)
    }

    /// Whether the money arrived.
    pub fn is_paid(&self, now: Timestamp) -> bool {
        self.past(now)
            .any(|event| matches!(event.what, Happening::Paid))
    }

    /// Whether the goods left.
    pub fn is_fulfilled(&self, now: Timestamp) -> bool {
        self.past(now)
            .any(|event| matches!(event.what, Happening::Fulfilled))
    }

    /// When anything last changed, the state of a refund's transactions included.
    pub fn updated_at(&self, now: Timestamp) -> Timestamp {
        let settled = self
            .refund_events(now)
            .flat_map(|refund| refund.changes(now));
        self.past(now)
            .map(|event| event.at)
            .chain(settled)
            .fold(self.created_at, Timestamp::max)
    }

    fn refund_events(&self, now: Timestamp) -> impl Iterator<Item = &Refund> {
        self.past(now).filter_map(|event| match &event.what {
            Happening::Refunded(refund) => Some(refund),
            _ => None,
        })
    }

    /// The refunds that a reader sees; they appear a little after the order's own change.
    pub fn refunds(&self, now: Timestamp) -> impl Iterator<Item = &Refund> {
        self.refund_events(now)
            .filter(move |refund| refund.visible_at <= now)
    }

    /// All positions, those added later included.
    pub fn lines(&self, now: Timestamp) -> impl Iterator<Item = &Line> {
        let added = self.past(now).filter_map(|event| match &event.what {
            Happening::Edited(line) => Some(line),
            _ => None,
        });
        self.lines.iter().chain(added)
    }

    /// Goods after all discounts.
    pub fn subtotal(&self, now: Timestamp) -> Micros {
        self.lines(now).map(Line::total).sum::<Micros>() - self.code_discount
    }

    /// What the customer pays before anything is given back.
    pub fn total(&self, now: Timestamp) -> Micros {
        self.subtotal(now) + self.shipping
    }

    /// All discounts.
    pub fn discounts(&self, now: Timestamp) -> Micros {
        self.lines(now).map(|line| line.discount).sum::<Micros>() + self.code_discount
    }

    /// The part of the total that gift cards make up.
    pub fn gift_cards(&self, now: Timestamp) -> Micros {
        self.lines(now)
            .filter(|line| line.product.gift_card)
            .map(Line::total)
            .sum()
    }

    /// The tax inside the goods' and shipping's price; gift cards carry none.
    pub fn tax(&self, now: Timestamp, step: Micros) -> Micros {
        (self.total(now) - self.gift_cards(now)).share(8, 108, step)
    }

    /// Money that refunds have returned.
    pub fn returned(&self, now: Timestamp) -> Micros {
        self.refunds(now).map(|refund| refund.returned(now)).sum()
    }
}
