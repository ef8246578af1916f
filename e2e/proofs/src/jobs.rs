//! Jobs made from the operator's CronJobs, as a platform engineer would with `kubectl create job --from`, plus `--as-of`.

use std::time::Duration;

use jiff::Timestamp;
use k8s_openapi::api::batch::v1::{CronJob, Job};
use kube::api::{DeleteParams, PostParams};
use kube::{Api, Client, ResourceExt};

/// Many times what the longest Job takes on a machine with nothing else to do.
const DEADLINE: Duration = Duration::from_mins(15);

/// How a Job ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Succeeded,
    Failed,
}

/// A Job made from `cron_job`'s template with more arguments. Owned by nobody, so that history limits leave it alone.
#[must_use]
pub fn from_template(cron_job: &CronJob, name: &str, arguments: &[String]) -> Job {
    let template = &cron_job
        .spec
        .as_ref()
        .expect("a CronJob has a spec")
        .job_template;
    let mut job = Job {
        metadata: template.metadata.clone().unwrap_or_default(),
        spec: template.spec.clone(),
        ..Job::default()
    };
    job.metadata.name = Some(name.to_owned());
    job.metadata.namespace = cron_job.namespace();
    let pod = job
        .spec
        .as_mut()
        .and_then(|spec| spec.template.spec.as_mut())
        .expect("a Job template has a pod");
    pod.containers[0]
        .args
        .get_or_insert_default()
        .extend(arguments.iter().cloned());
    job
}

/// Runs a Job made from the CronJob `cron_job`, waits for its end and removes it.
///
/// # Panics
/// When the Job neither succeeds nor fails in time.
pub async fn run(
    client: &Client,
    namespace: &str,
    cron_job: &str,
    as_of: Timestamp,
    more: &[&str],
) -> Ended {
    let as_of = ["--as-of".to_owned(), as_of.to_string()];
    let arguments: Vec<String> = as_of
        .into_iter()
        .chain(more.iter().map(ToString::to_string))
        .collect();
    let (name, ended) = run_changed(client, namespace, cron_job, &arguments, |_| {}).await;
    let jobs = Api::<Job>::namespaced(client.clone(), namespace);
    jobs.delete(&name, &DeleteParams::background()).await.ok();
    ended
}

/// Runs a Job made from the CronJob `cron_job` with a change; it stays after its end.
///
/// # Panics
/// When the Job neither succeeds nor fails in time.
pub async fn run_changed(
    client: &Client,
    namespace: &str,
    cron_job: &str,
    arguments: &[String],
    change: impl FnOnce(&mut Job),
) -> (String, Ended) {
    let cron_jobs = Api::<CronJob>::namespaced(client.clone(), namespace);
    let template = cron_jobs.get(cron_job).await.expect("the CronJob exists");
    let name = format!("{cron_job}-{}", short_suffix());
    let mut job = from_template(&template, &name, arguments);
    change(&mut job);
    let jobs = Api::<Job>::namespaced(client.clone(), namespace);
    jobs.create(&PostParams::default(), &job)
        .await
        .expect("the Job is admitted");
    let ended = wait(&jobs, &name).await;
    (name, ended)
}

/// Waits until a Job reports Complete or Failed.
///
/// # Panics
/// After a quarter of an hour, with the Job's last status.
pub async fn wait(jobs: &Api<Job>, name: &str) -> Ended {
    let started = tokio::time::Instant::now();
    loop {
        let status = jobs.get(name).await.ok().and_then(|job| job.status);
        if let Some(ended) = status.as_ref().and_then(ended) {
            return ended;
        }
        assert!(
            started.elapsed() < DEADLINE,
            "Job {name} did not end within {DEADLINE:?}: {status:?}"
        );
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

fn ended(status: &k8s_openapi::api::batch::v1::JobStatus) -> Option<Ended> {
    status
        .conditions
        .iter()
        .flatten()
        .filter(|condition| condition.status == "True")
        .find_map(|condition| match condition.type_.as_str() {
            "Complete" => Some(Ended::Succeeded),
            "Failed" => Some(Ended::Failed),
            _ => None,
        })
}

fn short_suffix() -> String {
    format!("{:x}", Timestamp::now().as_nanosecond() % 0xFFFF_FFFF)
}
