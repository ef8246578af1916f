//! The data model that every part shares: where figures come from, what was landed, what a run ended as.

mod decimal;
mod fact;
mod identifiers;
mod landed;
mod run;
mod source;

pub use decimal::{canonical, parse_decimal};
pub use fact::{EntityRow, Fact, LedgerFact, Metrics};
pub use identifiers::{AccountId, Currency, InvalidIdentifier, StreamId, TenantId};
pub use landed::{PartitionKey, QualityFlag, RawRecord, StreamKey, WindowPartition};
pub use run::{RunClass, RunKind};
pub use source::{Channel, DayStatus, Grain, Level, Source};
