//! Landing: what a pull fetched becomes rows, in one transaction with its cursor, its watermark and its touched days.
//!
//! A window stream replaces whole partitions, and only those whose content changed; an event stream replaces single
//! facts by newer versions. Landing the same pull twice, or an older pull after a newer one, changes nothing.

mod absence;
mod copy;
mod decide;
mod entities;
mod events;
mod ledger;
mod touch;
mod window;

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;

pub use absence::{PARENT, Sweep};
pub use entities::upsert_entities;
pub use events::land_events;
pub use touch::LEDGER;
pub use window::land_window;

use crate::model::{LedgerFact, RawRecord, StreamKey, WindowPartition};
use crate::watermarks::Progress;

/// One pull of a window stream.
#[derive(Debug, Clone)]
pub struct WindowPull {
    /// The stream that was pulled.
    pub stream: StreamKey,
    /// When the pull began, by the clock of the machine: of two pulls of one partition the later counts.
    pub fetched_at: Timestamp,
    /// Every date of the pulled window, also those without records: their old rows are gone.
    pub partitions: Vec<WindowPartition>,
    /// Cursor and tiers to move.
    pub progress: Progress,
}

/// One pull, or one page of a pull, of an event stream.
#[derive(Debug, Clone)]
pub struct EventPull {
    /// The stream that was pulled.
    pub stream: StreamKey,
    /// When the pull began, by the clock of the machine.
    pub fetched_at: Timestamp,
    /// The account's local date of the pull: the partition under which the payloads are kept for backup.
    pub landing_date: Date,
    /// The payloads as received.
    pub records: Vec<RawRecord>,
    /// The facts that the payloads say; of two versions of one fact the newer counts.
    pub facts: Vec<LedgerFact>,
    /// Which facts must be among these if they still exist; nothing where the pull does not hold everything.
    pub sweep: Option<Sweep>,
    /// Cursor and tiers to move.
    pub progress: Progress,
}

/// What a landing changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Landed {
    /// The dates whose figures must be computed again.
    pub touched: BTreeSet<Date>,
    /// Rows written: raw records of changed partitions, changed ledger facts.
    pub rows: u64,
    /// Dates whose rows were kept although the whole pull came without a record. The same answer of another pull
    /// (a later `fetched_at`) removes them.
    pub unconfirmed: Vec<Date>,
    /// Dates of which a newer pull has landed already.
    pub stale: Vec<Date>,
}
