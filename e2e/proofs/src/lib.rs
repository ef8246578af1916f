//! What the end-to-end proofs stand on: the cluster, the simulated platforms, the API as a user sees it.
//!
//! Nothing here knows the product's tables or code paths beyond what its users see: custom resources, Jobs, HTTP answers, and
//! (for the proofs about isolation and crashes) the database as an administrator finds it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    missing_docs,
    reason = "test support: a failure here is the failure of the proof"
)]

pub mod archive;
pub mod audit;
pub mod cells;
pub mod crash;
pub mod dashboard_api;
pub mod environment;
pub mod exactness;
pub mod jobs;
pub mod restatement;
pub mod simulator;
pub mod tenants;
pub mod workbench;
