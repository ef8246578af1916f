//! The proofs on a real cluster. `make test-e2e` runs them all, `make e2e CASE=deletion` one, against a cluster that runs.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    missing_docs,
    reason = "these are tests"
)]

mod admission;
mod crash;
mod deletion;
mod exactness;
mod quiet;
mod setup;
mod tenants;
mod trouble;
