//! Tenants in Postgres: the control schema, a schema and two roles for each Organization, and who may do what.
//!
//! `plan` is pure: what the catalog holds and what should be there make a list of steps. `execute` reads the catalog, and runs the plan in one
//! transaction under a lock until nothing is left to do. Only the operator's leader calls this.

mod access;
mod convergence;
mod error;
mod grants;
#[cfg(test)]
mod isolation_tests;
mod names;
mod outdated;
mod plan;
mod records;
mod removal;
#[cfg(test)]
mod run_tests;
mod scram;
mod snapshot;
mod step;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod upgrade_tests;

pub use access::{ADMINISTRATOR_RIGHTS, missing_administrator_rights};
pub use convergence::{Change, Tenancy};
pub use error::{TenancyError, TenancyErrorKind};
pub use plan::{DesiredOrganization, OrganizationState};
pub use records::{DesiredSource, FinishedRun, RecordedOrganization};
pub use removal::Removal;
pub use scram::LoginPassword;
pub use step::Step;
