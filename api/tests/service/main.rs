//! The whole service on a real Postgres, with two organizations of which neither may see the other.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod answers;
mod availability;
mod cross_site;
mod description;
mod headers;
mod interleaving;
mod login_limits;
mod logins;
mod malformed;
mod matrix;
mod seed;
mod sessions;
mod world;
