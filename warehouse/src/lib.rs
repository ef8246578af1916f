//! The only crate that knows table names: data model, metric dictionary, landing, roll-ups and archive.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod access;
#[cfg(feature = "archive")]
pub mod archive;
pub mod database;
pub mod digest;
pub mod identity;
pub mod inspect;
pub mod invariants;
mod kill_point;
pub mod landing;
pub mod metrics;
pub mod model;
mod partition_query;
pub mod projection;
pub mod retention;
pub mod rollup;
pub mod runs;
pub mod schema;
pub mod serve;
mod storable;
pub mod tenancy;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
#[cfg(test)]
mod tests;
pub mod tokens;
pub mod watermarks;

pub use database::Tenant;
pub use kill_point::kill_point;
