//! One pod of each kind is killed while it works.

use std::time::Duration;

use dpo_proofs::crash::{State, Subject, TenantData, Witness, assert_equal};
use dpo_proofs::dashboard_api::FiguresQuery;
use dpo_proofs::environment::RELEASE_NAMESPACE;
use dpo_proofs::exactness::day_of;
use dpo_proofs::jobs::{self, Ended};
use dpo_proofs::workbench;
use jiff::Timestamp;
use k8s_openapi::api::batch::v1::{CronJob, Job};
use k8s_openapi::api::coordination::v1::Lease;
use k8s_openapi::api::core::v1::Pod;
use kube::api::{DeleteParams, ListParams, PostParams};
use kube::{Api, Client, ResourceExt};
use sqlx::AssertSqlSafe;

use super::operator::becomes;
use super::stories::Stories;
use super::story::Story;

pub async fn prove(witness: &Witness, calm: &State, stories: &Stories) {
    let story = &stories.window;
    tokio::join!(the_operator(witness, calm), the_jobs(witness, story));
    the_api(witness, story).await;
    postgres_during_a_sync(witness, story).await;
}

/// Its leader goes in the middle of an Organization's creation; another replica takes over.
async fn the_operator(witness: &Witness, calm: &State) {
    let client = &witness.environment.kube;
    let mut subject = Subject::new(witness, "leader").await;
    let lease = Api::<Lease>::namespaced(client.clone(), RELEASE_NAMESPACE)
        .get("dpo-operator")
        .await
        .expect("somebody leads");
    let leader = lease
        .spec
        .and_then(|spec| spec.holder_identity)
        .expect("a Lease has a holder");
    subject.declare(client).await;
    kill(client, RELEASE_NAMESPACE, &leader).await;
    becomes(
        witness,
        &subject,
        calm,
        "an Organization whose operator was killed",
    )
    .await;
    println!("crash: the operator's pod was killed");
    workbench::delete_namespace(client, &subject.tenant.namespace).await;
}

/// Each works on a step whose states before and after are known.
async fn the_jobs(witness: &Witness, story: &Story) {
    let times = &story.times;
    let works = [
        (0, story.sync(), times.fetched, "daily_aggregates"),
        (1, story.duty("hourly"), times.closed, "account_days"),
        (2, story.duty("daily"), times.closed, "partition_digests"),
        (3, story.duty("archive"), times.archived, "daily_aggregates"),
    ];
    for (before, cron_job, as_of, table) in works {
        story.data.restore(&story.saved[before]).await;
        let blocked = Blocked::start(witness, story, &cron_job, as_of, table).await;
        let namespace = &story.tenant.namespace;
        kill(&witness.environment.kube, namespace, &blocked.pod).await;
        blocked.lock.rollback().await.expect("Postgres answers");
        assert_eq!(
            blocked.job.end().await,
            Ended::Failed,
            "a Job whose pod was killed"
        );
        again(witness, story, &cron_job, as_of).await;
        let what = format!("{cron_job} whose pod was killed");
        assert_equal(
            &what,
            &story.saved[before + 1].state,
            &story.data.state().await,
        );
        println!("crash: the pod of {cron_job} was killed");
    }
}

/// All of its pods at once; the same figures and sessions afterwards.
async fn the_api(witness: &Witness, story: &Story) {
    story.data.restore(&story.saved[3]).await;
    let (environment, source) = (&witness.environment, &story.tenant.sources[0]);
    let (from, to) = (
        day_of(story.times.fetched, -3).to_string(),
        day_of(story.times.fetched, 1).to_string(),
    );
    let query = FiguresQuery {
        source: source.source,
        account: &source.accounts[0],
        level: "campaign",
        grain: "day",
        from: &from,
        to: &to,
    };
    let session = environment.session(&story.tenant.owner).await;
    let before = session.figures(&query).await.0;
    assert!(
        before.non_zero().count() > 0,
        "there are figures to compare"
    );
    let client = &environment.kube;
    let killed = pods_of(client, "api").await;
    for pod in &killed {
        kill(client, RELEASE_NAMESPACE, &pod.name_any()).await;
    }
    are_replaced(client, "api", &killed).await;
    let after = workbench::until(
        Duration::from_mins(1),
        "the API answers the same session again",
        || session.try_figures(&query),
    )
    .await;
    dpo_proofs::cells::assert_equal(
        "figures after the API's pods were killed",
        &before,
        &after.0,
    );
    println!("crash: the API's pods were killed");
}

async fn postgres_during_a_sync(witness: &Witness, story: &Story) {
    let client = &witness.environment.kube;
    story.data.restore(&story.saved[0]).await;
    let blocked = Blocked::start(
        witness,
        story,
        &story.sync(),
        story.times.fetched,
        "daily_aggregates",
    )
    .await;
    let killed = pods_of(client, "postgres").await;
    kill(client, RELEASE_NAMESPACE, "dpo-postgres-0").await;
    drop(blocked.lock);
    are_replaced(client, "postgres", &killed).await;
    blocked.job.end().await;
    again(witness, story, &story.sync(), story.times.fetched).await;
    assert_equal(
        "a sync during which Postgres was killed",
        &story.saved[1].state,
        &story.data.state().await,
    );
    println!("crash: the pod of Postgres was killed during a sync");
}

async fn again(witness: &Witness, story: &Story, cron_job: &str, as_of: Timestamp) {
    let ended = jobs::run(
        &witness.environment.kube,
        &story.tenant.namespace,
        cron_job,
        as_of,
        &[],
    )
    .await;
    assert_eq!(ended, Ended::Succeeded, "{cron_job} after a pod was killed");
}

/// A Job's pod in the middle of its work: it waits for a lock on a table that it writes.
struct Blocked {
    job: RunningJob,
    pod: String,
    lock: sqlx::Transaction<'static, sqlx::Postgres>,
}

impl Blocked {
    async fn start(
        witness: &Witness,
        story: &Story,
        cron_job: &str,
        as_of: Timestamp,
        table: &str,
    ) -> Self {
        let lock = locked(&story.data, table).await;
        let job = RunningJob::start(
            &witness.environment.kube,
            &story.tenant.namespace,
            cron_job,
            as_of,
        )
        .await;
        workbench::eventually(&format!("{cron_job} waits for {table}"), || async {
            story.data.waits_for_lock().await.then_some(())
        })
        .await;
        let pod = job.pod().await;
        Self { job, pod, lock }
    }
}

async fn locked(data: &TenantData, table: &str) -> sqlx::Transaction<'static, sqlx::Postgres> {
    let mut lock = data.begin().await;
    let sql = format!("LOCK TABLE {}.{table} IN EXCLUSIVE MODE", data.schema);
    sqlx::query(AssertSqlSafe(sql))
        .execute(&mut *lock)
        .await
        .expect("a table can be locked");
    lock
}

struct RunningJob {
    client: Client,
    namespace: String,
    name: String,
}

impl RunningJob {
    async fn start(client: &Client, namespace: &str, cron_job: &str, as_of: Timestamp) -> Self {
        let template = Api::<CronJob>::namespaced(client.clone(), namespace)
            .get(cron_job)
            .await
            .expect("the CronJob exists");
        let name = format!("{cron_job}-killed-{:x}", Timestamp::now().as_second());
        let job = jobs::from_template(&template, &name, &["--as-of".to_owned(), as_of.to_string()]);
        let running = Self {
            client: client.clone(),
            namespace: namespace.to_owned(),
            name,
        };
        running
            .jobs()
            .create(&PostParams::default(), &job)
            .await
            .expect("the Job is admitted");
        running
    }

    fn jobs(&self) -> Api<Job> {
        Api::namespaced(self.client.clone(), &self.namespace)
    }

    async fn pod(&self) -> String {
        let selector =
            ListParams::default().labels(&format!("batch.kubernetes.io/job-name={}", self.name));
        let pods = Api::<Pod>::namespaced(self.client.clone(), &self.namespace)
            .list(&selector)
            .await
            .expect("pods can be listed");
        pods.items.first().expect("the Job has a pod").name_any()
    }

    async fn end(&self) -> Ended {
        let ended = jobs::wait(&self.jobs(), &self.name).await;
        self.jobs()
            .delete(&self.name, &DeleteParams::background())
            .await
            .ok();
        ended
    }
}

/// The release's pods of one component.
async fn pods_of(client: &Client, component: &str) -> Vec<Pod> {
    let labels = format!("app.kubernetes.io/component={component}");
    Api::<Pod>::namespaced(client.clone(), RELEASE_NAMESPACE)
        .list(&ListParams::default().labels(&labels))
        .await
        .expect("pods can be listed")
        .items
}

/// Waits until as many new pods are Ready. What a Deployment says of itself may be older than the deaths.
async fn are_replaced(client: &Client, component: &str, killed: &[Pod]) {
    assert!(!killed.is_empty(), "there was no pod of {component}");
    let is_new = |pod: &Pod| killed.iter().all(|old| old.uid() != pod.uid());
    workbench::eventually(&format!("new pods of {component} are ready"), || async {
        let pods = pods_of(client, component).await;
        let ready = pods.iter().filter(|pod| is_new(pod) && is_ready(pod));
        (ready.count() >= killed.len()).then_some(())
    })
    .await;
}

fn is_ready(pod: &Pod) -> bool {
    let conditions = pod
        .status
        .as_ref()
        .and_then(|status| status.conditions.as_ref());
    conditions
        .into_iter()
        .flatten()
        .any(|condition| condition.type_ == "Ready" && condition.status == "True")
}

/// Without a second to say goodbye.
async fn kill(client: &Client, namespace: &str, pod: &str) {
    let pods = Api::<Pod>::namespaced(client.clone(), namespace);
    let uid = pods.get(pod).await.expect("the pod is there").uid();
    pods.delete(pod, &DeleteParams::default().grace_period(0))
        .await
        .expect("a pod can be killed");
    workbench::eventually(&format!("the pod {pod} is gone"), || async {
        let found = pods.get_opt(pod).await.ok()?;
        (found.and_then(|pod| pod.uid()) != uid).then_some(())
    })
    .await;
}
