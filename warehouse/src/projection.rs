//! The seam between landed payloads and figures: a connector says what its records mean.

use jiff::tz::TimeZone;

use crate::model::{Currency, Fact, PartitionKey, RawRecord};

/// The partition whose records are projected, with what is known of its account.
#[derive(Debug, Clone)]
pub struct Partition<'a> {
    /// Which partition.
    pub key: &'a PartitionKey,
    /// The zone of the account's dates and hours.
    pub time_zone: &'a TimeZone,
    /// The currency of the account's amounts, where the account has one.
    pub currency: Option<&'a Currency>,
}

/// A record that cannot be projected: a fault of the connector, not of the tenant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("record {record:?} of stream {stream} cannot be read: {reason}")]
pub struct ProjectionError {
    /// The stream.
    pub stream: String,
    /// The record's key.
    pub record: String,
    /// What is wrong with it, without the payload.
    pub reason: String,
}

/// Turns the raw records of window streams into facts. Pure: the same records give the same facts, in any order.
pub trait Projection: Send + Sync {
    /// The facts of one partition's records. Each (source, level, grain) is fed by exactly one stream. Facts of one
    /// bucket (level, entity, breakdown, hour, currency) are added up by the caller, so each record stands for itself;
    /// counts of people that come in several records of a bucket are unknown there.
    ///
    /// # Errors
    /// Where a record does not have the form that the stream declares.
    fn project(
        &self,
        partition: &Partition<'_>,
        records: &[RawRecord],
    ) -> Result<Vec<Fact>, ProjectionError>;
}
