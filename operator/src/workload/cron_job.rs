//! CronJobs and the one initial Job, around a pod.

use std::collections::BTreeMap;

use k8s_openapi::api::batch::v1::{CronJob, CronJobSpec, Job, JobSpec, JobTemplateSpec};
use k8s_openapi::api::core::v1::{PodSpec, PodTemplateSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use kube::api::ObjectMeta;

/// Longer than any honest run; shorter than what would let runs pile up for a day.
const DEADLINE_SECONDS: i64 = 3600;
/// A start that was missed by more is not made up for: the next one reads the same windows.
const STARTING_DEADLINE_SECONDS: i64 = 600;
const KEPT_AFTER_END_SECONDS: i32 = 600;

/// Name, place, labels and owner of a child.
#[derive(Debug, Clone)]
pub struct Child {
    pub name: String,
    pub namespace: String,
    pub labels: BTreeMap<String, String>,
    pub owner: OwnerReference,
}

impl Child {
    fn metadata(&self) -> ObjectMeta {
        ObjectMeta {
            name: Some(self.name.clone()),
            namespace: Some(self.namespace.clone()),
            labels: Some(self.labels.clone()),
            owner_references: Some(vec![self.owner.clone()]),
            ..ObjectMeta::default()
        }
    }
}

/// A CronJob in an IANA zone.
#[must_use]
pub fn cron_job(
    child: &Child,
    schedule: &str,
    time_zone: &str,
    suspend: bool,
    pod: PodSpec,
) -> CronJob {
    CronJob {
        metadata: child.metadata(),
        spec: Some(CronJobSpec {
            schedule: schedule.to_owned(),
            time_zone: Some(time_zone.to_owned()),
            suspend: Some(suspend),
            concurrency_policy: Some("Forbid".into()),
            starting_deadline_seconds: Some(STARTING_DEADLINE_SECONDS),
            successful_jobs_history_limit: Some(1),
            failed_jobs_history_limit: Some(1),
            job_template: JobTemplateSpec {
                metadata: Some(ObjectMeta {
                    labels: Some(child.labels.clone()),
                    ..ObjectMeta::default()
                }),
                spec: Some(job_spec(&child.labels, pod)),
            },
        }),
        status: None,
    }
}

/// A Job that runs once, at once.
#[must_use]
pub fn initial_job(child: &Child, pod: PodSpec) -> Job {
    // It is kept, as the mark that the first run was made: without it every reconcile would make another.
    let spec = JobSpec {
        ttl_seconds_after_finished: None,
        ..job_spec(&child.labels, pod)
    };
    Job {
        metadata: child.metadata(),
        spec: Some(spec),
        status: None,
    }
}

fn job_spec(labels: &BTreeMap<String, String>, pod: PodSpec) -> JobSpec {
    JobSpec {
        backoff_limit: Some(0),
        active_deadline_seconds: Some(DEADLINE_SECONDS),
        ttl_seconds_after_finished: Some(KEPT_AFTER_END_SECONDS),
        template: PodTemplateSpec {
            metadata: Some(ObjectMeta {
                labels: Some(labels.clone()),
                ..ObjectMeta::default()
            }),
            spec: Some(pod),
        },
        ..JobSpec::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn child() -> Child {
        Child {
            name: "ads-sync".into(),
            namespace: "saigon".into(),
            labels: BTreeMap::from([("app.kubernetes.io/component".to_owned(), "sync".to_owned())]),
            owner: OwnerReference {
                uid: "u".into(),
                ..OwnerReference::default()
            },
        }
    }

    #[test]
    fn runs_never_overlap_and_leave_little_behind() {
        let spec = cron_job(
            &child(),
            "7 * * * *",
            "Asia/Ho_Chi_Minh",
            false,
            PodSpec::default(),
        )
        .spec
        .unwrap();
        assert_eq!(
            (
                spec.concurrency_policy.as_deref(),
                spec.time_zone.as_deref()
            ),
            (Some("Forbid"), Some("Asia/Ho_Chi_Minh"))
        );
        assert_eq!(
            (
                spec.successful_jobs_history_limit,
                spec.failed_jobs_history_limit
            ),
            (Some(1), Some(1))
        );
        let job = spec.job_template.spec.unwrap();
        assert!(job.active_deadline_seconds.is_some() && job.ttl_seconds_after_finished.is_some());
        assert_eq!(job.template.metadata.unwrap().labels, Some(child().labels));
    }

    #[test]
    fn the_initial_job_stays_as_a_mark() {
        assert_eq!(
            initial_job(&child(), PodSpec::default())
                .spec
                .unwrap()
                .ttl_seconds_after_finished,
            None
        );
    }
}
