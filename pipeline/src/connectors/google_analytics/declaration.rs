//! What Google Analytics 4 declares.

use dpo_warehouse::metrics::Metric;
use dpo_warehouse::model::{Grain, Level, QualityFlag, Source};

use super::errors::ERRORS;
use crate::frame::declaration::{
    Budget, Pagination, PinnedVersion, SourceDeclaration, StreamDeclaration, StreamKind,
    WindowPolicy, WireField, WireType,
};
use crate::frame::failure::Scope;

/// The source.
pub static DECLARATION: SourceDeclaration = SourceDeclaration {
    source: Source::GoogleAnalytics,
    version: PinnedVersion {
        name: "v1beta",
        sunset: None,
    },
    // 14,000 tokens an hour for one project and property; a report costs about ten.
    budget: Budget {
        scope: Scope::Account,
        requests: 1_400,
        seconds: 3_600,
    },
    account_stream: "property",
    streams: STREAMS,
    errors: ERRORS,
};

/// Sums. Integer metrics may come with a fraction where visitors are modelled; it is kept.
const SUMS: [WireField; 8] = [
    WireField::new("sessions", Metric::Sessions, WireType::Number),
    WireField::new("engagedSessions", Metric::EngagedSessions, WireType::Number),
    WireField::new("screenPageViews", Metric::ScreenPageViews, WireType::Number),
    WireField::new("eventCount", Metric::EventCount, WireType::Number),
    WireField::new("keyEvents", Metric::KeyEvents, WireType::Number),
    WireField::new("transactions", Metric::Transactions, WireType::Number),
    WireField::new("purchaseRevenue", Metric::PurchaseRevenue, WireType::Money),
    WireField::new("totalRevenue", Metric::TotalRevenue, WireType::Money),
];

const EVERYTHING: &[WireField] = &[
    SUMS[0],
    SUMS[1],
    SUMS[2],
    SUMS[3],
    SUMS[4],
    SUMS[5],
    SUMS[6],
    SUMS[7],
    WireField::new("totalUsers", Metric::TotalUsers, WireType::Number),
    WireField::new("activeUsers", Metric::ActiveUsers, WireType::Number),
    WireField::new("newUsers", Metric::NewUsers, WireType::Number),
];

const PROPERTY: StreamDeclaration = StreamDeclaration {
    name: "property",
    about: "the property: its name, time zone and currency",
    kind: StreamKind::Snapshot {
        refresh_minutes: 60,
    },
    feeds: &[],
    key: &["name"],
    pagination: Pagination::Single,
    fields: &[],
    flags: &[],
    needs_account: false,
};

const SITE_DAILY: StreamDeclaration = StreamDeclaration {
    name: "site_daily",
    about: "figures of the whole website by day",
    // Days settle in two; key events are attributed for up to twelve.
    kind: StreamKind::Window(WindowPolicy {
        hot_days: 2,
        warm_days: 3,
        cold_days: 12,
        weekly_days: Some(90),
        days_per_request: 92,
    }),
    feeds: &[(Level::Account, Grain::Day)],
    key: &["date"],
    pagination: Pagination::Offset { size: 10_000 },
    fields: EVERYTHING,
    flags: &[
        QualityFlag::Thresholded,
        QualityFlag::Sampled,
        QualityFlag::OtherRow,
        QualityFlag::Truncated,
    ],
    needs_account: false,
};

const STREAMS: &[StreamDeclaration] = &[
    PROPERTY,
    SITE_DAILY,
    StreamDeclaration {
        name: "site_hourly",
        about: "figures of the whole website by hour; sessions that span hours count in each",
        kind: StreamKind::Window(WindowPolicy {
            hot_days: 2,
            warm_days: 3,
            cold_days: 12,
            weekly_days: None,
            days_per_request: 31,
        }),
        feeds: &[(Level::Account, Grain::Hour)],
        key: &["dateHour"],
        ..SITE_DAILY
    },
    StreamDeclaration {
        name: "acquisition_daily",
        about: "figures by day and default channel group of the session",
        feeds: &[(Level::ChannelGroup, Grain::Day)],
        key: &["date", "sessionDefaultChannelGroup"],
        ..SITE_DAILY
    },
    StreamDeclaration {
        name: "campaigns_daily",
        about: "figures by day, campaign, and source and medium of the session, without people",
        feeds: &[(Level::Campaign, Grain::Day)],
        key: &[
            "date",
            "sessionSourceMedium",
            "sessionCampaignId",
            "sessionCampaignName",
        ],
        fields: &SUMS,
        ..SITE_DAILY
    },
];
