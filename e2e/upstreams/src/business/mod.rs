//! The one model behind all platforms. Every reader asks it for events as they are known at an instant.

pub mod alterations;
pub mod catalogue;
pub mod checkout;
pub mod day;
pub mod delivery;
pub mod orders;
pub mod refunds;
pub mod restate;
pub mod visits;
pub mod words;

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::calendar::{Span, UtcDay, midnight};
use crate::config::BusinessSpec;
use alterations::Alterations;
use catalogue::{Campaign, Product};
use day::{Day, LONGEST_THOUGHT_DAYS, Workshop, first_order_id};
use delivery::{Click, Impressions};
use orders::Order;
use visits::{Habits, Visit};

/// The longest natural life of an order, in days after it was recorded.
const LONGEST_LIFE_DAYS: i64 = 67;
/// The longest time between placing an order and recording it.
const LONGEST_IMPORT_DAYS: i64 = 21;
/// Days kept in memory for a business.
const KEPT_DAYS: usize = 660;

/// A business with all that ever happens to it.
pub struct Business {
    /// What it was configured with.
    pub spec: BusinessSpec,
    rhythm: TimeZone,
    campaigns: Vec<Vec<Campaign>>,
    products: Vec<Arc<Product>>,
    days: Mutex<KeptDays>,
    alterations: RwLock<Alterations>,
}

#[derive(Default)]
struct KeptDays {
    days: HashMap<UtcDay, Arc<Day>>,
    order: VecDeque<UtcDay>,
}

/// The zone of a name that the configuration has checked.
pub fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).unwrap_or(TimeZone::UTC)
}

impl Business {
    /// A business that has not been looked at yet.
    pub fn new(spec: BusinessSpec) -> Self {
        let campaigns = spec
            .google_ads
            .iter()
            .map(|account| {
                catalogue::campaigns(
                    account,
                    spec.language,
                    spec.seed,
                    spec.size.campaigns,
                    spec.history_from,
                )
            })
            .collect();
        let products = catalogue::products(spec.language, spec.seed, shop_currency(&spec));
        Self {
            rhythm: zone(&spec.time_zone),
            campaigns,
            products,
            days: Mutex::default(),
            alterations: RwLock::default(),
            spec,
        }
    }

    /// Campaigns of an advertising account.
    pub fn campaigns(&self, account: usize) -> &[Campaign] {
        self.campaigns.get(account).map_or(&[], Vec::as_slice)
    }

    /// Calls with every batch of unclicked impressions inside the span that is known.
    pub fn each_impressions(
        &self,
        account: usize,
        span: Span,
        now: Timestamp,
        mut see: impl FnMut(&Impressions),
    ) {
        for day in span.days_with_lead(0) {
            let day = self.day(day);
            let shown = day
                .impressions
                .iter()
                .filter(|shown| shown.placement.account == account);
            shown
                .filter(|shown| span.contains(shown.at) && shown.known_at <= now)
                .for_each(&mut see);
        }
    }

    /// Calls with every click inside the span that is known; its conversions may be known later.
    pub fn each_click(
        &self,
        account: usize,
        span: Span,
        now: Timestamp,
        mut see: impl FnMut(&Click),
    ) {
        let alterations = self.alterations();
        for day in span.days_with_lead(0) {
            let day = self.day(day);
            let clicks = day
                .clicks
                .iter()
                .filter(|click| click.placement.account == account);
            for click in clicks.filter(|click| span.contains(click.at)) {
                let changed = alterations.click(click, now);
                let click = changed.as_ref().unwrap_or(click);
                if click.is_known(now) {
                    see(click);
                }
            }
        }
    }

    /// Calls with every visit that may have events inside the span; its events may lie outside or be known later.
    pub fn each_visit(&self, span: Span, now: Timestamp, mut see: impl FnMut(&Visit)) {
        let alterations = self.alterations();
        let mut show = |visit: &Visit| {
            let changed = alterations.visit(visit, now);
            see(changed.as_ref().unwrap_or(visit));
        };
        for utc in span.days_with_lead(LONGEST_THOUGHT_DAYS) {
            let day = self.day(utc);
            let returns = day.returns.iter();
            returns
                .filter(|visit| visit.starts() < span.to && span.from <= visit.ends())
                .for_each(&mut show);
            if utc.instant(2 * 86_400) > span.from {
                day.visits.iter().for_each(&mut show);
            }
        }
    }

    /// Every order that exists at `now` and was recorded, changed or placed inside the span.
    pub fn orders_around(&self, span: Span, now: Timestamp) -> Vec<Arc<Order>> {
        let end = UtcDay::of(span.to.min(now)).0.max(UtcDay::of(span.from).0);
        let first = UtcDay::of(span.from).0 - LONGEST_THOUGHT_DAYS - LONGEST_LIFE_DAYS;
        let last = (end + LONGEST_IMPORT_DAYS).min(UtcDay::of(now).0);
        let alterations = self.alterations();
        let altered_days = alterations
            .orders
            .keys()
            .filter_map(|id| self.origin(*id))
            .map(|day| day.0);
        let days: std::collections::BTreeSet<i64> = (first..=last).chain(altered_days).collect();
        let mut found = Vec::new();
        for day in days {
            for order in &self.day(UtcDay(day)).orders {
                let order = alterations
                    .order(order)
                    .map_or_else(|| Arc::clone(order), Arc::new);
                if order.exists(now) {
                    found.push(order);
                }
            }
        }
        found
    }

    /// The order with this id, if the shop has it at `now`.
    pub fn order(&self, id: u64, now: Timestamp) -> Option<Arc<Order>> {
        let day = self.day(self.origin(id)?);
        let order = day.orders.iter().find(|order| order.id == id)?;
        let order = self
            .alterations()
            .order(order)
            .map_or_else(|| Arc::clone(order), Arc::new);
        order.exists(now).then_some(order)
    }

    fn origin(&self, id: u64) -> Option<UtcDay> {
        let days = id.checked_sub(first_order_id(self.spec.seed))? / 100_000;
        i64::try_from(days).ok().map(UtcDay)
    }

    fn alterations(&self) -> RwLockReadGuard<'_, Alterations> {
        self.alterations
            .read()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes back everything that tests changed.
    pub fn forget_alterations(&self) {
        *self
            .alterations
            .write()
            .unwrap_or_else(PoisonError::into_inner) = Alterations::default();
    }

    fn day(&self, day: UtcDay) -> Arc<Day> {
        if let Some(kept) = self.kept().days.get(&day) {
            return Arc::clone(kept);
        }
        let made = Arc::new(self.make(day));
        self.kept().keep(day, Arc::clone(&made));
        made
    }

    fn kept(&self) -> MutexGuard<'_, KeptDays> {
        self.days.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn make(&self, day: UtcDay) -> Day {
        if day.instant(86_399) < midnight(self.spec.history_from, &TimeZone::UTC) {
            return Day::default();
        }
        self.workshop().make(day)
    }

    fn workshop(&self) -> Workshop<'_> {
        let spec = &self.spec;
        let property = spec.google_analytics.as_ref();
        let accounts = spec.google_ads.iter().zip(&self.campaigns);
        Workshop {
            seed: spec.seed,
            rhythm: &self.rhythm,
            accounts: accounts
                .map(|(account, campaigns)| (account.currency.as_str(), campaigns.as_slice()))
                .collect(),
            products: &self.products,
            shop_currency: shop_currency(spec),
            presentment_currency: spec
                .shopify
                .as_ref()
                .and_then(|shop| shop.presentment_currency.as_deref()),
            site_currency: property.map_or("USD", |property| &property.currency),
            habits: Habits {
                seed: spec.seed,
                modelled_per_mille: property.map_or(0, |property| property.modelled_per_mille),
            },
            clicks_per_day: spec.size.clicks_per_day,
            organic_visits_per_day: spec.size.organic_visits_per_day,
            orders_per_day: spec.size.orders_per_day,
        }
    }
}

fn shop_currency(spec: &BusinessSpec) -> &str {
    spec.shopify.as_ref().map_or("USD", |shop| &shop.currency)
}

impl KeptDays {
    fn keep(&mut self, day: UtcDay, made: Arc<Day>) {
        if self.days.insert(day, made).is_none() {
            self.order.push_back(day);
        }
        while self.order.len() > KEPT_DAYS {
            if let Some(oldest) = self.order.pop_front() {
                self.days.remove(&oldest);
            }
        }
    }
}
