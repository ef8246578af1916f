//! One day of a business: ads bring clicks, clicks bring visits, visits bring orders, orders become conversions.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::catalogue::{Campaign, Product};
use super::checkout::{Checkout, Way};
use super::delivery::{Click, Conversion, Delivery, Impressions, season};
use super::orders::{Happening, Journey, Order};
use super::visits::{Action, Habits, TrafficSource, Visit, Visitor, organic_source};
use super::words;
use crate::calendar::{UtcDay, busyness, label, later};
use crate::currency;
use crate::micros::Micros;
use crate::random::{Draws, hash};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;

/// The longest time between a visit and the order it leads to.
pub const LONGEST_THOUGHT_DAYS: i64 = 81;

/// What began on one UTC day, with everything that followed from it later.
#[derive(Debug, Default)]
pub struct Day {
    /// Ads shown.
    pub impressions: Vec<Impressions>,
    /// Ads clicked, with the conversions that clicks led to later.
    pub clicks: Vec<Click>,
    /// Visits of the day.
    pub visits: Vec<Visit>,
    /// Visits on later days in which people came back to buy.
    pub returns: Vec<Visit>,
    /// Orders that follow from the day's visits, on the day or later.
    pub orders: Vec<Arc<Order>>,
}

/// What a day is made of.
pub struct Workshop<'a> {
    /// Seed of the business.
    pub seed: u64,
    /// Zone whose rhythm the customers follow.
    pub rhythm: &'a TimeZone,
    /// Advertising accounts: currency and campaigns.
    pub accounts: Vec<(&'a str, &'a [Campaign])>,
    /// What is sold.
    pub products: &'a [Arc<Product>],
    /// Currency of the shop.
    pub shop_currency: &'a str,
    /// Currency that some customers pay in.
    pub presentment_currency: Option<&'a str>,
    /// Currency of the measured website.
    pub site_currency: &'a str,
    /// How visits are drawn.
    pub habits: Habits,
    /// Average ad clicks of an account.
    pub clicks_per_day: u64,
    /// Average visits that no ad brought.
    pub organic_visits_per_day: u64,
    /// Average orders.
    pub orders_per_day: u64,
}

struct Making<'a, 'b> {
    workshop: &'a Workshop<'b>,
    utc: UtcDay,
    day: Day,
}

impl Workshop<'_> {
    /// Everything that began on the day.
    pub fn make(&self, utc: UtcDay) -> Day {
        let mut making = Making {
            workshop: self,
            utc,
            day: Day::default(),
        };
        making.advertise();
        making.follow_clicks();
        making.welcome();
        making.sell_without_visit();
        making.day
    }

    /// The thousandths of visits that end in an order; a third of the orders needs no visit.
    fn order_chance(&self) -> u64 {
        let visits = self.organic_visits_per_day + self.clicks_per_day * self.accounts.len() as u64;
        self.orders_per_day * 667 / visits.max(1)
    }

    fn checkout(&self) -> Checkout<'_> {
        Checkout {
            seed: self.seed,
            products: self.products,
            currency: self.shop_currency,
            presentment_currency: self.presentment_currency,
        }
    }
}

/// The number from which the ids of a business's orders count.
pub fn first_order_id(seed: u64) -> u64 {
    9_007_199_254_740_993 + seed % 1000 * 100_000_000_000
}

impl Making<'_, '_> {
    fn advertise(&mut self) {
        for (account, (currency, campaigns)) in self.workshop.accounts.iter().enumerate() {
            let delivery = Delivery {
                seed: self.workshop.seed,
                account,
                currency,
                campaigns,
                rhythm: self.workshop.rhythm,
                clicks_per_day: self.workshop.clicks_per_day,
            };
            delivery.on(self.utc, &mut self.day.impressions, &mut self.day.clicks);
        }
    }

    fn follow_clicks(&mut self) {
        let mut clicks = std::mem::take(&mut self.day.clicks);
        for click in clicks.iter_mut().filter(|click| click.is_genuine()) {
            let mut draws = Draws::of(&[click.key, 0xF0]);
            if draws.chance(900) {
                self.follow(click, &mut draws);
            }
        }
        self.day.clicks = clicks;
    }

    fn follow(&mut self, click: &mut Click, draws: &mut Draws) {
        let start = later(click.at, draws.between(2, 20));
        let (account_currency, _) = self.workshop.accounts[click.placement.account];
        let mut visit = self.workshop.habits.visit(
            hash(&[click.key, 1]),
            start,
            self.paid_source(click),
            draws,
        );
        if draws.chance(60) {
            visit.add(draws.between(20, 200), Action::SignUp, draws);
            click.conversions.push(Conversion {
                at: visit.ends(),
                known_at: later(visit.ends(), draws.between(HOUR, 20 * HOUR)),
                retracted_from: None,
                purchase: false,
                credit: Micros::whole(1),
                value: currency::convert(
                    Micros(draws.between(0, 3) * 333_333),
                    "USD",
                    account_currency,
                    currency::value_step(account_currency),
                ),
            });
        }
        if let Some(order) = self.maybe_order(&mut visit, draws) {
            click
                .conversions
                .push(self.purchase(&order, account_currency, draws));
            self.day.orders.push(Arc::new(order));
        }
        self.day.visits.push(visit);
    }

    fn paid_source(&self, click: &Click) -> TrafficSource {
        let (_, campaigns) = self.workshop.accounts[click.placement.account];
        let channel = campaigns[click.placement.campaign].channel;
        TrafficSource {
            group: words::channel_group(channel),
            source: "google",
            medium: "cpc",
            campaign: Some((click.placement.account, click.placement.campaign)),
        }
    }

    /// The conversion of an order, credited to its click in whole or in part and withdrawn when the order is called off.
    fn purchase(&self, order: &Order, account_currency: &str, draws: &mut Draws) -> Conversion {
        let at = order.created_at;
        let credit = Micros(draws.pick(&[1_000_000, 1_000_000, 500_000, 333_333, 751_234]));
        let total = order.total(at);
        let step = currency::value_step(account_currency);
        let value = currency::convert(total, self.workshop.shop_currency, account_currency, step);
        let cancelled = order
            .life
            .iter()
            .find(|event| matches!(event.what, Happening::Cancelled));
        Conversion {
            at,
            known_at: later(at, draws.between(HOUR, 30 * HOUR)),
            retracted_from: cancelled.map(|event| later(event.at, 31 * HOUR)),
            purchase: true,
            credit,
            value: value.share(credit.0, 1_000_000, step),
        }
    }

    fn welcome(&mut self) {
        let workshop = self.workshop;
        for hour in 0..24 {
            let start = self.utc.instant(hour * HOUR);
            let mut draws = Draws::of(&[workshop.seed, 0x0B, start.as_second().unsigned_abs()]);
            let busy = busyness(label(start, workshop.rhythm).1);
            let mean = workshop.organic_visits_per_day * busy * season(self.utc) / 1000;
            for number in 0..draws.count(mean) {
                let key = hash(&[
                    workshop.seed,
                    0x0B,
                    start.as_second().unsigned_abs(),
                    number,
                ]);
                self.organic_visit(key, start);
            }
        }
    }

    fn organic_visit(&mut self, key: u64, hour: Timestamp) {
        let mut draws = Draws::of(&[key]);
        let at = later(hour, draws.between(0, HOUR - 1));
        let source = organic_source(&mut draws);
        let mut visit = self.workshop.habits.visit(key, at, source, &mut draws);
        if let Some(order) = self.maybe_order(&mut visit, &mut draws) {
            self.day.orders.push(Arc::new(order));
        }
        self.day.visits.push(visit);
    }

    /// The order that a visit may lead to: often at once, sometimes weeks later in another visit.
    fn maybe_order(&mut self, visit: &mut Visit, draws: &mut Draws) -> Option<Order> {
        if !draws.chance(self.workshop.order_chance()) {
            return None;
        }
        let thought = match draws.below(100) {
            0..=54 => 0,
            55..=79 => draws.between(HOUR, 3 * DAY),
            80..=91 => draws.between(4 * DAY, 25 * DAY),
            _ => draws.between(26 * DAY, 80 * DAY),
        };
        let at = later(visit.ends(), draws.between(30, 400) + thought);
        let order = self.order(at, Way::Web, Some(self.journey(&visit.source)));
        let worth = currency::convert(
            order.subtotal(at),
            self.workshop.shop_currency,
            self.workshop.site_currency,
            currency::step(self.workshop.site_currency),
        );
        let wait = at.as_second() - visit.ends().as_second();
        if thought == 0 {
            visit.add(wait, Action::Purchase(worth), draws);
        } else {
            self.come_back(visit.visitor, order.id, at, worth, draws);
        }
        Some(order)
    }

    fn come_back(
        &mut self,
        visitor: Visitor,
        order: u64,
        at: Timestamp,
        worth: Micros,
        draws: &mut Draws,
    ) {
        let key = hash(&[self.workshop.seed, order, 2]);
        let mut visit = self.workshop.habits.purchase_visit(key, visitor, at, draws);
        visit.add(
            at.as_second() - visit.ends().as_second(),
            Action::Purchase(worth),
            draws,
        );
        self.day.returns.push(visit);
    }

    fn journey(&self, source: &TrafficSource) -> Journey {
        let campaign = source.campaign.map(|(account, campaign)| {
            let (_, campaigns) = self.workshop.accounts[account];
            campaigns[campaign].name(Timestamp::MIN).to_owned()
        });
        Journey {
            source: source.source,
            medium: source.medium,
            campaign,
        }
    }

    fn sell_without_visit(&mut self) {
        let workshop = self.workshop;
        let mut draws = Draws::of(&[workshop.seed, 0x0C, self.utc.key()]);
        let mean = workshop.orders_per_day * 333 * season(self.utc) / 1000;
        for _ in 0..draws.count(mean) {
            let at = self.utc.instant(draws.between(0, DAY - 1));
            let way = Way::without_visit(&mut draws);
            let order = self.order(at, way, None);
            self.day.orders.push(Arc::new(order));
        }
    }

    fn order(&self, at: Timestamp, way: Way, journey: Option<Journey>) -> Order {
        let index = self.day.orders.len() as u64;
        let id = first_order_id(self.workshop.seed) + self.utc.key() * 100_000 + index;
        let name = format!("#{}", self.utc.key() % 10_000 * 1000 + index);
        self.workshop.checkout().order(id, name, at, way, journey)
    }
}
