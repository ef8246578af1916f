//! The frame that all sources share: what they declare, how they are asked, what their errors mean.

pub mod connector;
pub mod declaration;
pub mod driver;
pub mod error_table;
pub mod exchange;
pub mod failure;
pub mod number;
pub mod plan;
pub mod projection;
pub mod pull;
pub mod wait;
pub mod wire;
