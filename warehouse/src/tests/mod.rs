//! The warehouse on a real Postgres: any order, overlap, repetition and crash of its steps gives the same figures.

mod absence;
#[cfg(feature = "archive")]
mod archive;
mod closing;
mod concurrency;
#[cfg(feature = "archive")]
mod crash;
pub(crate) mod fixture;
mod invariants;
mod landing;
mod order;
#[cfg(feature = "archive")]
mod s3;
#[cfg(feature = "archive")]
mod schedule;
#[cfg(feature = "archive")]
pub(crate) mod stores;
