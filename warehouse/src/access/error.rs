//! Why the database did not serve.

use std::borrow::Cow;
use std::fmt;

use sqlx::error::DatabaseError;

/// Why a request to the database failed.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The URL cannot be read.
    #[error(
        "the database URL cannot be read; it must look like postgres://user:password@host:5432/database?sslmode=require"
    )]
    InvalidUrl,
    /// The database is away, restarting, full, or refuses the login.
    #[error("the database cannot be reached: {0}")]
    Unavailable(Cause),
    /// The schema was made by another release.
    #[error(
        "the database has schema version {found}, which this release does not know; upgrade operator and API together"
    )]
    UnknownVersion {
        /// The version; 0 where there is none yet.
        found: i32,
    },
    /// The tenant's schema or role does not exist (yet, or any more).
    #[error("the organization's schema or role is not there: {0}")]
    OrganizationNotReady(Cause),
    /// A statement took too long.
    #[error("a statement took too long: {0}")]
    TimedOut(Cause),
    /// A fault of ours.
    #[error("the database refused a statement: {0}")]
    Internal(Cause),
}

/// What the database said, for logs.
#[derive(Debug)]
pub struct Cause(sqlx::Error);

impl fmt::Display for Cause {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl From<sqlx::Error> for AccessError {
    fn from(error: sqlx::Error) -> Self {
        let kind: fn(Cause) -> Self = match &error {
            sqlx::Error::Database(database) => of_state(&**database),
            sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::Decode(_)
            | sqlx::Error::ColumnNotFound(_)
            | sqlx::Error::ColumnIndexOutOfBounds { .. }
            | sqlx::Error::TypeNotFound { .. }
            | sqlx::Error::Encode(_)
            | sqlx::Error::RowNotFound => Self::Internal,
            _ => Self::Unavailable,
        };
        kind(Cause(error))
    }
}

/// What an SQLSTATE means for the caller.
fn of_state(error: &dyn DatabaseError) -> fn(Cause) -> AccessError {
    let state = error.code().unwrap_or_default();
    match &*state {
        "57014" | "55P03" => AccessError::TimedOut,
        "3F000" | "42P01" => AccessError::OrganizationNotReady,
        state
            if ["08", "28", "53", "57"]
                .iter()
                .any(|class| state.starts_with(class)) =>
        {
            AccessError::Unavailable
        }
        _ => AccessError::Internal,
    }
}

/// A refused `SET ROLE`: the role is missing or not granted, because the organization is being made or was removed.
pub(super) fn of_role(error: sqlx::Error) -> AccessError {
    let state = error
        .as_database_error()
        .and_then(|error| error.code().map(Cow::into_owned));
    match state.as_deref() {
        Some("22023" | "42704" | "42501") => AccessError::OrganizationNotReady(Cause(error)),
        _ => error.into(),
    }
}
