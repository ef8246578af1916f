//! Plays the marketing platforms that the product reads, from one seeded model of each business.
//!
//! Platforms are functions from a request to an answer; [`serve`] puts them behind a socket.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod business;
mod calendar;
mod clock;
mod config;
mod control;
mod currency;
mod ga4;
mod google_ads;
mod google_oauth;
mod micros;
mod random;
mod routes;
mod server;
mod shopify;
mod tokens;
mod truth;
mod web;
mod world;

pub use config::{Config, ConfigError};
pub use routes::answer;
pub use server::serve;
pub use web::{Answer, Request, Travel};
pub use world::World;
