//! The only crate that knows table names: data model, metric dictionary, landing, roll-ups and archive.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod kill_point;
pub mod metrics;
pub mod model;
pub mod projection;

pub use kill_point::kill_point;
