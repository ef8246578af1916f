//! What a business has before anything happens: campaigns, products, names.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::words;
use crate::calendar::{later, midnight};
use crate::config::{AdsAccount, Language};
use crate::currency;
use crate::micros::Micros;
use crate::random::{Draws, text_key};

const DAY: i64 = 86_400;

/// A campaign of an advertising account.
#[derive(Debug, Clone)]
pub struct Campaign {
    /// Above 2^53, next to its siblings, so that a float would merge them.
    pub id: i64,
    /// Name until the rename.
    name: String,
    /// When it got another name, and which.
    renamed: Option<(Timestamp, String)>,
    /// Kind of advertising.
    pub channel: Channel,
    /// First instant on which ads run.
    pub starts: Timestamp,
    /// When ads stop, and what the campaign is then.
    pub stops: Option<(Timestamp, &'static str)>,
    /// Ad groups; Performance Max has none.
    pub ad_groups: Vec<AdGroup>,
    /// Share of the account's clicks, in thousandths.
    pub share: u64,
}

/// Kind of advertising.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Channel {
    /// Text ads on searches.
    Search,
    /// Automatic ads everywhere, without ad groups.
    PerformanceMax,
    /// Banners.
    Display,
    /// Product listings.
    Shopping,
    /// Video ads.
    Video,
}

/// A group of ads.
#[derive(Debug, Clone)]
pub struct AdGroup {
    /// Above 2^53 like the campaign's.
    pub id: i64,
    /// Name shown to people.
    pub name: String,
}

impl Channel {
    const ORDER: [Self; 5] = [
        Self::Search,
        Self::PerformanceMax,
        Self::Display,
        Self::Shopping,
        Self::Video,
    ];

    /// Google Ads' name of the kind.
    pub fn wire(self) -> &'static str {
        match self {
            Self::Search => "SEARCH",
            Self::PerformanceMax => "PERFORMANCE_MAX",
            Self::Display => "DISPLAY",
            Self::Shopping => "SHOPPING",
            Self::Video => "VIDEO",
        }
    }
}

impl Campaign {
    /// The name at an instant.
    pub fn name(&self, now: Timestamp) -> &str {
        match &self.renamed {
            Some((when, name)) if *when <= now => name,
            _ => &self.name,
        }
    }

    /// `ENABLED`, `PAUSED` or `REMOVED`.
    pub fn status(&self, now: Timestamp) -> &'static str {
        match self.stops {
            Some((when, status)) if when <= now => status,
            _ => "ENABLED",
        }
    }

    /// Whether ads run.
    pub fn runs(&self, at: Timestamp) -> bool {
        self.starts <= at && self.stops.is_none_or(|(when, _)| at < when)
    }
}

/// The campaigns of an account: the first run always, later ones start, stop or get renamed in the course of time.
pub fn campaigns(
    account: &AdsAccount,
    language: Language,
    seed: u64,
    count: usize,
    since: Date,
) -> Vec<Campaign> {
    let account_key = text_key(&account.customer_id);
    let base = 9_007_199_254_740_993 + i64::try_from(account_key % 1_000_000).unwrap_or(0) * 1000;
    let opening = midnight(since, &TimeZone::UTC);
    let weight: u64 = (1..=count as u64).sum();
    (0..count)
        .map(|index| {
            let mut draws = Draws::of(&[seed, account_key, index as u64, 0xCA]);
            let share = (count - index) as u64 * 1000 / weight.max(1);
            campaign(
                base + i64::try_from(index).unwrap_or(0),
                index,
                share,
                opening,
                language,
                &mut draws,
            )
        })
        .collect()
}

fn campaign(
    id: i64,
    index: usize,
    share: u64,
    opening: Timestamp,
    language: Language,
    draws: &mut Draws,
) -> Campaign {
    let channel = Channel::ORDER[index % Channel::ORDER.len()];
    let name = words::campaign(language, channel, index / Channel::ORDER.len());
    let starts = if index % 5 == 3 {
        later(opening, draws.between(150, 260) * DAY)
    } else {
        opening
    };
    let renamed = (index % 5 == 2).then(|| {
        let when = later(opening, draws.between(300, 400) * DAY + 40_000);
        (when, format!("{name} 2026"))
    });
    let stops = match index % 10 {
        4 => Some((
            later(opening, draws.between(560, 620) * DAY + 50_000),
            "PAUSED",
        )),
        9 => Some((
            later(opening, draws.between(500, 600) * DAY + 50_000),
            "REMOVED",
        )),
        _ => None,
    };
    Campaign {
        id,
        renamed,
        channel,
        starts,
        stops,
        ad_groups: ad_groups(id, channel, &name),
        share,
        name,
    }
}

fn ad_groups(campaign: i64, channel: Channel, name: &str) -> Vec<AdGroup> {
    let count = if channel == Channel::PerformanceMax {
        0
    } else {
        2
    };
    (0..count)
        .map(|index| AdGroup {
            id: campaign * 2 % 9_100_000_000_000_000_000 + index,
            name: format!("{name} / {}", index + 1),
        })
        .collect()
}

/// Something the shop sells.
#[derive(Debug, Clone)]
pub struct Product {
    /// Numeric part of the product's global id.
    pub id: u64,
    /// Stock-keeping unit; gift cards have none.
    pub sku: Option<String>,
    /// Name shown to people.
    pub title: String,
    /// Price in the shop's currency.
    pub price: Micros,
    /// Whether it is a gift card, whose sale is no revenue.
    pub gift_card: bool,
}

/// The products, priced in the shop's currency; the last one is the gift card.
pub fn products(language: Language, seed: u64, shop_currency: &str) -> Vec<Arc<Product>> {
    let step = currency::step(shop_currency);
    let goods = words::products(language)
        .iter()
        .enumerate()
        .map(|(index, (title, cents))| Product {
            id: 9_007_199_254_800_001 + seed % 1000 * 100 + index as u64,
            sku: Some(format!("SKU-{:03}", index + 1)),
            title: (*title).to_owned(),
            price: currency::convert(Micros(cents * 10_000), "USD", shop_currency, step),
            gift_card: false,
        });
    let card = Product {
        id: 9_007_199_254_800_099 + seed % 1000 * 100,
        sku: None,
        title: words::gift_card(language).to_owned(),
        price: currency::convert(Micros::whole(20), "USD", shop_currency, step),
        gift_card: true,
    };
    goods.chain([card]).map(Arc::new).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn account() -> AdsAccount {
        serde_json::from_value(serde_json::json!({
            "customerId": "7105550101", "name": "n", "timeZone": "UTC", "currency": "USD"
        }))
        .unwrap()
    }

    #[test]
    fn ids_cannot_be_told_apart_by_a_float() {
        let made = campaigns(&account(), Language::Vi, 1, 5, date(2025, 1, 1));
        let exact: std::collections::BTreeSet<i64> =
            made.iter().map(|campaign| campaign.id).collect();
        #[allow(clippy::cast_precision_loss)]
        let floats: std::collections::BTreeSet<u64> =
            exact.iter().map(|id| (*id as f64).to_bits()).collect();
        assert_eq!(exact.len(), 5);
        assert!(floats.len() < 5);
    }

    #[test]
    fn performance_max_has_no_ad_groups_and_shares_make_a_whole() {
        let made = campaigns(&account(), Language::De, 1, 5, date(2025, 1, 1));
        let pmax = made
            .iter()
            .find(|campaign| campaign.channel == Channel::PerformanceMax)
            .unwrap();
        assert!(pmax.ad_groups.is_empty());
        assert!(made.iter().map(|campaign| campaign.share).sum::<u64>() > 990);
    }
}
