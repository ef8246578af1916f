//! What the proof of crash and disorder is made of: the product's programs as processes that end at a kill point, and states of a
//! tenant that can be compared whatever its names are.

mod bucket;
mod catalog;
mod container;
mod kill_points;
mod objects;
mod operator;
mod pipeline;
mod state;
mod subject;
mod tenant_data;

pub use container::{Container, Ended, Process};
pub use kill_points::{Plan, PointLog};
pub use operator::{LEASE, Operator};
pub use pipeline::{Jobs, Step};
pub use state::{State, assert_equal};
pub use subject::{Subject, Witness};
pub use tenant_data::{Saved, TenantData};
