//! From how far an attempt came to conditions in words that a tenant understands. Pure.

use dpo_crds::{ConditionType, LostRun, Organization, Reason};

use super::{apply::Progress, duties::Duty, validate::EffectivePolicy};
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
    let mut findings = vec![ready(progress, result)];
    // What was there before something could not be read is there still.
    if !matches!(result, Err(Error::Unreadable(_))) {
        findings.push(database(progress, result));
    }
    findings.extend(store(progress, result));
    findings.extend(maintained(progress));
    findings.push(suspended(organization));
    findings
}

fn ready(progress: &Progress, result: &Result<Written, Error>) -> Finding {
    let kind = ConditionType::Ready;
    match (result, &progress.policy) {
        (Err(error @ Error::Unreadable(_)), _) => {
            let verdict = error.verdict();
            Finding::unknown(kind, verdict.reason, verdict.message)
        }
        (Err(error), _) => {
            let verdict = error.verdict();
            Finding::fails(kind, verdict.reason, verdict.message)
        }
        (Ok(_), Some(EffectivePolicy::Unusable(reason, message))) => {
            Finding::fails(kind, *reason, message.clone())
        }
        (Ok(_), _) => match worst_duty(progress) {
            Some((reason, message)) => Finding::fails(kind, reason, message),
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
    let duties = progress.duties.as_ref()?;
    if duties.iter().all(Duty::is_pending) {
        return None;
    }
    Some(worst(duties.iter()).map_or_else(
        || {
            Finding::holds(
                kind,
                Reason::Succeeded,
                "The last roll-ups and archive runs ended well.",
            )
        },
        |(reason, message)| Finding::fails(kind, reason, message),
    ))
}

/// What somebody has to do something about; a hiccup heals by itself.
fn worst_duty(progress: &Progress) -> Option<(Reason, String)> {
    let heals = |duty: &&Duty| {
        let last = duty.last.as_ref();
        duty.lost.is_none() && last.is_some_and(|run| reason_of(run) == Reason::Transient)
    };
    worst(progress.duties.iter().flatten().filter(|duty| !heals(duty)))
}

/// A run that nobody heard of comes first: nothing is known about it.
fn worst<'a>(duties: impl Iterator<Item = &'a Duty> + Clone) -> Option<(Reason, String)> {
    if let Some(lost) = duties.clone().find_map(|duty| duty.lost.as_ref()) {
        return Some((Reason::RunLost, lost_message(lost)));
    }
    let failed = duties
        .filter_map(|duty| duty.last.as_ref())
        .filter(|run| !run.class.is_ok());
    let worst = failed.max_by_key(|run| run.class)?;
    Some((reason_of(worst), message_of(worst)))
}

fn lost_message(lost: &LostRun) -> String {
    format!(
        "The Job {} ended before its pod could say why ({}). The next run tries again. If that ends the same way, the platform team should look at kubectl describe job {0} and at its pod's events.",
        lost.name, lost.message
    )
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
    use dpo_warehouse::{model::RunClass, tenancy::FinishedRun};
    use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;

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
    fn a_policy_that_cannot_be_read_leaves_ready_unknown_and_the_database_as_it_was() {
        let findings = findings(
            &fixtures::organization(),
            &Progress::default(),
            &Err(Error::Unreadable("x".into())),
        );
        let ready = of(&findings, ConditionType::Ready);
        assert_eq!((ready.status, ready.reason), (None, Reason::Unreadable));
        let kinds: Vec<_> = findings.iter().map(|finding| finding.condition).collect();
        assert_eq!(kinds, [ConditionType::Ready, ConditionType::Suspended]);
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

    fn run(class: RunClass, errors: serde_json::Value) -> Duty {
        let last = FinishedRun {
            name: "x".into(),
            class,
            finished_at: jiff::Timestamp::UNIX_EPOCH,
            message: Some("The archive's store is full. Enlarge it.".into()),
            errors,
        };
        Duty {
            last: Some(last),
            lost: None,
        }
    }

    /// Status and reason of Ready and of Maintained.
    fn shown(duties: Vec<Duty>) -> [(Option<bool>, Reason); 2] {
        let progress = Progress {
            database: true,
            duties: Some(duties),
            ..Progress::default()
        };
        let findings = findings(&fixtures::organization(), &progress, &Ok(Written::Nothing));
        [ConditionType::Ready, ConditionType::Maintained]
            .map(|kind| (of(&findings, kind).status, of(&findings, kind).reason))
    }

    #[test]
    fn a_full_archive_store_is_shown_until_a_run_ends_well() {
        let full = run(
            RunClass::Transient,
            serde_json::json!([{"class": "transient", "reason": "ArchiveStoreFull"}]),
        );
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

    #[test]
    fn a_roll_up_that_is_lost_is_shown_and_a_hiccup_keeps_the_organization_ready() {
        let good = run(RunClass::Ok, serde_json::json!([]));
        let lost = LostRun {
            kind: "rollup_daily".into(),
            name: "simple-shop-daily-1".into(),
            message: "BackoffLimitExceeded: x".into(),
            failed_at: Time(jiff::Timestamp::UNIX_EPOCH),
        };
        let of_lost = Duty {
            lost: Some(lost),
            ..good.clone()
        };
        assert_eq!(
            shown(vec![good.clone(), of_lost]),
            [(Some(false), Reason::RunLost); 2]
        );
        let hiccup = run(RunClass::Transient, serde_json::json!([]));
        assert_eq!(
            shown(vec![good, hiccup]),
            [
                (Some(true), Reason::Reconciled),
                (Some(false), Reason::Transient)
            ]
        );
    }
}
