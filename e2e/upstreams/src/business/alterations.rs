//! What tests change about the past: restated days and late refunds, each from the instant of the command on.

use std::collections::HashMap;

use jiff::Timestamp;

use super::delivery::{Click, Conversion};
use super::orders::{LifeEvent, Order};
use super::visits::{Hit, Visit};

/// Everything that was changed so far.
#[derive(Debug, Default)]
pub struct Alterations {
    /// Clicks by key.
    pub clicks: HashMap<u64, Vec<ClickChange>>,
    /// Visits by key.
    pub visits: HashMap<u64, Vec<VisitChange>>,
    /// What happened to orders, by id.
    pub orders: HashMap<u64, Vec<LifeEvent>>,
}

/// A change of a click.
#[derive(Debug, Clone)]
pub enum ClickChange {
    /// Found invalid.
    Invalid(Timestamp),
    /// One more conversion.
    Conversion(Conversion),
}

/// A change of a visit.
#[derive(Debug, Clone)]
pub enum VisitChange {
    /// Found to be a robot's.
    Robot(Timestamp),
    /// An event that arrived late.
    Hit(Hit),
}

impl Alterations {
    /// The click as reports of an instant know it, `None` when nothing is changed.
    pub fn click(&self, click: &Click, now: Timestamp) -> Option<Click> {
        let changes = self.clicks.get(&click.key)?;
        let mut altered = click.clone();
        for change in changes {
            match change {
                ClickChange::Invalid(from) if *from <= now => altered.invalid_from = Some(*from),
                ClickChange::Invalid(_) => {}
                ClickChange::Conversion(conversion) => altered.conversions.push(conversion.clone()),
            }
        }
        Some(altered)
    }

    /// The visit as reports of an instant know it, `None` when nothing is changed.
    pub fn visit(&self, visit: &Visit, now: Timestamp) -> Option<Visit> {
        let changes = self.visits.get(&visit.key)?;
        let mut altered = visit.clone();
        for change in changes {
            match change {
                VisitChange::Robot(from) if *from <= now => altered.hits.clear(),
                VisitChange::Robot(_) => {}
                VisitChange::Hit(hit) => altered.hits.push(hit.clone()),
            }
        }
        Some(altered)
    }

    /// The order with what tests made happen to it, `None` when nothing did.
    pub fn order(&self, order: &Order) -> Option<Order> {
        let happened = self.orders.get(&order.id)?;
        let mut altered = order.clone();
        altered.life.extend(happened.iter().cloned());
        altered.life.sort_by_key(|event| event.at);
        Some(altered)
    }
}
