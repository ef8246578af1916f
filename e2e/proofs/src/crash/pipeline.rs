//! The jobs of a tenant as processes, from the CronJobs that the operator made.

use std::collections::BTreeMap;

use jiff::civil::Date;
use k8s_openapi::api::batch::v1::CronJob;
use kube::api::ListParams;
use kube::{Api, Client, ResourceExt};

use super::container::{Container, Ended, Process};
use super::kill_points::{Plan, PointLog};

const PROGRAM: &str = "dpo-pipeline";
/// Variables that say where Secrets are, and where a pod finds them.
const PLACES: [(&str, &str); 2] = [
    ("DPO_CREDENTIALS_DIRECTORY", "/etc/dpo/credentials"),
    ("DPO_ARCHIVE_CREDENTIALS", "/etc/dpo/archive"),
];

/// Every job of one tenant, by the name of its CronJob.
pub struct Jobs(BTreeMap<String, Container>);

/// One run of a job.
#[derive(Debug, Clone)]
pub struct Step {
    pub title: &'static str,
    pub cron_job: String,
    pub arguments: Vec<String>,
}

impl Step {
    /// The same for these local dates only.
    #[must_use]
    pub fn between(mut self, first: Date, last: Date) -> Self {
        self.arguments.extend([
            "--from".to_owned(),
            first.to_string(),
            "--to".to_owned(),
            last.to_string(),
        ]);
        self
    }
}

impl Jobs {
    /// Reads all CronJobs of a namespace.
    pub async fn of(client: &Client, namespace: &str) -> Self {
        let cron_jobs = Api::<CronJob>::namespaced(client.clone(), namespace);
        let mut containers = BTreeMap::new();
        for cron_job in cron_jobs
            .list(&ListParams::default())
            .await
            .expect("CronJobs can be listed")
        {
            let name = cron_job.name_any();
            let template = cron_job
                .spec
                .expect("a CronJob has a spec")
                .job_template
                .spec
                .expect("with a Job")
                .template;
            let pod = template.spec.expect("with a pod");
            containers.insert(name, Container::of(client, namespace, &pod, PROGRAM).await);
        }
        Self(containers)
    }

    /// Starts a job.
    #[must_use]
    pub fn start(&self, step: &Step, plan: &Plan) -> Process {
        let container = self.container(step);
        let mut environment = plan.variables();
        environment.push((
            "DPO_RUN_NAME",
            format!("proof-{}", step.title.replace(' ', "-")),
        ));
        for (variable, place) in PLACES {
            environment.extend(
                container
                    .mounted(place)
                    .map(|folder| (variable, folder.to_string_lossy().into_owned())),
            );
        }
        container.start(&step.arguments, &environment)
    }

    /// Runs a job to its end, which must be a good one.
    pub async fn run(&self, step: &Step, plan: &Plan) {
        let mut process = self.start(step, plan);
        let ended = process.end().await;
        assert_eq!(ended, Ended::Well, "{}: {}", step.title, process.words());
    }

    /// Runs a job that must end at a kill point.
    pub async fn crash(&self, step: &Step, point: &str) {
        let mut process = self.start(step, &Plan::EndAt(point.to_owned()));
        let ended = process.end().await;
        assert_eq!(
            ended,
            Ended::Aborted,
            "{} did not pass {point}: {}",
            step.title,
            process.words()
        );
    }

    /// Runs a job and gives the points that it passed.
    pub async fn record(&self, step: &Step) -> Vec<String> {
        let log = PointLog::at(&self.container(step).private_file("points"));
        self.run(step, &log.plan()).await;
        log.names()
    }

    fn container(&self, step: &Step) -> &Container {
        self.0
            .get(&step.cron_job)
            .unwrap_or_else(|| panic!("the operator made no CronJob {}", step.cron_job))
    }
}
