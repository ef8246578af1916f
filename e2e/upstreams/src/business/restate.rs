//! Changing the past on command: platforms that restate a day, refunds of old orders.

use std::sync::{Arc, PoisonError};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::alterations::{Alterations, ClickChange, VisitChange};
use super::delivery::{Click, Conversion};
use super::orders::{Happening, LifeEvent, Line, Order};
use super::refunds::{self, Form, Refund};
use super::visits::{Action, Hit, Visit};
use super::{Business, shop_currency, zone};
use crate::calendar::{Span, label};
use crate::currency;
use crate::micros::Micros;
use crate::random::{Draws, hash};

/// What happens to an order on command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, strum::EnumIter)]
#[serde(rename_all = "snake_case")]
pub enum OrderChange {
    /// All that is left goes back.
    Refund,
    /// A part of one position goes back.
    PartialRefund,
    /// Some money, no goods.
    Goodwill,
    /// Goods back, no money.
    Restock,
    /// The movement of money fails.
    FailedRefund,
    /// The movement takes days.
    PendingRefund,
    /// The order is called off.
    Cancel,
    /// A position is added.
    Edit,
    /// A tag changes and nothing else.
    Tag,
    /// The order is deleted.
    Delete,
}

/// One thing that was changed, for the caller's records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Changed {
    /// Account, property or shop.
    pub account: String,
    /// The local day that shows it.
    pub date: Date,
    /// What changed.
    pub what: &'static str,
    /// How many events, or the order's id.
    pub detail: String,
}

const ORDER_CYCLE: [OrderChange; 4] = [
    OrderChange::PartialRefund,
    OrderChange::Refund,
    OrderChange::Restock,
    OrderChange::FailedRefund,
];

impl Business {
    fn alter(&self, change: impl FnOnce(&mut Alterations)) {
        change(
            &mut self
                .alterations
                .write()
                .unwrap_or_else(PoisonError::into_inner),
        );
    }

    /// Takes clicks out of a day and adds conversions to others.
    pub fn restate_ads(
        &self,
        account: usize,
        date: Date,
        seed: u64,
        now: Timestamp,
    ) -> Vec<Changed> {
        let Some(spec) = self.spec.google_ads.get(account) else {
            return Vec::new();
        };
        let mut clicks: Vec<Click> = Vec::new();
        let span = Span::of_dates(date, date, &zone(&spec.time_zone));
        self.each_click(account, span, now, |click| clicks.push(click.clone()));
        clicks.sort_by_key(|click| hash(&[seed, click.key]));
        let invalid = some_of(clicks.len(), 10);
        let converted = some_of(clicks.len() - invalid, 7);
        self.alter(|alterations| {
            for click in &clicks[..invalid] {
                alterations
                    .clicks
                    .entry(click.key)
                    .or_default()
                    .push(ClickChange::Invalid(now));
            }
            for click in clicks.iter().rev().take(converted) {
                let conversion = late_conversion(click, seed, &spec.currency, now);
                alterations
                    .clicks
                    .entry(click.key)
                    .or_default()
                    .push(ClickChange::Conversion(conversion));
            }
        });
        let changed = |what, count: usize| Changed {
            account: spec.customer_id.clone(),
            date,
            what,
            detail: count.to_string(),
        };
        vec![
            changed("invalid clicks", invalid),
            changed("late conversions", converted),
        ]
    }

    /// Takes robots' visits out of a day and adds events to others.
    pub fn restate_visits(&self, date: Date, seed: u64, now: Timestamp) -> Vec<Changed> {
        let Some(property) = &self.spec.google_analytics else {
            return Vec::new();
        };
        let zone = zone(&property.time_zone);
        let mut visits: Vec<Visit> = Vec::new();
        self.each_visit(Span::of_dates(date, date, &zone), now, |visit| {
            if visit
                .hits
                .iter()
                .any(|hit| hit.known_at <= now && label(hit.at, &zone).0 == date)
            {
                visits.push(visit.clone());
            }
        });
        visits.sort_by_key(|visit| hash(&[seed, visit.key]));
        let robots = some_of(visits.len(), 12);
        let late = some_of(visits.len() - robots, 8);
        self.alter(|alterations| {
            for visit in &visits[..robots] {
                alterations
                    .visits
                    .entry(visit.key)
                    .or_default()
                    .push(VisitChange::Robot(now));
            }
            for visit in visits.iter().rev().take(late) {
                let hits = late_hits(visit, date, &zone, seed, now);
                let changes = alterations.visits.entry(visit.key).or_default();
                changes.extend(hits.into_iter().map(VisitChange::Hit));
            }
        });
        let account = property.id.clone();
        let changed = |what, count: usize| Changed {
            account: account.clone(),
            date,
            what,
            detail: count.to_string(),
        };
        vec![
            changed("robots' visits", robots),
            changed("visits with late events", late),
        ]
    }

    /// Lets something happen now to some orders that were placed on a day.
    pub fn restate_orders_of(
        &self,
        date: Date,
        count: usize,
        change: Option<OrderChange>,
        seed: u64,
        now: Timestamp,
    ) -> Vec<Changed> {
        let Some(shop) = &self.spec.shopify else {
            return Vec::new();
        };
        let zone = zone(&shop.time_zone);
        let mut orders = self.orders_around(Span::of_dates(date, date, &zone), now);
        orders.retain(|order| {
            label(order.processed_at, &zone).0 == date
                && !order.test
                && order.cancelled_at(now).is_none()
        });
        orders.sort_by_key(|order| hash(&[seed, order.id]));
        let ids: Vec<u64> = orders.iter().take(count).map(|order| order.id).collect();
        self.restate_orders(&ids, change, seed, now)
    }

    /// Lets something happen now to orders; without a choice, partial, full, goods-only and failed refunds take turns.
    pub fn restate_orders(
        &self,
        ids: &[u64],
        change: Option<OrderChange>,
        seed: u64,
        now: Timestamp,
    ) -> Vec<Changed> {
        let Some(shop) = &self.spec.shopify else {
            return Vec::new();
        };
        let zone = zone(&shop.time_zone);
        let orders = ids.iter().filter_map(|id| self.order(*id, now)).enumerate();
        orders
            .map(|(index, order)| {
                let change = change.unwrap_or(ORDER_CYCLE[index % ORDER_CYCLE.len()]);
                let happened = self.happen(&order, change, seed, now);
                self.alter(|alterations| {
                    alterations
                        .orders
                        .entry(order.id)
                        .or_default()
                        .extend(happened);
                });
                Changed {
                    account: shop.domain.clone(),
                    date: label(order.processed_at, &zone).0,
                    what: change.name(),
                    detail: order.id.to_string(),
                }
            })
            .collect()
    }

    fn happen(
        &self,
        order: &Arc<Order>,
        change: OrderChange,
        seed: u64,
        now: Timestamp,
    ) -> Vec<LifeEvent> {
        let mut draws = Draws::of(&[seed, order.id, now.as_second().unsigned_abs()]);
        let what = match change {
            OrderChange::Cancel => Happening::Cancelled,
            OrderChange::Tag => Happening::Tagged,
            OrderChange::Delete => Happening::Deleted,
            OrderChange::Edit => {
                let number = 400 + order.lines(Timestamp::MAX).count() as u64 % 90;
                let product = Arc::clone(&self.products[draws.index(self.products.len() - 1)]);
                Happening::Edited(Line {
                    id: order.id * 1000 + number,
                    product,
                    quantity: 1,
                    discount: Micros::ZERO,
                })
            }
            OrderChange::Refund
            | OrderChange::PartialRefund
            | OrderChange::Goodwill
            | OrderChange::Restock
            | OrderChange::FailedRefund
            | OrderChange::PendingRefund => {
                Happening::Refunded(self.late_refund(order, change.form(), now, &mut draws))
            }
        };
        vec![LifeEvent { at: now, what }]
    }

    fn late_refund(&self, order: &Order, form: Form, now: Timestamp, draws: &mut Draws) -> Refund {
        let earlier: Vec<&Refund> = order
            .life
            .iter()
            .filter_map(|event| match &event.what {
                Happening::Refunded(refund) => Some(refund),
                _ => None,
            })
            .collect();
        let step = currency::step(shop_currency(&self.spec));
        let mut refund = refunds::refund(order, &earlier, form, now, step, draws);
        refund.visible_at = now;
        refund
    }
}

/// One of every `share` events, at least one if there are any.
fn some_of(count: usize, share: usize) -> usize {
    count.div_ceil(share)
}

fn late_conversion(click: &Click, seed: u64, currency: &str, now: Timestamp) -> Conversion {
    let mut draws = Draws::of(&[seed, click.key, 0x17]);
    let dollars = Micros(draws.between(4_000_000, 60_000_000));
    let credit = Micros(draws.pick(&[1_000_000, 250_000, 666_667]));
    let step = currency::value_step(currency);
    let whole = currency::convert(dollars, "USD", currency, step);
    let value = whole.share(credit.0, 1_000_000, step);
    Conversion {
        at: now,
        known_at: now,
        retracted_from: None,
        purchase: true,
        credit,
        value,
    }
}

/// Events at an instant of the day on which the visit was seen anyway.
fn late_hits(
    visit: &Visit,
    date: Date,
    zone: &TimeZone,
    seed: u64,
    known_at: Timestamp,
) -> Vec<Hit> {
    let mut draws = Draws::of(&[seed, visit.key, 0x18]);
    let Some(witness) = visit
        .hits
        .iter()
        .find(|hit| hit.known_at <= known_at && label(hit.at, zone).0 == date)
    else {
        return Vec::new();
    };
    let worth = Micros(draws.between(3_000_001, 40_000_007));
    [Action::PageView, Action::Purchase(worth)]
        .map(|action| Hit {
            at: witness.at,
            known_at,
            action,
            page: witness.page,
        })
        .to_vec()
}

impl OrderChange {
    fn form(self) -> Form {
        match self {
            Self::PartialRefund => Form::Partial,
            Self::Goodwill => Form::Goodwill,
            Self::Restock => Form::RestockOnly,
            Self::FailedRefund => Form::Failed,
            Self::PendingRefund => Form::Pending,
            Self::Refund | Self::Cancel | Self::Edit | Self::Tag | Self::Delete => Form::Full,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Refund => "refund",
            Self::PartialRefund => "partial_refund",
            Self::Goodwill => "goodwill",
            Self::Restock => "restock",
            Self::FailedRefund => "failed_refund",
            Self::PendingRefund => "pending_refund",
            Self::Cancel => "cancel",
            Self::Edit => "edit",
            Self::Tag => "tag",
            Self::Delete => "delete",
        }
    }
}
