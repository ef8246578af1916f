//! What can stop a reconcile, in few categories. One match decides what each means for condition, metric and next try.

use std::time::Duration;

use dpo_crds::Reason;
use dpo_warehouse::tenancy::{TenancyError, TenancyErrorKind};

use crate::{store::StoreError, world::Unreadable};

/// Why a reconcile came to no end.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The spec cannot be used, for a reason that the user can remove.
    #[error("{1}")]
    Invalid(Reason, String),
    /// Something else has to happen first.
    #[error("{1}")]
    Waiting(Reason, String),
    /// Something that this depends on exists and cannot be read, so that nobody knows what it asks for.
    #[error("{0}")]
    Unreadable(String),
    /// Postgres.
    #[error(transparent)]
    Database(#[from] TenancyError),
    /// The embedded store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The Kubernetes API.
    #[error("the Kubernetes API failed: {0}")]
    Kubernetes(#[from] kube::Error),
}

/// When to try again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Only when something changes.
    OnChange,
    /// After so long, since nothing tells.
    After(Duration),
    /// Soon, then ever more rarely.
    WithBackoff,
}

/// What an error means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Reason of the condition, and label of the metric.
    pub reason: Reason,
    /// What to do, in words of the tenant.
    pub message: String,
    pub retry: Retry,
}

impl Error {
    /// Somebody else wrote at the same time. It heals by itself and is shown to nobody.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Kubernetes(kube::Error::Api(answer)) if answer.code == 409)
    }

    /// One about an object of this kind and name.
    pub fn unreadable(kind: &str, name: &str, found: &Unreadable) -> Self {
        Self::Unreadable(format!(
            "The {kind} {name} exists, but this release of the operator cannot read it: {}. What is there and what runs stays as it is, and nothing is changed until then. Install the release that it was written for, or correct it.",
            found.shortened_error()
        ))
    }

    /// The one place that decides.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Invalid(reason, message) => Verdict { reason: *reason, message: message.clone(), retry: Retry::OnChange },
            Self::Waiting(reason, message) => Verdict { reason: *reason, message: message.clone(), retry: Retry::After(Duration::from_secs(30)) },
            Self::Unreadable(message) => Verdict { reason: Reason::Unreadable, message: message.clone(), retry: Retry::OnChange },
            Self::Database(error) => database(error),
            Self::Store(StoreError::Unreachable) => Verdict {
                reason: Reason::StoreUnreachable,
                message: "The embedded store does not answer. Archives and backups wait; the operator keeps trying. The platform team should look at the store's pod.".into(),
                retry: Retry::WithBackoff,
            },
            Self::Store(StoreError::Refused(status)) => Verdict {
                reason: Reason::StoreRefused,
                message: format!("The embedded store refused the operator with status {status}. The platform team should compare the store's root keys with the operator's."),
                retry: Retry::WithBackoff,
            },
            Self::Kubernetes(error) => kubernetes(error),
        }
    }
}

fn database(error: &TenancyError) -> Verdict {
    let (reason, message) = match error.kind() {
        TenancyErrorKind::Unreachable => (
            Reason::DatabaseUnreachable,
            "Postgres does not answer. Stored figures are safe; the operator keeps trying. The platform team should look at Postgres.".to_string(),
        ),
        TenancyErrorKind::Busy => (Reason::DatabaseUnreachable, "Postgres is busy; the operator tries again in a moment.".to_string()),
        TenancyErrorKind::AdministratorSqlMissing => (
            Reason::AdministratorSqlMissing,
            format!("The platform team must run administrator.sql on the product's database (again after a restore): {error}."),
        ),
        TenancyErrorKind::SchemaTooNew => (Reason::SchemaTooNew, format!("The platform team must use the release that made the database: {error}.")),
        TenancyErrorKind::Database => (Reason::DatabaseError, format!("The platform team should look at Postgres: {error}.")),
    };
    Verdict {
        reason,
        message,
        retry: Retry::WithBackoff,
    }
}

/// Conflicts heal by themselves and are never shown; quotas and admission rules are for the tenant to change.
fn kubernetes(error: &kube::Error) -> Verdict {
    let (reason, message) = match error {
        kube::Error::Api(status) if status.code == 403 => (
            Reason::Forbidden,
            format!(
                "The namespace does not admit what the operator makes: {}. Raise the quota or change the rule.",
                status.message
            ),
        ),
        kube::Error::Api(status) if status.code == 422 => (
            Reason::InvalidSpec,
            format!(
                "Kubernetes does not take what the spec asks for: {}.",
                status.message
            ),
        ),
        _ => (
            Reason::KubernetesApi,
            "The Kubernetes API did not answer as expected; the operator tries again.".to_string(),
        ),
    };
    Verdict {
        reason,
        message,
        retry: Retry::WithBackoff,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_users_mistake_is_not_tried_again_until_something_changes() {
        let verdict = Error::Invalid(Reason::UnknownTimeZone, "x".into()).verdict();
        assert_eq!(
            (verdict.reason, verdict.retry),
            (Reason::UnknownTimeZone, Retry::OnChange)
        );
    }

    #[test]
    fn a_silent_store_and_a_refusing_one_are_told_apart() {
        assert_eq!(
            Error::from(StoreError::Unreachable).verdict().reason,
            Reason::StoreUnreachable
        );
        assert_eq!(
            Error::from(StoreError::Refused(403)).verdict().reason,
            Reason::StoreRefused
        );
    }
}
