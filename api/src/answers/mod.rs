//! From stored rows to answers. Everything here is pure; the routes do the reading.

pub mod breakdown;
pub mod cells;
pub mod change;
pub mod channel;
pub mod coverage;
pub mod dictionary;
pub mod estate;
pub mod figure;
pub mod freshness;
pub mod kpi;
pub mod overview;
pub mod periods;
pub mod reconciliation;
pub mod schedule;
pub mod session;
pub mod sources;
