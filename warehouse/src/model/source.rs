//! Where figures come from and at which level and grain they are kept: closed lists with text ids.

use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString, IntoStaticStr};

/// A connector. Its text id is used in the database, on the command line and in the API.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    AsRefStr,
    Display,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Source {
    /// Google Ads: figures of a platform that sells advertising.
    GoogleAds,
    /// Google Analytics 4: figures measured on the website. `ga4` is accepted where text is read.
    #[strum(to_string = "google_analytics", serialize = "ga4")]
    #[serde(alias = "ga4")]
    GoogleAnalytics,
    /// Shopify: orders and refunds as the shop recorded them.
    Shopify,
}

impl Source {
    /// The channel that this source belongs to.
    #[must_use]
    pub const fn channel(self) -> Channel {
        match self {
            Self::GoogleAds => Channel::GoogleAds,
            Self::GoogleAnalytics => Channel::Website,
            Self::Shopify => Channel::Shop,
        }
    }
}

/// A row of the channel table: what a reader compares.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    AsRefStr,
    Display,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Channel {
    /// Advertising on Google.
    GoogleAds,
    /// The website's own measurement.
    Website,
    /// The shop's own records.
    Shop,
}

/// What an aggregate row describes. Totals are read at `account`; a query reads one level.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    AsRefStr,
    Display,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Level {
    /// A whole account; the entity is the account's id.
    Account,
    /// An advertising campaign.
    Campaign,
    /// A channel group of website traffic, such as `Organic Search`.
    ChannelGroup,
    /// A source and medium of website traffic, such as `google / cpc`.
    SourceMedium,
}

/// The length of the period that a row sums up.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    AsRefStr,
    Display,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Grain {
    /// An hour label (0 to 23) of the account's local day.
    Hour,
    /// The account's local day.
    Day,
}

/// How final a daily row is.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    AsRefStr,
    Display,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum DayStatus {
    /// The day is still open: more will come.
    Provisional,
    /// The day was closed after the account's midnight plus grace.
    Closed,
    /// The figures changed after the day was closed.
    Restated,
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::IntoEnumIterator as _;

    #[test]
    fn text_ids_are_the_same_in_sql_and_json() {
        for source in Source::iter() {
            assert_eq!(
                serde_json::to_string(&source).unwrap(),
                format!("\"{source}\"")
            );
            assert_eq!(source.as_ref(), source.to_string());
            assert_eq!(source.to_string().parse::<Source>().unwrap(), source);
        }
        assert_eq!(Source::GoogleAnalytics.to_string(), "google_analytics");
        assert_eq!("ga4".parse::<Source>().unwrap(), Source::GoogleAnalytics);
        assert_eq!(Level::ChannelGroup.as_ref(), "channel_group");
    }
}
