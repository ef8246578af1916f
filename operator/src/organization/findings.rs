//! From how far an attempt came to conditions in words that a tenant understands. Pure.

use dpo_crds::{ConditionType, Organization, Reason};
use dpo_warehouse::tenancy::FinishedRun;

use super::{apply::Progress, validate::EffectivePolicy};
use crate::{
    children::Written,
    conditions::Finding,
    error::Error,
    outcomes::{message_of, reason_of},
};

/// The conditions after an attempt.
pub fn findings(
    organization: &Organization,
    progress: &Progress,
    result: &Result<Written, Error>,
) -> Vec<Finding> {
    let mut findings = vec![ready(progress, result), database(progress, result)];
    findings.extend(store(progress, result));
    findings.extend(maintained(progress));
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
        (Ok(_), _) => match worst_duty(progress) {
            Some(run) => Finding::fails(kind, reason_of(run), message_of(run)),
            None => Finding::holds(
                kind,
                Reason::Reconciled,
                "Database, Secret and jobs are in place.",
            ),
        },
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

/// Whether roll-ups and archive do their work; `None` while none has ended yet.
fn maintained(progress: &Progress) -> Option<Finding> {
    let kind = ConditionType::Maintained;
    let duties = progress
        .duties
        .as_ref()
        .filter(|duties| !duties.is_empty())?;
    let worst = duties
        .iter()
        .filter(|run| !run.class.is_ok())
        .max_by_key(|run| run.class);
    Some(worst.map_or_else(
        || {
            Finding::holds(
                kind,
                Reason::Succeeded,
                "The last roll-ups and archive runs ended well.",
            )
        },
        |run| Finding::fails(kind, reason_of(run), message_of(run)),
    ))
}

/// The run that somebody has to do something about; a hiccup heals by itself.
fn worst_duty(progress: &Progress) -> Option<&FinishedRun> {
    let duties = progress
        .duties
        .iter()
        .flatten()
        .filter(|run| !run.class.is_ok());
    duties
        .filter(|run| reason_of(run) != Reason::Transient)
        .max_by_key(|run| run.class)
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
    use dpo_warehouse::model::RunClass;

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

    #[test]
    fn a_full_archive_store_is_shown_until_a_run_ends_well() {
        let run = |class: RunClass, errors| FinishedRun {
            name: "x".into(),
            class,
            finished_at: jiff::Timestamp::UNIX_EPOCH,
            message: Some("The archive's store is full. Enlarge it.".into()),
            errors,
        };
        let full = run(
            RunClass::Transient,
            serde_json::json!([{"class": "transient", "reason": "ArchiveStoreFull"}]),
        );
        let shown = |duties| {
            let progress = Progress {
                database: true,
                duties: Some(duties),
                ..Progress::default()
            };
            let findings = findings(&fixtures::organization(), &progress, &Ok(Written::Nothing));
            [ConditionType::Ready, ConditionType::Maintained]
                .map(|kind| (of(&findings, kind).status, of(&findings, kind).reason))
        };
        let good = run(RunClass::Ok, serde_json::json!([]));
        assert_eq!(
            shown(vec![good.clone(), full]),
            [(Some(false), Reason::ArchiveStoreFull); 2]
        );
        assert_eq!(
            shown(vec![good.clone(), good])[0],
            (Some(true), Reason::Reconciled)
        );
    }
}
