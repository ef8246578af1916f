//! Jobs that ended without having written what happened. Kubernetes forgets them after minutes, so the status remembers a loss until a newer run has
//! ended: otherwise a condition would come and go with each firing of a source that is killed each time.

use std::sync::Arc;

use dpo_crds::LostRun;
use dpo_warehouse::{
    model::TenantId,
    tenancy::{FinishedRun, Tenancy},
};
use k8s_openapi::{api::batch::v1::Job, apimachinery::pkg::apis::meta::v1::Time};
use kube::ResourceExt;

use crate::{
    conditions::whole_seconds,
    error::Error,
    workload::{MANAGED_BY, ORGANIZATION_UID},
};

/// Whether a Job is one of the operator's making for this Organization.
pub fn is_of(job: &Job, organization_uid: &str) -> bool {
    let label = |name: &str| job.labels().get(name).map(String::as_str);
    label("app.kubernetes.io/managed-by") == Some(MANAGED_BY)
        && label(ORGANIZATION_UID) == Some(organization_uid)
}

/// The loss that counts now, of one kind of run.
///
/// # Errors
/// Postgres failed.
pub async fn read(
    tenancy: &Tenancy,
    tenant: &TenantId,
    jobs: &[Arc<Job>],
    kind: &str,
    finished: Option<&FinishedRun>,
    remembered: Option<&LostRun>,
) -> Result<Option<LostRun>, Error> {
    let failed = jobs.iter().filter_map(|job| failure(job, kind));
    let mut lost = newest(failed.chain(remembered.cloned()), finished);
    // The newest failure may well have written its row: runs that end badly do, too.
    if let Some(run) = &lost
        && tenancy.finished_run(tenant, &run.name).await?.is_some()
    {
        lost = None;
    }
    Ok(lost)
}

/// The newest failure, unless a run has ended since.
fn newest(
    failures: impl Iterator<Item = LostRun>,
    finished: Option<&FinishedRun>,
) -> Option<LostRun> {
    failures
        .max_by_key(|run| run.failed_at.0)
        .filter(|run| finished.is_none_or(|newer| newer.finished_at < run.failed_at.0))
}

fn failure(job: &Job, kind: &str) -> Option<LostRun> {
    let conditions = job.status.as_ref()?.conditions.as_ref()?;
    let failed = conditions
        .iter()
        .find(|condition| condition.type_ == "Failed" && condition.status == "True")?;
    let reason = failed.reason.clone().unwrap_or_default();
    let message = failed.message.clone().unwrap_or_default();
    let message = format!("{reason}: {message}");
    Some(LostRun {
        kind: kind.to_owned(),
        name: job.name_any(),
        message: message.chars().take(500).collect(),
        failed_at: Time(whole_seconds(failed.last_transition_time.as_ref()?.0)),
    })
}

#[cfg(test)]
mod tests {
    use dpo_warehouse::model::RunClass;
    use serde_json::json;

    use super::*;

    fn job(kind: &str, status: &str) -> Job {
        let condition = json!({"type": kind, "status": status, "reason": "DeadlineExceeded", "message": "too slow", "lastTransitionTime": "2026-11-23T01:00:00Z"});
        let job =
            json!({"metadata": {"name": "ads-sync-1"}, "status": {"conditions": [condition]}});
        serde_json::from_value(job).unwrap()
    }

    #[test]
    fn only_a_failed_job_counts_as_failed() {
        let lost = failure(&job("Failed", "True"), "sync").unwrap();
        assert_eq!(lost.message, "DeadlineExceeded: too slow");
        assert!(failure(&job("Complete", "True"), "sync").is_none());
        assert!(failure(&job("Failed", "False"), "sync").is_none());
    }

    fn at(hour: u8) -> jiff::Timestamp {
        format!("2026-11-23T{hour:02}:00:00Z").parse().unwrap()
    }

    /// Failed Jobs that are there, the loss that the status remembers, the last finished run → the loss that counts.
    #[test]
    fn a_loss_counts_until_a_newer_run_has_ended_whether_its_job_is_there_or_not() {
        type Case = (&'static [u8], Option<u8>, Option<u8>, Option<u8>);
        let table: [Case; 11] = [
            (&[], None, None, None),
            (&[], None, Some(1), None),
            (&[2], None, Some(1), Some(2)),
            (&[2], None, None, Some(2)),
            // The Job is gone, the loss is not.
            (&[], Some(2), Some(1), Some(2)),
            (&[], Some(2), None, Some(2)),
            // A newer run ended, in whatever way, while the Job is there or after it went.
            (&[2], Some(2), Some(3), None),
            (&[], Some(2), Some(3), None),
            // Lost again: the newer one counts.
            (&[4], Some(2), Some(1), Some(4)),
            (&[4], Some(2), Some(3), Some(4)),
            (&[1, 4, 2], None, Some(3), Some(4)),
        ];
        let lost = |hour: u8| LostRun {
            kind: "sync".into(),
            name: format!("ads-sync-{hour}"),
            message: "x".into(),
            failed_at: Time(at(hour)),
        };
        for (jobs, remembered, finished, expected) in table {
            let finished = finished.map(|hour| FinishedRun {
                name: "another".into(),
                class: RunClass::Ok,
                finished_at: at(hour),
                message: None,
                errors: json!([]),
            });
            let failures = jobs.iter().copied().chain(remembered).map(lost);
            let found = newest(failures, finished.as_ref());
            assert_eq!(
                found,
                expected.map(lost),
                "{jobs:?} {remembered:?} {finished:?}"
            );
        }
    }
}
