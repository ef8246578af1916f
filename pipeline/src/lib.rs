//! What the jobs of a tenant run: sync with its connectors, roll-ups, archive, and replay for those who debug a connector.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod archive;
pub mod auth;
pub mod cli;
pub mod connectors;
pub mod frame;
pub mod http;
pub mod replay;
pub mod retention;
pub mod rollup;
pub mod sync;
