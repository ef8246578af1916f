//! One channel, down to its campaigns.

use dpo_warehouse::model::{Channel, Level};
use dpo_warehouse::serve::AccountKey;

use super::breakdown::{BelowAccounts, breakdown};
use super::kpi::{Chosen, Evidences};
use super::overview::Material;
use crate::dto::channel::{AccountRow, ChannelDetail};

/// The level that a channel's page breaks down to.
#[must_use]
pub const fn breakdown_level(channel: Channel) -> Option<Level> {
    match channel {
        Channel::GoogleAds => Some(Level::Campaign),
        Channel::Website => Some(Level::ChannelGroup),
        Channel::Shop => None,
    }
}

/// The channel's page.
#[must_use]
pub fn channel(
    channel: Channel,
    material: &Material,
    below: Option<&BelowAccounts>,
) -> ChannelDetail {
    let evidences = material.evidences();
    let names = channel_figures(channel);
    ChannelDetail {
        channel: channel.into(),
        periods: material.periods(),
        kpis: evidences.kpis(names),
        accounts: accounts(&evidences, names),
        breakdown: below.map(|below| breakdown(&evidences, below, names)),
        archived: material.archived(),
        freshness: material.estate.freshness(),
        time_zones: material.estate.time_zones(&material.time_zone),
    }
}

const fn channel_figures(channel: Channel) -> &'static [&'static str] {
    match channel {
        Channel::GoogleAds => &[
            "spend",
            "impressions",
            "clicks",
            "ctr",
            "cpc",
            "cpm",
            "conversions",
            "cost_per_conversion",
            "conversion_rate",
            "conversions_value",
            "roas",
            "all_conversions",
            "all_conversions_value",
            "view_through_conversions",
        ],
        Channel::Website => &[
            "sessions",
            "engaged_sessions",
            "engagement_rate",
            "total_users",
            "active_users",
            "new_users",
            "screen_page_views",
            "event_count",
            "key_events",
            "transactions",
            "purchase_revenue",
            "total_revenue",
        ],
        Channel::Shop => &[
            "revenue",
            "refunds",
            "net_revenue",
            "orders",
            "average_order_value",
            "units",
            "refund_count",
            "refund_rate",
            "discounts",
            "tax",
            "shipping",
        ],
    }
}

fn accounts(evidences: &Evidences<'_>, names: &[&str]) -> Vec<AccountRow> {
    let row = |account: AccountKey| {
        let known = evidences.estate.known.get(&account);
        let (current, comparison) = evidences.of_account(&account);
        let chosen = Chosen {
            current,
            comparison,
            beginnings: None,
        };
        AccountRow {
            source: account.source.into(),
            name: known.and_then(|known| known.name.clone()),
            currency: known.and_then(|known| known.currency.clone()),
            time_zone: known.and_then(|known| known.time_zone.clone()),
            figures: evidences.figures_of(names, &account, chosen),
            freshness: evidences.freshness_of(&account),
            account: account.account.to_string(),
        }
    };
    evidences.estate.accounts().into_iter().map(row).collect()
}

#[cfg(test)]
mod tests {
    use dpo_warehouse::model::Source;
    use dpo_warehouse::serve::DateRange;
    use jiff::tz::TimeZone;

    use super::super::coverage::{Clock, Found};
    use super::super::estate::testing::{account, estate_of};
    use super::super::kpi::PeriodRows;
    use super::*;
    use crate::dto::freshness::FreshnessState;

    #[test]
    fn an_account_is_as_fresh_as_its_own_data_source() {
        let known = ["1", "2"].map(|id| account(Source::GoogleAds, id, "UTC"));
        let mut estate = estate_of(&known);
        estate.sources[1].freshness.state = FreshnessState::Failing;
        let day = jiff::civil::date(2026, 11, 1);
        let found = Found {
            range: DateRange { from: day, to: day },
            days: vec![],
            archived: vec![],
            touched: vec![],
        };
        let clock = Clock {
            now: jiff::Timestamp::UNIX_EPOCH,
            zone: TimeZone::UTC,
        };
        let material = Material {
            current: PeriodRows::new(found, &estate, &clock),
            estate,
            comparison: None,
            currency: "VND".into(),
            time_zone: "UTC".into(),
            today: day,
        };
        let page = channel(Channel::GoogleAds, &material, None);
        let states: Vec<Option<FreshnessState>> = page
            .accounts
            .iter()
            .map(|account| account.freshness.state)
            .collect();
        assert_eq!(
            states,
            [
                Some(FreshnessState::NeverFetched),
                Some(FreshnessState::Failing)
            ]
        );
        assert_eq!(
            page.kpis[0].freshness.state,
            Some(FreshnessState::Failing),
            "a figure of both is as fresh as the worse"
        );
    }
}
