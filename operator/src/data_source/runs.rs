//! What the runs of a DataSource left behind: rows in Postgres, and Jobs that ended without one.

use dpo_warehouse::{model::RunClass, tenancy::FinishedRun};
use jiff::Timestamp;
use k8s_openapi::api::batch::v1::Job;
use kube::ResourceExt;

use super::validate::ValidDataSource;
use crate::{
    context::Context,
    error::Error,
    workload::{MANAGED_BY, SOURCE_UID},
};

/// Everything about past runs that the status tells.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RunPicture {
    pub last: Option<FinishedRun>,
    pub last_success: Option<Timestamp>,
    /// A Job that failed after the last finished run without having written what happened.
    pub lost: Option<LostRun>,
}

/// A Job that ended before its pod could say why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostRun {
    pub job: String,
    /// What Kubernetes says about it.
    pub why: String,
}

/// Reads them.
///
/// # Errors
/// Postgres failed.
pub async fn read(valid: &ValidDataSource, context: &Context) -> Result<RunPicture, Error> {
    let (last, last_success) = context
        .tenancy
        .last_sync(&valid.organization.tenant, &valid.uid)
        .await?;
    let jobs = context.world.jobs.state_filter(|job| {
        job.labels().get(SOURCE_UID) == Some(&valid.uid)
            && job
                .labels()
                .get("app.kubernetes.io/managed-by")
                .map(String::as_str)
                == Some(MANAGED_BY)
    });
    let mut picture = RunPicture {
        last,
        last_success,
        lost: None,
    };
    let Some((job, failed_at, why)) = jobs
        .iter()
        .filter_map(|job| failure(job))
        .max_by_key(|(_, failed_at, _)| *failed_at)
    else {
        return Ok(picture);
    };
    let is_newer = picture
        .last
        .as_ref()
        .is_none_or(|run| run.finished_at < failed_at);
    // The newest failure may well have written its row: runs that end badly do, too.
    if is_newer
        && context
            .tenancy
            .finished_run(&valid.organization.tenant, &job)
            .await?
            .is_none()
    {
        picture.lost = Some(LostRun { job, why });
    }
    Ok(picture)
}

fn failure(job: &Job) -> Option<(String, Timestamp, String)> {
    let conditions = job.status.as_ref()?.conditions.as_ref()?;
    let failed = conditions
        .iter()
        .find(|condition| condition.type_ == "Failed" && condition.status == "True")?;
    let reason = failed.reason.clone().unwrap_or_default();
    let message = failed.message.clone().unwrap_or_default();
    Some((
        job.name_any(),
        failed.last_transition_time.as_ref()?.0,
        format!("{reason}: {message}"),
    ))
}

/// What a class of outcome means for the credentials: `None` where it says nothing about them.
pub fn credentials_are_valid(class: RunClass) -> Option<bool> {
    match class {
        RunClass::Ok
        | RunClass::EmptyOk
        | RunClass::RateLimited
        | RunClass::DailyQuota
        | RunClass::TooMuchData => Some(true),
        RunClass::AuthExpired
        | RunClass::AuthRevoked
        | RunClass::PermissionDenied
        | RunClass::AccountDisabled => Some(false),
        RunClass::Transient | RunClass::ApiVersionSunset | RunClass::PermanentBug => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_a_failed_job_counts_as_failed() {
        let job = |kind: &str, status: &str| -> Job {
            let condition = json!({"type": kind, "status": status, "reason": "DeadlineExceeded", "message": "too slow", "lastTransitionTime": "2026-11-23T01:00:00Z"});
            serde_json::from_value(
                json!({"metadata": {"name": "ads-sync-1"}, "status": {"conditions": [condition]}}),
            )
            .unwrap()
        };
        assert_eq!(
            failure(&job("Failed", "True")).unwrap().2,
            "DeadlineExceeded: too slow"
        );
        assert!(
            failure(&job("Complete", "True")).is_none()
                && failure(&job("Failed", "False")).is_none()
        );
    }
}
