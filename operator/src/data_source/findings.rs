//! From runs to conditions in words that a tenant understands: what happened, and what to do. Pure.

use super::{
    apply::Progress,
    runs::{RunPicture, credentials_are_valid},
};
use crate::{
    children::Written,
    conditions::Finding,
    error::Error,
    outcomes::{message_of, reason_of},
};
use dpo_crds::{ConditionType, LostRun, Reason};

/// The conditions after an attempt.
pub fn findings(progress: &Progress, result: &Result<Written, Error>) -> Vec<Finding> {
    let runs = progress.runs.clone().unwrap_or_default();
    let mut findings = vec![ready(progress, &runs, result)];
    // What the last run told stays true while the database is out of reach.
    if progress.runs.is_some() || result.is_ok() {
        findings.push(synced(&runs));
        findings.push(credentials(&runs));
    }
    findings.extend(
        progress
            .valid
            .as_ref()
            .map(|valid| suspended(valid.suspended, valid.spec.suspend)),
    );
    findings
}

fn ready(progress: &Progress, runs: &RunPicture, result: &Result<Written, Error>) -> Finding {
    let kind = ConditionType::Ready;
    if let Err(error) = result {
        let verdict = error.verdict();
        if matches!(error, Error::Unreadable(_)) {
            return Finding::unknown(kind, verdict.reason, verdict.message);
        }
        return Finding::fails(kind, verdict.reason, verdict.message);
    }
    if let Some(valid) = progress.valid.as_ref().filter(|valid| valid.suspended) {
        // Standing still is what was asked for.
        let Finding {
            reason, message, ..
        } = suspended(true, valid.spec.suspend);
        return Finding::holds(kind, reason, message);
    }
    let synced = synced(runs);
    // Pauses that the platform asks for are part of normal work.
    let harmless = matches!(
        synced.reason,
        Reason::RateLimited | Reason::DailyQuota | Reason::Transient
    ) && runs.last_success.is_some();
    match synced.status {
        Some(true) => Finding::holds(kind, Reason::Reconciled, "Figures are pulled on schedule."),
        _ if harmless => Finding::holds(kind, synced.reason, synced.message),
        Some(false) => Finding::fails(kind, synced.reason, synced.message),
        None => Finding::unknown(kind, synced.reason, synced.message),
    }
}

fn synced(runs: &RunPicture) -> Finding {
    let kind = ConditionType::Synced;
    if let Some(lost) = &runs.lost {
        return Finding::fails(kind, Reason::RunLost, lost_message(lost));
    }
    let Some(run) = &runs.last else {
        return Finding::unknown(
            kind,
            Reason::Pending,
            "The first sync has not finished yet.",
        );
    };
    let (reason, message) = (reason_of(run), message_of(run));
    if run.class.is_ok() {
        Finding::holds(kind, reason, message)
    } else {
        Finding::fails(kind, reason, message)
    }
}

fn credentials(runs: &RunPicture) -> Finding {
    let kind = ConditionType::CredentialsValid;
    let Some(run) = &runs.last else {
        return Finding::unknown(
            kind,
            Reason::Pending,
            "No sync has used the credentials yet.",
        );
    };
    let reason = reason_of(run);
    let about_the_secret = matches!(
        reason,
        Reason::SecretMissing | Reason::KeyMissing | Reason::WrongPlatform
    );
    match credentials_are_valid(run.class).filter(|_| !about_the_secret) {
        Some(true) => Finding::holds(
            kind,
            Reason::Succeeded,
            "The platform accepts the credentials.",
        ),
        Some(false) => Finding::fails(kind, reason, message_of(run)),
        None if about_the_secret => Finding::fails(kind, reason, message_of(run)),
        None => Finding::unknown(
            kind,
            reason,
            "The last sync failed before the credentials could be judged.",
        ),
    }
}

fn suspended(suspended: bool, by_itself: bool) -> Finding {
    let kind = ConditionType::Suspended;
    match (suspended, by_itself) {
        (true, true) => Finding::holds(
            kind,
            Reason::SuspendedByUser,
            "Syncs stand still; set suspend to false to let them run again.",
        ),
        (true, false) => Finding::holds(
            kind,
            Reason::OrganizationSuspended,
            "The Organization is suspended, and with it all its syncs.",
        ),
        (false, _) => Finding::fails(kind, Reason::Active, "Syncs run on their schedule."),
    }
}

fn lost_message(lost: &LostRun) -> String {
    format!(
        "The Job {} ended before its pod could say why ({}). The next sync tries again. If that ends the same way, look at kubectl describe job {0}; a pod without memory needs larger resources.limits.",
        lost.name, lost.message
    )
}

#[cfg(test)]
mod tests {
    use dpo_warehouse::{model::RunClass, tenancy::FinishedRun};
    use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
    use serde_json::json;

    use super::*;

    fn run(class: RunClass, errors: serde_json::Value) -> RunPicture {
        let finished_at = "2026-11-23T01:00:00Z".parse().unwrap();
        let last = FinishedRun {
            name: "ads-sync-1".into(),
            class,
            finished_at,
            message: None,
            errors,
        };
        RunPicture {
            last_success: class.is_ok().then_some(finished_at),
            last: Some(last),
            lost: None,
        }
    }

    fn findings_of(runs: RunPicture) -> Vec<Finding> {
        findings(
            &Progress {
                valid: None,
                runs: Some(runs),
            },
            &Ok(Written::Nothing),
        )
    }

    fn of(findings: &[Finding], kind: ConditionType) -> (Option<bool>, Reason) {
        let finding = findings
            .iter()
            .find(|finding| finding.condition == kind)
            .unwrap();
        (finding.status, finding.reason)
    }

    #[test]
    fn a_revoked_token_names_credentials_and_what_to_do() {
        let findings = findings_of(run(RunClass::AuthRevoked, json!([])));
        for kind in [
            ConditionType::Ready,
            ConditionType::Synced,
            ConditionType::CredentialsValid,
        ] {
            assert_eq!(
                of(&findings, kind),
                (Some(false), Reason::AuthRevoked),
                "{kind}"
            );
        }
        assert!(findings[0].message.contains("update the Secret"));
    }

    #[test]
    fn a_missing_secret_is_told_apart_from_refused_credentials() {
        let findings = findings_of(run(
            RunClass::AuthRevoked,
            json!([{"stream": "", "account": "", "class": "auth_revoked", "scope": null, "reason": "SecretMissing"}]),
        ));
        assert_eq!(
            of(&findings, ConditionType::CredentialsValid),
            (Some(false), Reason::SecretMissing)
        );
        assert_eq!(of(&findings, ConditionType::Ready).1, Reason::SecretMissing);
    }

    #[test]
    fn a_throttled_source_that_worked_before_stays_ready() {
        let mut runs = run(RunClass::RateLimited, json!([]));
        assert_eq!(
            of(&findings_of(runs.clone()), ConditionType::Ready),
            (Some(false), Reason::RateLimited)
        );
        runs.last_success = "2026-11-23T00:00:00Z".parse().ok();
        assert_eq!(
            of(&findings_of(runs.clone()), ConditionType::Ready),
            (Some(true), Reason::RateLimited)
        );
        assert_eq!(
            of(&findings_of(runs), ConditionType::CredentialsValid).0,
            Some(true)
        );
    }

    #[test]
    fn a_lost_run_names_the_job() {
        let lost = Some(LostRun {
            kind: "sync".into(),
            name: "ads-sync-2".into(),
            message: "BackoffLimitExceeded: x".into(),
            failed_at: Time("2026-11-23T02:00:00Z".parse().unwrap()),
        });
        let findings = findings_of(RunPicture {
            lost,
            ..run(RunClass::Ok, json!([]))
        });
        assert_eq!(
            of(&findings, ConditionType::Synced),
            (Some(false), Reason::RunLost)
        );
        assert!(
            findings[1]
                .message
                .contains("kubectl describe job ads-sync-2"),
            "{}",
            findings[1].message
        );
    }

    #[test]
    fn what_cannot_be_read_leaves_ready_unknown_and_the_rest_as_it_was() {
        let error = Err(Error::Unreadable("x".into()));
        let findings = findings(&Progress::default(), &error);
        assert_eq!(findings.len(), 1);
        assert_eq!(
            of(&findings, ConditionType::Ready),
            (None, Reason::Unreadable)
        );
    }

    #[test]
    fn an_unreachable_database_does_not_blame_the_credentials() {
        let error = Err(Error::Waiting(Reason::OrganizationMissing, "x".into()));
        let findings = findings(&Progress::default(), &error);
        assert_eq!(findings.len(), 1);
        assert_eq!(
            of(&findings, ConditionType::Ready),
            (Some(false), Reason::OrganizationMissing)
        );
    }
}
