//! The simulator from outside: what clients of each platform see, and the truth beside it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod client;
mod control;
mod google_ads;
mod google_analytics;
mod server;
mod shopify;
