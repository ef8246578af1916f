//! Dimensions and metrics that reports may name.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::business::Business;
use crate::business::visits::{Hit, Visit};

/// Dimensions, all of which fit with all event and session metrics.
pub const DIMENSIONS: &[&str] = &[
    "date",
    "dateHour",
    "hour",
    "year",
    "month",
    "sessionDefaultChannelGroup",
    "sessionSource",
    "sessionMedium",
    "sessionSourceMedium",
    "sessionCampaignId",
    "sessionCampaignName",
    "deviceCategory",
    "country",
    "eventName",
    "pagePath",
];

/// Metrics with their types.
pub const METRICS: &[(&str, &str)] = &[
    ("sessions", "TYPE_INTEGER"),
    ("engagedSessions", "TYPE_INTEGER"),
    ("totalUsers", "TYPE_INTEGER"),
    ("activeUsers", "TYPE_INTEGER"),
    ("newUsers", "TYPE_INTEGER"),
    ("screenPageViews", "TYPE_INTEGER"),
    ("eventCount", "TYPE_INTEGER"),
    ("addToCarts", "TYPE_INTEGER"),
    ("keyEvents", "TYPE_FLOAT"),
    ("purchaseRevenue", "TYPE_CURRENCY"),
    ("totalRevenue", "TYPE_CURRENCY"),
    ("transactions", "TYPE_INTEGER"),
];

/// Names that exist but fit with none of the metrics and dimensions above.
pub const OF_ITEMS: &[&str] = &["itemName", "itemId", "itemRevenue", "itemsViewed"];

/// A metric's type.
pub fn metric_type(name: &str) -> Option<&'static str> {
    METRICS
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, kind)| *kind)
}

/// Where a hit is looked at.
pub struct Place<'a> {
    /// The business, for campaign names.
    pub business: &'a Business,
    /// The visit.
    pub visit: &'a Visit,
    /// The hit.
    pub hit: &'a Hit,
    /// Local date.
    pub date: Date,
    /// Local hour.
    pub hour: i8,
}

impl Place<'_> {
    /// The value of a dimension.
    pub fn value(&self, dimension: &str) -> String {
        let source = &self.visit.source;
        match dimension {
            "date" => compact(self.date),
            "dateHour" => format!("{}{:02}", compact(self.date), self.hour),
            "hour" => format!("{:02}", self.hour),
            "year" => self.date.year().to_string(),
            "month" => format!("{:02}", self.date.month()),
            "sessionDefaultChannelGroup" => source.group.to_owned(),
            "sessionSource" => source.source.to_owned(),
            "sessionMedium" => source.medium.to_owned(),
            "sessionSourceMedium" => format!("{} / {}", source.source, source.medium),
            "sessionCampaignId" => self.campaign(|id, _| id.to_string()),
            "sessionCampaignName" => self.campaign(|_, name| name.to_owned()),
            "deviceCategory" => self.visit.device.to_owned(),
            "country" => self.visit.country.to_owned(),
            "eventName" => self.hit.action.event_name().to_owned(),
            "pagePath" => self.hit.page.to_owned(),
            _ => "(not set)".to_owned(),
        }
    }

    fn campaign(&self, show: impl Fn(i64, &str) -> String) -> String {
        let campaign = self
            .visit
            .source
            .campaign
            .and_then(|(account, index)| self.business.campaigns(account).get(index));
        campaign.map_or_else(
            || "(not set)".to_owned(),
            |campaign| show(campaign.id, campaign.name(self.started())),
        )
    }

    fn started(&self) -> Timestamp {
        self.visit.starts()
    }
}

/// `20260901`.
pub fn compact(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}
