//! What can go wrong, in few kinds.

use crate::model::InvalidIdentifier;

/// Why tenants could not be brought into the wanted state.
#[derive(Debug, thiserror::Error)]
pub enum TenancyError {
    /// Postgres does not answer, or went away.
    #[error("Postgres does not answer: {0}")]
    Unreachable(#[source] sqlx::Error),
    /// `administrator.sql` was not run, or not after the last restore.
    #[error("Postgres lacks what administrator.sql sets up: {0}")]
    AdministratorSqlMissing(String),
    /// The database is of a newer release.
    #[error(
        "{schema} has version {found}, and this release knows versions up to {known}; use the newer release"
    )]
    SchemaTooNew {
        /// Which schema.
        schema: String,
        /// The version found.
        found: i32,
        /// The newest version that this release knows.
        known: i32,
    },
    /// Somebody else holds a lock, or a statement ran too long: trying again helps.
    #[error("Postgres is busy: {0}")]
    Busy(#[source] sqlx::Error),
    /// Steps that Postgres takes without effect, such as revoking what a superuser granted.
    #[error(
        "{0} cannot be brought into its wanted state, an administrator of Postgres has to do this: {1}"
    )]
    DoesNotConverge(String, String),
    /// Text that is no tenant.
    #[error(transparent)]
    InvalidIdentifier(#[from] InvalidIdentifier),
    /// Any other answer of Postgres.
    #[error("Postgres refused a statement: {0}")]
    Database(#[source] sqlx::Error),
}

/// The kinds of error, without their details: for metrics and conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum TenancyErrorKind {
    /// Postgres does not answer.
    Unreachable,
    /// `administrator.sql` was not run.
    AdministratorSqlMissing,
    /// The database is of a newer release.
    SchemaTooNew,
    /// Trying again helps.
    Busy,
    /// A defect, or a database that somebody changed in an unforeseen way.
    Database,
}

impl TenancyError {
    /// The kind of this error.
    #[must_use]
    pub fn kind(&self) -> TenancyErrorKind {
        match self {
            Self::Unreachable(_) => TenancyErrorKind::Unreachable,
            Self::AdministratorSqlMissing(_) => TenancyErrorKind::AdministratorSqlMissing,
            Self::SchemaTooNew { .. } => TenancyErrorKind::SchemaTooNew,
            Self::Busy(_) => TenancyErrorKind::Busy,
            Self::DoesNotConverge(..) | Self::InvalidIdentifier(_) | Self::Database(_) => {
                TenancyErrorKind::Database
            }
        }
    }
}

impl From<sqlx::Error> for TenancyError {
    fn from(error: sqlx::Error) -> Self {
        let Some(code) = error
            .as_database_error()
            .and_then(|error| error.code().map(std::borrow::Cow::into_owned))
        else {
            return match error {
                sqlx::Error::Io(_)
                | sqlx::Error::Tls(_)
                | sqlx::Error::Protocol(_)
                | sqlx::Error::PoolTimedOut
                | sqlx::Error::PoolClosed
                | sqlx::Error::WorkerCrashed => Self::Unreachable(error),
                other => Self::Database(other),
            };
        };
        match code.as_str() {
            // invalid_authorization, invalid_password, no such database, insufficient_privilege
            "28000" | "28P01" | "3D000" | "42501" => Self::AdministratorSqlMissing(message(&error)),
            // lock_not_available, deadlock, serialization failure, statement timeout, object in use, concurrent catalog update
            "55P03" | "40P01" | "40001" | "57014" | "55006" | "XX000" => Self::Busy(error),
            // too_many_connections, shutdown, crash, starting up; class 08: connection
            "53300" | "57P01" | "57P02" | "57P03" => Self::Unreachable(error),
            other if other.starts_with("08") => Self::Unreachable(error),
            _ => Self::Database(error),
        }
    }
}

/// Postgres' own words, which never repeat the statement.
fn message(error: &sqlx::Error) -> String {
    error
        .as_database_error()
        .map(|error| error.message().to_string())
        .unwrap_or_default()
}
