//! Who is calling: passwords, tokens, cookies, and the guard that asks the policy table.

pub mod cookie;
pub mod guard;
pub mod login;
pub mod password;
pub mod token;

use std::time::Duration;

use dpo_warehouse::identity::SessionLimits;

/// Half an hour unused, or eight hours after the login, a session ends: OWASP's office worker.
pub const SESSION_LIMITS: SessionLimits = SessionLimits {
    idle: Duration::from_mins(30),
    absolute: Duration::from_hours(8),
};
