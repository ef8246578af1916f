//! What Shopify declares.

use dpo_warehouse::model::{Grain, Level, QualityFlag, Source};
use jiff::civil::date;

use super::errors::ERRORS;
use crate::frame::declaration::{
    Budget, EventPolicy, Pagination, PinnedVersion, SourceDeclaration, StreamDeclaration,
    StreamKind,
};
use crate::frame::failure::Scope;

/// The platform hands out no more orders at once.
pub const MOST_ORDERS_OF_A_PAGE: u32 = 250;

/// Orders of one page. With its lines and refunds an order is estimated at about 75 points, and a query may cost 1000.
pub const ORDERS_OF_A_PAGE: u32 = 12;

/// The source.
pub static DECLARATION: SourceDeclaration = SourceDeclaration {
    source: Source::Shopify,
    // A version lives for twelve months; a dead one is answered by the oldest living.
    version: PinnedVersion {
        name: "2026-10",
        sunset: Some(date(2027, 10, 1)),
    },
    // 100 points a second and shop come back; a page of orders is estimated at about 900.
    budget: Budget {
        scope: Scope::Account,
        requests: 6,
        seconds: 60,
    },
    account_stream: "shop",
    streams: STREAMS,
    errors: ERRORS,
};

const SHOP: StreamDeclaration = StreamDeclaration {
    name: "shop",
    about: "the shop: its name, time zone and currency, and what the app may read",
    kind: StreamKind::Snapshot {
        refresh_minutes: 60,
    },
    feeds: &[],
    key: &["myshopifyDomain"],
    pagination: Pagination::Single,
    fields: &[],
    flags: &[],
    needs_account: false,
};

const STREAMS: &[StreamDeclaration] = &[
    SHOP,
    StreamDeclaration {
        name: "orders",
        about: "orders and the refunds of orders, as facts of the day on which each happened",
        // Parents change before their children appear, hence the overlap.
        kind: StreamKind::Event(EventPolicy {
            overlap_minutes: 5,
            lag_minutes: 1,
            weekly_days: 60,
            // Without read_all_orders the platform hides orders that were created more than 60 days ago.
            sweep_days: Some(45),
            days_per_pull: 30,
        }),
        feeds: &[(Level::Account, Grain::Day), (Level::Account, Grain::Hour)],
        key: &["id"],
        pagination: Pagination::Connection {
            size: ORDERS_OF_A_PAGE,
        },
        flags: &[QualityFlag::Truncated],
        needs_account: true,
        ..SHOP
    },
];
