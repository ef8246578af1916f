//! From how far an attempt came to conditions in words that a tenant understands. Pure.

use dpo_crds::{ConditionType, Organization, Reason};

use super::{apply::Progress, validate::EffectivePolicy};
use crate::{children::Written, conditions::Finding, error::Error};

/// The conditions after an attempt.
pub fn findings(
    organization: &Organization,
    progress: &Progress,
    result: &Result<Written, Error>,
) -> Vec<Finding> {
    let mut findings = vec![ready(progress, result), database(progress, result)];
    findings.extend(store(progress, result));
    findings.push(suspended(organization));
    findings
}

fn ready(progress: &Progress, result: &Result<Written, Error>) -> Finding {
    let kind = ConditionType::Ready;
    match (result, &progress.policy) {
        (Err(error), _) => {
            let verdict = error.verdict();
            Finding::fails(kind, verdict.reason, verdict.message)
        }
        (Ok(_), Some(EffectivePolicy::Unusable(reason, message))) => {
            Finding::fails(kind, *reason, message.clone())
        }
        (Ok(_), _) => Finding::holds(
            kind,
            Reason::Reconciled,
            "Database, Secret and jobs are in place.",
        ),
    }
}

fn database(progress: &Progress, result: &Result<Written, Error>) -> Finding {
    let kind = ConditionType::DatabaseReady;
    match result {
        _ if progress.database => Finding::holds(
            kind,
            Reason::Reconciled,
            "Schema, roles and rights are in place.",
        ),
        Err(error @ Error::Database(_)) => {
            let verdict = error.verdict();
            Finding::fails(kind, verdict.reason, verdict.message)
        }
        _ => Finding::unknown(
            kind,
            Reason::Pending,
            "The database was not reached yet; see Ready.",
        ),
    }
}

fn store(progress: &Progress, result: &Result<Written, Error>) -> Option<Finding> {
    let kind = ConditionType::StoreReady;
    match (progress.store?, result) {
        (true, _) => Some(Finding::holds(
            kind,
            Reason::Reconciled,
            "The embedded store has a bucket and an account for this Organization.",
        )),
        (false, Err(error)) => {
            let verdict = error.verdict();
            Some(Finding::fails(kind, verdict.reason, verdict.message))
        }
        (false, Ok(_)) => None,
    }
}

fn suspended(organization: &Organization) -> Finding {
    let kind = ConditionType::Suspended;
    if organization.spec.suspend {
        return Finding::holds(
            kind,
            Reason::SuspendedByUser,
            "All jobs stand still. Set suspend to false to let them run again.",
        );
    }
    Finding::fails(kind, Reason::Active, "Jobs run on their schedules.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{fixtures, store::StoreError};

    fn of(findings: &[Finding], kind: ConditionType) -> &Finding {
        findings
            .iter()
            .find(|finding| finding.condition == kind)
            .unwrap()
    }

    #[test]
    fn a_silent_store_leaves_the_database_ready() {
        let progress = Progress {
            database: true,
            store: Some(false),
            ..Progress::default()
        };
        let findings = findings(
            &fixtures::organization(),
            &progress,
            &Err(StoreError::Unreachable.into()),
        );
        assert_eq!(
            of(&findings, ConditionType::DatabaseReady).status,
            Some(true)
        );
        assert_eq!(
            of(&findings, ConditionType::StoreReady).reason,
            Reason::StoreUnreachable
        );
        assert_eq!(of(&findings, ConditionType::Ready).status, Some(false));
    }

    #[test]
    fn a_missing_policy_is_shown_although_everything_runs() {
        let policy = Some(EffectivePolicy::Unusable(Reason::PolicyMissing, "x".into()));
        let progress = Progress {
            database: true,
            policy,
            ..Progress::default()
        };
        let findings = findings(&fixtures::organization(), &progress, &Ok(Written::Nothing));
        assert_eq!(
            of(&findings, ConditionType::Ready).reason,
            Reason::PolicyMissing
        );
    }
}
