//! The HTTP API of the Digital Performance Optimizer: sessions, figures, connection health, and the built dashboard.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod answers;
pub mod authentication;
pub mod cli;
pub mod dto;
pub mod http;
pub mod openapi;
pub mod policy;
pub mod problem;
pub mod routes;
pub mod state;
pub mod telemetry;
