//! Facts: what aggregates are computed from, and the names that go with them.

use std::collections::BTreeMap;

use bigdecimal::BigDecimal;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::{AccountId, Currency, Level, StreamId};
use crate::metrics::Metric;

/// Exact values by metric. A metric that is absent is unknown, which is not zero.
pub type Metrics = BTreeMap<Metric, BigDecimal>;

/// What one raw record of a window stream says about one bucket. Facts of one bucket are added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What `entity` is.
    pub level: Level,
    /// The entity's id; at level `account` the account's id.
    pub entity: String,
    /// A closed split of the entity, such as a device; empty for the whole.
    pub breakdown: String,
    /// The account's local date.
    pub date: Date,
    /// The account's local hour label (0 to 23) for the hourly grain; `None` for the daily grain.
    pub hour: Option<i8>,
    /// The currency of the money among the metrics.
    pub currency: Option<Currency>,
    /// The values.
    pub metrics: Metrics,
}

/// A typed fact of an event source: an order, a refund. No personal data, by allow-list of its fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerFact {
    /// The stream it came by.
    pub stream: StreamId,
    /// Unique in (source, account, stream), for ever.
    pub key: String,
    /// What it is, such as `order` or `refund`.
    pub kind: String,
    /// When it happened.
    pub instant: Timestamp,
    /// The account's local date of `instant`.
    pub date: Date,
    /// The account's local hour label (0 to 23) of `instant`.
    pub hour: i8,
    /// The currency of the amounts.
    pub currency: Currency,
    /// Its contribution to the sums of its hour and day; negative values take away.
    pub metrics: Metrics,
    /// Allow-listed facts that later questions need; never names, addresses, e-mails or telephone numbers.
    pub attributes: BTreeMap<String, String>,
    /// A random key of the customer, if known.
    pub customer_key: Option<String>,
    /// The platform's time of this version; a newer version replaces an older.
    pub version: Timestamp,
    /// A tombstone: it counts no longer.
    pub removed: bool,
}

/// A name and state of something that figures refer to by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntityRow {
    /// The account it belongs to; an account belongs to itself.
    pub account: AccountId,
    /// What it is.
    pub level: Level,
    /// Its id.
    pub id: String,
    /// Its name as last seen.
    pub name: Option<String>,
    /// Its status in the platform's words.
    pub status: Option<String>,
    /// The id of what it belongs to.
    pub parent: Option<String>,
    /// The currency of its amounts (accounts).
    pub currency: Option<Currency>,
    /// The IANA zone of its dates (accounts).
    pub time_zone: Option<String>,
}
