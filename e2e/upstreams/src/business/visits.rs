//! What people do on the website.

use jiff::Timestamp;

use super::words::{ORGANIC_SOURCES, PAGES};
use crate::calendar::later;
use crate::micros::Micros;
use crate::random::{Draws, hash};

/// One session of one person.
#[derive(Debug, Clone)]
pub struct Visit {
    /// Differs for every visit of the business.
    pub key: u64,
    /// Who came.
    pub visitor: Visitor,
    /// Where from.
    pub source: TrafficSource,
    /// `mobile`, `desktop` or `tablet`.
    pub device: &'static str,
    /// Country name.
    pub country: &'static str,
    /// What was done, in order.
    pub hits: Vec<Hit>,
}

/// A person as the measurement sees one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Visitor {
    /// Recognised by a cookie.
    Known(u64),
    /// Refused cookies; the platform models a part of a user.
    Modelled(Micros),
}

/// Where a session came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrafficSource {
    /// Default channel group.
    pub group: &'static str,
    /// Source.
    pub source: &'static str,
    /// Medium.
    pub medium: &'static str,
    /// Advertising account and campaign, as indexes, when an ad brought it.
    pub campaign: Option<(usize, usize)>,
}

/// One measured event.
#[derive(Debug, Clone)]
pub struct Hit {
    /// When it happened.
    pub at: Timestamp,
    /// When reports first show it.
    pub known_at: Timestamp,
    /// What happened.
    pub action: Action,
    /// The page.
    pub page: &'static str,
}

/// What a measured event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// A session began.
    SessionStart,
    /// The visitor came for the first time.
    FirstVisit,
    /// A page was shown.
    PageView,
    /// The visitor stayed.
    Engagement,
    /// The visitor scrolled.
    Scroll,
    /// Something went into the cart.
    AddToCart,
    /// A newsletter was ordered, a key event.
    SignUp,
    /// Something was bought, a key event, with its worth in the property's currency.
    Purchase(Micros),
    /// A partner paid for an ad on the blog.
    AdRevenue(Micros),
}

impl Action {
    /// GA4's event name.
    pub fn event_name(self) -> &'static str {
        match self {
            Self::SessionStart => "session_start",
            Self::FirstVisit => "first_visit",
            Self::PageView => "page_view",
            Self::Engagement => "user_engagement",
            Self::Scroll => "scroll",
            Self::AddToCart => "add_to_cart",
            Self::SignUp => "sign_up",
            Self::Purchase(_) => "purchase",
            Self::AdRevenue(_) => "publisher_ad_impression",
        }
    }

    /// Whether the business marked it as key event.
    pub fn is_key(self) -> bool {
        matches!(self, Self::SignUp | Self::Purchase(_))
    }
}

impl Visit {
    /// Whether the platform calls the session engaged: a second page, or a key event.
    pub fn is_engaged(&self, now: Timestamp) -> bool {
        let known = || self.hits.iter().filter(|hit| hit.known_at <= now);
        known().any(|hit| hit.action.is_key())
            || known().filter(|hit| hit.action == Action::PageView).count() >= 2
    }

    /// When the visit began.
    pub fn starts(&self) -> Timestamp {
        self.hits.first().map_or(Timestamp::MIN, |hit| hit.at)
    }

    /// When the last thing happened.
    pub fn ends(&self) -> Timestamp {
        self.hits.last().map_or(Timestamp::MIN, |hit| hit.at)
    }

    /// Adds an event at the end.
    pub fn add(&mut self, seconds_later: i64, action: Action, draws: &mut Draws) {
        let at = later(self.ends(), seconds_later);
        self.hits.push(hit(at, action, draws));
    }
}

/// How visits of a business are drawn.
pub struct Habits {
    /// Seed of the business.
    pub seed: u64,
    /// Thousandths of visitors who refuse cookies.
    pub modelled_per_mille: u64,
}

impl Habits {
    /// A visit that begins at an instant.
    pub fn visit(
        &self,
        key: u64,
        at: Timestamp,
        source: TrafficSource,
        draws: &mut Draws,
    ) -> Visit {
        let newcomer = draws.chance(550);
        let visitor = self.visitor(key, newcomer, draws);
        let mut visit = Visit {
            key,
            visitor,
            source,
            device: draws.pick(&["mobile", "mobile", "desktop", "tablet"]),
            country: draws.pick(&["Vietnam", "Vietnam", "Germany", "United States"]),
            hits: vec![hit(at, Action::SessionStart, draws)],
        };
        if newcomer {
            visit.add(0, Action::FirstVisit, draws);
        }
        visit.add(0, Action::PageView, draws);
        browse(&mut visit, draws);
        visit
    }

    /// The visit in which somebody comes back to buy.
    pub fn purchase_visit(
        &self,
        key: u64,
        visitor: Visitor,
        at: Timestamp,
        draws: &mut Draws,
    ) -> Visit {
        let source = TrafficSource {
            group: "Direct",
            source: "(direct)",
            medium: "(none)",
            campaign: None,
        };
        let mut visit = self.visit(key, later(at, -draws.between(90, 900)), source, draws);
        visit
            .hits
            .retain(|hit| hit.action != Action::FirstVisit && hit.at < at);
        visit.visitor = visitor;
        visit
    }

    fn visitor(&self, key: u64, newcomer: bool, draws: &mut Draws) -> Visitor {
        if draws.chance(self.modelled_per_mille) {
            Visitor::Modelled(Micros(draws.between(412, 987) * 1000))
        } else if newcomer {
            Visitor::Known(key)
        } else {
            Visitor::Known(hash(&[self.seed, 0x0E, draws.below(700)]))
        }
    }
}

fn browse(visit: &mut Visit, draws: &mut Draws) {
    for _ in 0..draws.below(5) {
        let pause = if draws.chance(60) {
            draws.between(900, 1700)
        } else {
            draws.between(4, 240)
        };
        let action = match draws.below(12) {
            0..=5 => Action::PageView,
            6..=8 => Action::Engagement,
            9 => Action::AddToCart,
            10 => Action::AdRevenue(Micros(draws.between(1_001, 9_973))),
            _ => Action::Scroll,
        };
        visit.add(pause, action, draws);
    }
}

fn hit(at: Timestamp, action: Action, draws: &mut Draws) -> Hit {
    let lag = match draws.below(100) {
        0 => draws.between(40 * 3600, 70 * 3600),
        1..=6 => draws.between(5 * 3600, 36 * 3600),
        _ => draws.between(60, 2400),
    };
    Hit {
        at,
        known_at: later(at, lag),
        action,
        page: draws.pick(PAGES),
    }
}

/// A source that no ad paid for.
pub fn organic_source(draws: &mut Draws) -> TrafficSource {
    let mut rest = draws.below(1000);
    let chosen = ORGANIC_SOURCES.iter().find(|(.., share)| {
        let found = rest < *share;
        rest = rest.saturating_sub(*share);
        found
    });
    let (group, source, medium, _) = chosen
        .copied()
        .unwrap_or(("Direct", "(direct)", "(none)", 0));
    TrafficSource {
        group,
        source,
        medium,
        campaign: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::UtcDay;

    fn visit(draws: &mut Draws) -> Visit {
        let source = organic_source(draws);
        Habits {
            seed: 1,
            modelled_per_mille: 60,
        }
        .visit(9, UtcDay(20_000).instant(0), source, draws)
    }

    #[test]
    fn hits_are_in_order_and_known_later() {
        let visit = visit(&mut Draws::of(&[5]));
        assert!(visit.hits.windows(2).all(|pair| pair[0].at <= pair[1].at));
        assert!(visit.hits.iter().all(|hit| hit.known_at > hit.at));
        assert_eq!(visit.hits[0].action, Action::SessionStart);
    }

    #[test]
    fn engagement_needs_a_second_page_or_a_key_event() {
        let mut draws = Draws::of(&[6]);
        let mut visit = visit(&mut draws);
        visit.hits.retain(|hit| hit.action == Action::SessionStart);
        assert!(!visit.is_engaged(Timestamp::MAX));
        visit.add(5, Action::SignUp, &mut draws);
        assert!(visit.is_engaged(Timestamp::MAX));
        assert!(!visit.is_engaged(visit.starts()));
    }
}
