//! Condition types and reasons: the one list that status, metrics, documentation and dashboard share.

use strum::{Display, EnumIter, EnumString, IntoStaticStr};

/// The types of condition that the custom resources carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumIter, EnumString, IntoStaticStr)]
pub enum ConditionType {
    /// All: the object is accepted and everything it asks for is in place. `False` always says what to do.
    Ready,
    /// Organization: schema, roles and grants of the tenant are in place.
    DatabaseReady,
    /// Organization: the embedded store has the bucket and the account of the tenant. Absent where no embedded store is installed.
    StoreReady,
    /// Organization: the last roll-up and archive runs ended well.
    Maintained,
    /// Organization, DataSource: somebody set `suspend`; nothing is scheduled.
    Suspended,
    /// DataSource: the platform accepted the credentials in the last run.
    CredentialsValid,
    /// DataSource: the last finished run landed its figures.
    Synced,
    /// Organization: deletion has begun and the message says what still has to happen.
    Terminating,
}

/// Why a condition has its status. `CamelCase` as Kubernetes writes reasons; the text is the variant's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Display, EnumIter, EnumString, IntoStaticStr)]
pub enum Reason {
    /// Everything the spec asks for is in place.
    Reconciled,
    /// The object was accepted; there is nothing more to build.
    Accepted,
    /// `suspend: true`.
    SuspendedByUser,
    /// `suspend: false`.
    Active,
    /// The Organization this DataSource belongs to is suspended.
    OrganizationSuspended,
    /// An older Organization owns this namespace.
    NamespaceTaken,
    /// No Organization of this name exists in the namespace.
    OrganizationMissing,
    /// The Organization exists and is not Ready itself.
    OrganizationNotReady,
    /// Another DataSource of this namespace already pulls this account.
    AccountAlreadyClaimed,
    /// The RetentionPolicy that the Organization names does not exist; nothing is purged.
    PolicyMissing,
    /// The RetentionPolicy exists and is not valid; nothing is purged.
    PolicyInvalid,
    /// An object that this one depends on exists, and this release of the operator cannot read it; what runs stays as it is.
    Unreadable,
    /// `timeZone` is no name of the IANA time-zone database.
    UnknownTimeZone,
    /// `schedule` cannot be parsed.
    InvalidSchedule,
    /// The spec cannot be used for a reason that the message names.
    InvalidSpec,
    /// A feature of the spec that this version does not have yet.
    Unsupported,
    /// An object of a name that this operator needs exists and belongs to somebody else.
    NameOccupied,
    /// Postgres does not answer.
    DatabaseUnreachable,
    /// Postgres refused the operator a right that `administrator.sql` grants.
    AdministratorSqlMissing,
    /// Postgres answered with an error that the operator cannot repair.
    DatabaseError,
    /// The tenant's schema is of a newer release than this operator.
    SchemaTooNew,
    /// The embedded store does not answer.
    StoreUnreachable,
    /// The embedded store refused the operator.
    StoreRefused,
    /// The Kubernetes API refused or failed a request.
    KubernetesApi,
    /// A quota or an admission rule of the namespace refused an object.
    Forbidden,
    /// The object was created a moment ago; its first run has not finished.
    Pending,
    /// The last run ended well.
    Succeeded,
    /// The last run ended well and the platform had no rows.
    NoData,
    /// The Secret that `credentialsRef` names does not exist.
    SecretMissing,
    /// The Secret lacks a key that the platform needs.
    KeyMissing,
    /// The Secret's `platform` names another platform than the DataSource.
    WrongPlatform,
    /// The access token expired and could not be refreshed.
    AuthExpired,
    /// The platform withdrew the permission.
    AuthRevoked,
    /// The credentials may not read this account.
    PermissionDenied,
    /// The platform has disabled the account.
    AccountDisabled,
    /// The platform asked for a pause.
    RateLimited,
    /// The platform's allowance for the day is used up.
    DailyQuota,
    /// The platform cannot deliver so much at once.
    TooMuchData,
    /// A passing failure; the next run tries again.
    Transient,
    /// The platform no longer serves the API version of this release.
    ApiVersionSunset,
    /// A defect of the product; the message names what to report.
    PermanentBug,
    /// The last Job ended without having written what happened.
    RunLost,
    /// The archive store has no room left.
    ArchiveStoreFull,
    /// The archive store cannot be reached or refuses the credentials.
    ArchiveStoreUnreachable,
    /// Deletion waits for something that the message names.
    DeletionBlocked,
}

impl Reason {
    /// The text that goes into `reason`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

impl ConditionType {
    /// The text that goes into `type`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.into()
    }
}

#[cfg(test)]
mod tests {
    use strum::IntoEnumIterator;

    use super::*;

    #[test]
    fn reasons_fit_the_pattern_of_kubernetes() {
        for reason in Reason::iter() {
            let text = reason.as_str();
            assert!(
                text.chars().next().unwrap().is_ascii_uppercase()
                    && text.chars().all(char::is_alphanumeric),
                "{text}"
            );
            assert_eq!(text.parse::<Reason>().unwrap(), reason);
        }
    }
}
