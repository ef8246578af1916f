//! What a fetch lands: raw records by partition, with what the platform said about their quality.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString, IntoStaticStr};

use super::{AccountId, Source, StreamId};

/// One (source, account, stream, local date): the unit that a window stream replaces whole.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PartitionKey {
    /// The connector.
    pub source: Source,
    /// The account of that source.
    pub account: AccountId,
    /// The stream.
    pub stream: StreamId,
    /// The account's local date.
    pub date: Date,
}

/// One stream of one account: what has a watermark.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct StreamKey {
    /// The connector.
    pub source: Source,
    /// The account of that source.
    pub account: AccountId,
    /// The stream.
    pub stream: StreamId,
}

impl StreamKey {
    /// The partition of one date.
    #[must_use]
    pub fn on(&self, date: Date) -> PartitionKey {
        PartitionKey {
            source: self.source,
            account: self.account.clone(),
            stream: self.stream.clone(),
            date,
        }
    }
}

/// One record as the platform sent it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RawRecord {
    /// Unique in its partition.
    pub key: String,
    /// The exact JSON text, so that decimals stay as they were written.
    pub payload: String,
}

/// All that a window stream knows of one date; an absent record is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WindowPartition {
    /// The account's local date.
    pub date: Date,
    /// Every record of it. Of two records with one key the later counts.
    pub records: Vec<RawRecord>,
    /// What the platform said about the quality of this partition.
    pub flags: Vec<QualityFlag>,
}

/// A reason to read a figure with care; kept on the daily rows of its partition.
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
pub enum QualityFlag {
    /// The platform calls the data incomplete.
    Provisional,
    /// Estimated from a sample.
    Sampled,
    /// Rows were withheld to protect people's privacy.
    Thresholded,
    /// Part of the figures is in an `(other)` row.
    OtherRow,
    /// The platform cut the answer short.
    Truncated,
}
