//! What a run was and what it ended as.

use serde::{Deserialize, Serialize};
use strum::{AsRefStr, Display, EnumIter, EnumString, IntoStaticStr};

/// Which job a run row describes.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    AsRefStr,
    Display,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum RunKind {
    /// Fetch, land and recompute one DataSource.
    Sync,
    /// Sweep, close days, fold hours, purge raw payloads.
    RollupHourly,
    /// The same, and the longer checks of the day.
    RollupDaily,
    /// Move old days to the archive.
    Archive,
}

/// The outcome of a run, ordered by severity: the worst of several is their maximum.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    AsRefStr,
    Display,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum RunClass {
    /// Nothing to fetch or to do, and that is fine.
    EmptyOk,
    /// All is well.
    Ok,
    /// A hiccup (5xx, time-out, truncated body): try again.
    Transient,
    /// Throttled: wait, then go on.
    RateLimited,
    /// The day's quota is used up: wait until it is reset.
    DailyQuota,
    /// The answer is too large: ask for less at once.
    TooMuchData,
    /// The access token expired: refresh it.
    AuthExpired,
    /// A scope or role is missing: the tenant grants it.
    PermissionDenied,
    /// The account is closed or suspended: the tenant decides.
    AccountDisabled,
    /// The credential is dead: the tenant reconnects.
    AuthRevoked,
    /// The pinned version of the platform's API ended: the platform team upgrades.
    ApiVersionSunset,
    /// A request or answer that our code does not understand, or a fault of our own.
    PermanentBug,
}

impl RunClass {
    /// Whether the run did what it should: exit status 0.
    #[must_use]
    pub const fn is_ok(self) -> bool {
        matches!(self, Self::Ok | Self::EmptyOk)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_class_is_the_maximum() {
        let classes = [
            RunClass::Ok,
            RunClass::AuthRevoked,
            RunClass::EmptyOk,
            RunClass::RateLimited,
        ];
        assert_eq!(classes.into_iter().max(), Some(RunClass::AuthRevoked));
        assert_eq!(
            [RunClass::Ok, RunClass::EmptyOk].into_iter().max(),
            Some(RunClass::Ok)
        );
    }
}
