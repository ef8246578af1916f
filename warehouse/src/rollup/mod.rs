//! Roll-ups: landed facts become hours and days, days close, hours fold.
//!
//! Every step replaces the buckets it touches and never increments, so any order, overlap or repetition of runs gives
//! the same figures. Hours and days are computed separately from the same facts, a day never from its hours.

mod account;
mod buckets;
mod close;
mod fold;
mod profile;
mod recompute;
mod rows;
mod sums;

pub use account::{AccountZone, account_zones, day_is_over};
pub use buckets::{Bucket, BucketError};
pub use close::{Closed, DEFAULT_GRACE, close_due};
pub(crate) use fold::read_metrics;
pub use fold::{fold_day, fold_due};
pub use recompute::{
    AccountRef, Day, RecomputeError, RecomputeFailure, Recomputed, recompute_account,
    recompute_day, sweep,
};
