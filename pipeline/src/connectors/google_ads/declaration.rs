//! What Google Ads declares.

use dpo_warehouse::metrics::Metric;
use dpo_warehouse::model::{Grain, Level, Source};
use jiff::civil::date;

use super::errors::ERRORS;
use crate::frame::declaration::{
    Budget, Pagination, PinnedVersion, SourceDeclaration, StreamDeclaration, StreamKind,
    WindowPolicy, WireField, WireType,
};
use crate::frame::failure::Scope;

/// The source.
pub static DECLARATION: SourceDeclaration = SourceDeclaration {
    source: Source::GoogleAds,
    version: PinnedVersion {
        name: "v26",
        sunset: Some(date(2027, 11, 1)),
    },
    // Basic access; it belongs to the Cloud project, so all tenants share it.
    budget: Budget {
        scope: Scope::App,
        requests: 15_000,
        seconds: 86_400,
    },
    account_stream: "customer",
    streams: STREAMS,
    errors: ERRORS,
};

const FIELDS: &[WireField] = &[
    WireField::new("impressions", Metric::Impressions, WireType::Number),
    WireField::new("clicks", Metric::Clicks, WireType::Number),
    WireField::new("costMicros", Metric::Spend, WireType::Micros),
    WireField::new("conversions", Metric::Conversions, WireType::Number),
    WireField::new(
        "conversionsValue",
        Metric::ConversionsValue,
        WireType::Money,
    ),
    WireField::new("allConversions", Metric::AllConversions, WireType::Number),
    WireField::new(
        "allConversionsValue",
        Metric::AllConversionsValue,
        WireType::Money,
    ),
    WireField::new(
        "viewThroughConversions",
        Metric::ViewThroughConversions,
        WireType::Number,
    ),
];

/// What the platform tells by day only: a query that asks for it by the hour is refused.
pub const BY_DAY_ONLY: &[&str] = &["allConversions", "allConversionsValue"];

const CAMPAIGN: StreamDeclaration = StreamDeclaration {
    name: "campaign",
    about: "names and states of campaigns, removed ones included",
    kind: StreamKind::Snapshot {
        refresh_minutes: 60,
    },
    feeds: &[],
    key: &["campaign.id"],
    pagination: Pagination::Token,
    fields: &[],
    flags: &[],
    needs_account: false,
};

const STREAMS: &[StreamDeclaration] = &[
    StreamDeclaration {
        name: "customer",
        about: "the account: its name, time zone and currency",
        key: &["customer.id"],
        ..CAMPAIGN
    },
    CAMPAIGN,
    StreamDeclaration {
        name: "campaign_daily",
        about: "figures of campaigns by day; their sum is the account's",
        // Conversions are booked on the day of the click and keep arriving for 30 days, at most 90.
        kind: StreamKind::Window(WindowPolicy {
            hot_days: 2,
            warm_days: 3,
            cold_days: 30,
            weekly_days: Some(90),
            days_per_request: 31,
        }),
        feeds: &[(Level::Account, Grain::Day), (Level::Campaign, Grain::Day)],
        key: &["campaign.id", "segments.date"],
        fields: FIELDS,
        needs_account: true,
        ..CAMPAIGN
    },
    StreamDeclaration {
        name: "campaign_hourly",
        about: "figures of campaigns by hour of the account's day; their sum is the account's; all conversions are told by day only",
        kind: StreamKind::Window(WindowPolicy {
            hot_days: 2,
            warm_days: 3,
            cold_days: 30,
            weekly_days: None,
            days_per_request: 7,
        }),
        feeds: &[
            (Level::Account, Grain::Hour),
            (Level::Campaign, Grain::Hour),
        ],
        key: &["campaign.id", "segments.date", "segments.hour"],
        fields: FIELDS,
        needs_account: true,
        ..CAMPAIGN
    },
];
