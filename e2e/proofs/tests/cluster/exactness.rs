//! Exactness with real pods: CronJob templates as Jobs, one true firing, the API's figures and the committed Parquet.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use dpo_proofs::cells::Figures;
use dpo_proofs::dashboard_api::DashboardSession;
use dpo_proofs::environment::Environment;
use dpo_proofs::exactness::{self, Product};
use dpo_proofs::jobs::{self, Ended};
use dpo_proofs::tenants::{self, Source, Tenant};
use dpo_proofs::{archive, restatement, workbench};
use futures::future::join_all;
use jiff::{Span, Timestamp};
use k8s_openapi::api::batch::v1::Job;
use kube::Api;
use kube::api::ListParams;
use serde_json::json;

use crate::setup;

/// The oldest refunded order is 400 days old.
const HISTORY_DAYS: i64 = 420;
const LEAST_CELLS: usize = 20_000;
/// The shops' longest restlessness that was seen was six minutes.
const STILL_WITHIN: Duration = Duration::from_mins(20);

/// The product as it runs in the cluster.
struct InCluster<'a> {
    environment: &'a Environment,
    sessions: Mutex<HashMap<String, DashboardSession>>,
}

impl InCluster<'_> {
    async fn job(&self, tenant: &Tenant, cron_job: &str, as_of: Timestamp, more: &[&str]) {
        let began = Instant::now();
        let ended = jobs::run(
            &self.environment.kube,
            &tenant.namespace,
            cron_job,
            as_of,
            more,
        )
        .await;
        println!(
            "exactness: {}/{cron_job} ended after {:.1} s",
            tenant.name,
            began.elapsed().as_secs_f32()
        );
        assert_eq!(ended, Ended::Succeeded, "{cron_job} of {}", tenant.name);
    }
}

impl Product for InCluster<'_> {
    fn history_days(&self) -> i64 {
        HISTORY_DAYS
    }

    async fn sync(&self, tenant: &Tenant, source: &Source, as_of: Timestamp) {
        self.job(
            tenant,
            &format!("{}-sync", source.name),
            as_of,
            &["--all-tiers"],
        )
        .await;
    }

    async fn roll_up(&self, tenant: &Tenant, as_of: Timestamp) {
        self.job(tenant, &format!("{}-hourly", tenant.name), as_of, &[])
            .await;
        self.job(tenant, &format!("{}-daily", tenant.name), as_of, &[])
            .await;
    }

    async fn archive(&self, tenant: &Tenant, as_of: Timestamp) {
        self.job(tenant, &format!("{}-archive", tenant.name), as_of, &[])
            .await;
    }

    async fn session(&self, tenant: &Tenant) -> DashboardSession {
        if let Some(session) = self
            .sessions
            .lock()
            .expect("not poisoned")
            .get(&tenant.owner)
        {
            return session.clone();
        }
        let session = self.environment.session(&tenant.owner).await;
        self.sessions
            .lock()
            .expect("not poisoned")
            .insert(tenant.owner.clone(), session.clone());
        session
    }

    async fn archived(&self, tenant: &Tenant) -> Figures {
        archive::committed_in_store(self.environment, tenant).await
    }
}

#[tokio::test]
async fn figures_are_exactly_what_the_businesses_did() {
    let environment = Environment::from_runner().await;
    let tenants = [
        tenants::saigon("proof-exact-saigon"),
        tenants::berlin("proof-exact-berlin"),
    ];
    // Throttling is proved elsewhere; here it would stretch the shops' 420 days over many runs.
    environment
        .simulator
        .control(
            "limits",
            &json!({"shopifyBucket": 1_000_000, "shopifyRestoreRate": 1_000_000}),
        )
        .await;
    let policies = [exactness::policy(), exactness::patient_policy()];
    let set_up = tenants
        .iter()
        .zip(&policies)
        .map(|(tenant, policy)| setup::tenant_since(&environment, tenant, HISTORY_DAYS, policy));
    join_all(set_up).await;
    let product = InCluster {
        environment: &environment,
        sessions: Mutex::default(),
    };
    a_true_firing(&environment, &tenants[1]).await;

    // The platforms' clock stands, so that the truth does too.
    let as_of = still_moment(&environment, &tenants).await;
    environment.simulator.set_clock(as_of).await;
    exactness::run_everything(&product, &tenants, as_of).await;
    compare("first", &product, &tenants, as_of).await;

    restatement::change_orders(&environment.simulator, &tenants, as_of, HISTORY_DAYS).await;
    // A refund shows in its order up to a minute after the order changed; the jobs above took longer than that.
    environment
        .simulator
        .control("clock", &json!({"now": "real"}))
        .await;
    let later = still_moment(&environment, &tenants).await;
    assert!(
        later > as_of + Span::new().seconds(60),
        "the platforms have no time to show the refunds"
    );
    environment.simulator.set_clock(later).await;
    restatement::restate_windows(&environment.simulator, &tenants).await;
    exactness::run_everything(&product, &tenants, later).await;
    compare("restated", &product, &tenants, later).await;

    exactness::run_everything(&product, &tenants, later).await;
    compare("every job again", &product, &tenants, later).await;
    environment.simulator.control("reset", &json!({})).await;
    environment
        .simulator
        .control("clock", &json!({"now": "real"}))
        .await;
    for tenant in &tenants {
        workbench::delete_namespace(&environment.kube, &tenant.namespace).await;
    }
}

/// A moment before which no order was touched for two minutes.
async fn still_moment(environment: &Environment, tenants: &[Tenant]) -> Timestamp {
    workbench::until(STILL_WITHIN, "a still moment of all shops", || async {
        let now = Timestamp::now();
        let still = environment.simulator.shops_are_still(tenants, now).await;
        still.then_some(now).ok_or("orders are touched")
    })
    .await
}

async fn compare(pass: &str, product: &InCluster<'_>, tenants: &[Tenant], as_of: Timestamp) {
    let began = Instant::now();
    let compared =
        exactness::compare(product, &product.environment.simulator, tenants, as_of).await;
    println!(
        "exactness ({pass}): {} non-zero cells equal the truth, {} of them archived; compared in {:.1} s",
        compared.non_zero_cells,
        compared.archived_cells,
        began.elapsed().as_secs_f32()
    );
    assert!(
        compared.non_zero_cells >= LEAST_CELLS,
        "only {} cells were compared",
        compared.non_zero_cells
    );
    assert!(compared.archived_cells > 0, "nothing was archived");
}

/// Lets the CronJob controller fire one sync by the clock.
async fn a_true_firing(environment: &Environment, tenant: &Tenant) {
    let source = &tenant.sources[0].name;
    let schedule = |cron: &str| json!({"spec": {"schedule": cron}});
    workbench::patch(
        &environment.kube,
        "DataSource",
        &tenant.namespace,
        source,
        &schedule("* * * * *"),
    )
    .await;
    let jobs = Api::<Job>::namespaced(environment.kube.clone(), &tenant.namespace);
    let name = workbench::eventually("the sync CronJob fires", || async {
        let jobs = jobs.list(&ListParams::default()).await.ok()?;
        jobs.items
            .iter()
            .find_map(|job| fired(job, &format!("{source}-sync")))
    })
    .await;
    assert_eq!(
        jobs::wait(&jobs, &name).await,
        Ended::Succeeded,
        "the fired Job {name}"
    );
    println!("exactness: {name} was fired by the CronJob controller");
    workbench::patch(
        &environment.kube,
        "DataSource",
        &tenant.namespace,
        source,
        &schedule("0 0 29 2 *"),
    )
    .await;
}

fn fired(job: &Job, cron_job: &str) -> Option<String> {
    let owner = job
        .metadata
        .owner_references
        .as_ref()?
        .iter()
        .find(|owner| owner.kind == "CronJob")?;
    (owner.name == cron_job)
        .then(|| job.metadata.name.clone())
        .flatten()
}
