//! Advertising as it happens: impressions, clicks, what clicks cost, and what they later bring.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::catalogue::{Campaign, Channel};
use crate::calendar::{UtcDay, busyness, label, later};
use crate::currency;
use crate::micros::Micros;
use crate::random::{Draws, hash};

/// Where an ad was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placement {
    /// Index of the advertising account in its business.
    pub account: usize,
    /// Index of the campaign in its account.
    pub campaign: usize,
    /// Index of the ad group in its campaign; none for Performance Max.
    pub ad_group: Option<usize>,
    /// Google Ads' name of the device.
    pub device: &'static str,
    /// Google Ads' name of the network.
    pub network: &'static str,
}

/// Ads that were shown at one instant and not clicked.
#[derive(Debug, Clone)]
pub struct Impressions {
    /// Where.
    pub placement: Placement,
    /// When.
    pub at: Timestamp,
    /// When reports first show them.
    pub known_at: Timestamp,
    /// How many.
    pub count: i64,
    /// When a purchase after a mere view became known, if there was one.
    pub view_through_known_at: Option<Timestamp>,
}

/// A click on an ad; it is also an impression.
#[derive(Debug, Clone)]
pub struct Click {
    /// Differs for every click of the business.
    pub key: u64,
    /// Where.
    pub placement: Placement,
    /// When.
    pub at: Timestamp,
    /// When reports first show it.
    pub known_at: Timestamp,
    /// When it was found invalid and taken out of all reports.
    pub invalid_from: Option<Timestamp>,
    /// What it cost, in the account's currency.
    pub cost: Micros,
    /// What it brought, booked on the click's date.
    pub conversions: Vec<Conversion>,
}

/// Something worth counting that a click led to.
#[derive(Debug, Clone)]
pub struct Conversion {
    /// When it happened.
    pub at: Timestamp,
    /// When reports first show it.
    pub known_at: Timestamp,
    /// When it was withdrawn, because the order was cancelled.
    pub retracted_from: Option<Timestamp>,
    /// Whether it is a purchase, which counts as conversion; the others count in all conversions only.
    pub purchase: bool,
    /// The share credited to the click.
    pub credit: Micros,
    /// The credited value in the account's currency.
    pub value: Micros,
}

impl Conversion {
    /// Whether reports show it.
    pub fn is_known(&self, now: Timestamp) -> bool {
        self.known_at <= now && self.retracted_from.is_none_or(|when| now < when)
    }
}

impl Click {
    /// Whether reports show it.
    pub fn is_known(&self, now: Timestamp) -> bool {
        self.known_at <= now && self.invalid_from.is_none_or(|when| now < when)
    }

    /// Whether anybody ever takes it out.
    pub fn is_genuine(&self) -> bool {
        self.invalid_from.is_none()
    }
}

/// One account on one day of the model.
pub struct Delivery<'a> {
    /// Seed of the business.
    pub seed: u64,
    /// Index of the account in its business.
    pub account: usize,
    /// Currency of the costs.
    pub currency: &'a str,
    /// Campaigns of the account.
    pub campaigns: &'a [Campaign],
    /// Zone whose rhythm the customers follow.
    pub rhythm: &'a TimeZone,
    /// Average clicks of a day.
    pub clicks_per_day: u64,
}

impl Delivery<'_> {
    /// Everything that the account's ads did on the day.
    pub fn on(&self, day: UtcDay, impressions: &mut Vec<Impressions>, clicks: &mut Vec<Click>) {
        for (index, campaign) in self.campaigns.iter().enumerate() {
            for hour in 0..24 {
                let start = day.instant(hour * 3600);
                if campaign.runs(start) {
                    self.hour(day, start, (index, campaign), impressions, clicks);
                }
            }
        }
    }

    fn hour(
        &self,
        day: UtcDay,
        start: Timestamp,
        (index, campaign): (usize, &Campaign),
        impressions: &mut Vec<Impressions>,
        clicks: &mut Vec<Click>,
    ) {
        let key = [
            self.seed,
            0xAD,
            self.account as u64,
            index as u64,
            start.as_second().unsigned_abs(),
        ];
        let mut draws = Draws::of(&key);
        let busy = busyness(label(start, self.rhythm).1);
        let mean = self.clicks_per_day * campaign.share * busy / 1000 * season(day) / 1000;
        let clicked = draws.count(mean);
        for number in 0..clicked {
            clicks.push(self.click(
                hash(&[hash(&key), number]),
                start,
                (index, campaign),
                &mut draws,
            ));
        }
        for _ in 0..draws.below(3) {
            impressions.push(self.batch(
                start,
                clicked + mean / 1000,
                (index, campaign),
                &mut draws,
            ));
        }
    }

    fn click(
        &self,
        key: u64,
        start: Timestamp,
        campaign: (usize, &Campaign),
        draws: &mut Draws,
    ) -> Click {
        let at = later(start, draws.between(0, 3599));
        let invalid = draws
            .chance(25)
            .then(|| later(at, draws.between(4 * 3600, 60 * 3600)));
        Click {
            key,
            placement: self.placement(campaign, draws),
            at,
            known_at: later(at, draws.between(300, 3 * 3600)),
            invalid_from: invalid,
            cost: self.cost(draws),
            conversions: Vec::new(),
        }
    }

    fn batch(
        &self,
        start: Timestamp,
        busy: u64,
        campaign: (usize, &Campaign),
        draws: &mut Draws,
    ) -> Impressions {
        let at = later(start, draws.between(0, 3599));
        let seen = draws
            .chance(12)
            .then(|| later(at, draws.between(6 * 3600, 50 * 3600)));
        Impressions {
            placement: self.placement(campaign, draws),
            at,
            known_at: later(at, draws.between(120, 2 * 3600)),
            count: draws.between(3, 40) + i64::try_from(busy * 9).unwrap_or(0),
            view_through_known_at: seen,
        }
    }

    fn placement(&self, (index, campaign): (usize, &Campaign), draws: &mut Draws) -> Placement {
        let ad_group =
            (!campaign.ad_groups.is_empty()).then(|| draws.index(campaign.ad_groups.len()));
        Placement {
            account: self.account,
            campaign: index,
            ad_group,
            device: draws.pick(&["MOBILE", "MOBILE", "DESKTOP", "TABLET"]),
            network: draws.pick(networks(campaign.channel)),
        }
    }

    /// A cost around 50 cents whose micros divide unevenly.
    fn cost(&self, draws: &mut Draws) -> Micros {
        let dollars = Micros(draws.between(180_000, 820_000) + draws.between(1, 997));
        let cost = currency::convert(dollars, "USD", self.currency, Micros(1));
        Micros(cost.0 + draws.between(0, 996))
    }
}

fn networks(channel: Channel) -> &'static [&'static str] {
    match channel {
        Channel::Search | Channel::Shopping => &["SEARCH", "SEARCH", "SEARCH_PARTNERS"],
        Channel::PerformanceMax => &["MIXED"],
        Channel::Display => &["CONTENT"],
        Channel::Video => &["YOUTUBE"],
    }
}

/// Thousandths by which a day differs from the average: weekends are busier, and the year has a wave.
pub fn season(day: UtcDay) -> u64 {
    let weekday =
        [950, 960, 980, 1000, 1010, 1080, 1060][usize::try_from(day.0.rem_euclid(7)).unwrap_or(0)];
    let wave = day.0.rem_euclid(364).abs_diff(182);
    weekday * (850 + wave * 2) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_withdrawn_conversion_and_an_invalid_click_leave_the_reports() {
        let at = UtcDay(20_000).instant(0);
        let conversion = Conversion {
            at,
            known_at: later(at, 10),
            retracted_from: Some(later(at, 20)),
            purchase: true,
            credit: Micros::whole(1),
            value: Micros::ZERO,
        };
        assert!(!conversion.is_known(later(at, 9)));
        assert!(conversion.is_known(later(at, 19)));
        assert!(!conversion.is_known(later(at, 20)));
    }

    #[test]
    fn seasons_stay_near_the_average() {
        assert!((0..400).all(|day| (700..1400).contains(&season(UtcDay(day)))));
    }
}
