//! What jobs that keep and delete data are told: the policy, and where the archive is.

mod job;
mod policy;
mod report;
mod store;

pub use job::{JobError, record};
pub use policy::{InvalidPolicy, read_policy};
pub use report::{JobReport, Problem};
pub use store::{StoreArgs, StoreUnusable};

#[cfg(test)]
mod tests;
