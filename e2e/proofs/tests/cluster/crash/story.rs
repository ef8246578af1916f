//! Jobs end before and after everything they make durable, and the same jobs run again; or they run at the same time.

use dpo_proofs::crash::{Ended, Jobs, Plan, Saved, Step, TenantData, assert_equal};
use dpo_proofs::environment::Environment;
use dpo_proofs::exactness::{self, day_of};
use dpo_proofs::tenants::Tenant;
use dpo_proofs::{archive, workbench};
use jiff::Timestamp;
use kube::api::{DeleteParams, Patch, PatchParams, PropagationPolicy};
use serde_json::{Value, json};

use super::stories::Times;
use crate::setup;

const HISTORY_DAYS: i64 = 2;

/// One tenant, its jobs, and what each job of an undisturbed run left.
pub struct Story {
    environment: Environment,
    pub tenant: Tenant,
    pub data: TenantData,
    pub times: Times,
    /// At first the empty tenant, then after each step.
    pub saved: Vec<Saved>,
    jobs: Jobs,
}

impl Story {
    pub async fn declare(environment: &Environment, tenant: Tenant, times: Times) -> Self {
        workbench::tenant_namespace(&environment.kube, &tenant.namespace).await;
        let history_from = day_of(times.fetched, -HISTORY_DAYS).to_string();
        for manifest in tenant.manifests(&history_from, &exactness::policy()) {
            setup::apply(environment, without_own_runs(manifest)).await;
        }
        wait_for_jobs(environment, &tenant).await;
        let schema = archive::schema_of(environment, &tenant).await;
        let data = TenantData::of(environment, schema).await;
        let jobs = Jobs::of(&environment.kube, &tenant.namespace).await;
        let saved = vec![data.save("0").await];
        Self {
            environment: environment.clone(),
            tenant,
            data,
            times,
            saved,
            jobs,
        }
    }

    /// The name of its only source's CronJob.
    pub fn sync(&self) -> String {
        format!("{}-sync", self.tenant.sources[0].name)
    }

    /// The name of one of the Organization's CronJobs.
    pub fn duty(&self, kind: &str) -> String {
        format!("{}-{kind}", self.tenant.name)
    }

    fn first_steps(&self) -> [Step; 4] {
        let Times {
            fetched,
            closed,
            archived,
            ..
        } = self.times;
        let sync = if self.is_window() {
            step("sync", self.sync(), fetched)
        } else {
            // A first sync would follow the changes of two months.
            let (first, last) = (day_of(fetched, -HISTORY_DAYS), day_of(fetched, 0));
            step("sync", self.sync(), fetched).between(first, last)
        };
        [
            sync,
            step("hourly roll-up", self.duty("hourly"), closed),
            step("daily roll-up", self.duty("daily"), closed),
            step("archive", self.duty("archive"), archived),
        ]
    }

    pub async fn first_act(&mut self) -> Vec<String> {
        let steps = self.first_steps();
        let points = self.crash_everywhere(&steps).await;
        self.planted_differences_are_seen().await;
        self.disorder(&steps).await;
        self.data.restore(&self.saved[steps.len()]).await;
        points
    }

    /// A restatement of an archived day: it is fetched, loaded, computed and archived again.
    pub async fn second_act(&mut self) -> Vec<String> {
        let as_of = self.times.restated;
        // Changes of an event source are those since a day, figures of a window source those of a day.
        let day = if self.is_window() {
            day_of(self.times.fetched, -1)
        } else {
            day_of(as_of, 0)
        };
        let sync = step("sync of a restated day", self.sync(), as_of).between(day, day);
        let archive = step("archive of a restated day", self.duty("archive"), as_of);
        self.crash_everywhere(&[sync, archive]).await
    }

    fn name(&self) -> &'static str {
        if self.is_window() {
            "window source"
        } else {
            "event source"
        }
    }

    fn is_window(&self) -> bool {
        self.tenant.sources[0].source != "shopify"
    }

    /// Records the steps, then crashes each of them at each of its points.
    async fn crash_everywhere(&mut self, steps: &[Step]) -> Vec<String> {
        let first = self.saved.len() - 1;
        let mut places = Vec::new();
        for (number, step) in steps.iter().enumerate() {
            self.refuse_old_access_tokens().await;
            let points = self.jobs.record(step).await;
            assert!(
                !points.is_empty(),
                "no kill point was found in {}",
                step.title
            );
            self.saved
                .push(self.data.save(&format!("{}", first + number + 1)).await);
            places.extend(points.into_iter().map(|point| (number, point)));
        }
        for (number, point) in &places {
            self.crash(&steps[*number], point, first + number).await;
        }
        places
            .iter()
            .map(|(number, point)| format!("{}, {}: {point}", self.name(), steps[*number].title))
            .collect()
    }

    /// From the state before a step: the step with a crash, the step again, and the state after it.
    async fn crash(&self, step: &Step, point: &str, before: usize) {
        self.data.restore(&self.saved[before]).await;
        self.refuse_old_access_tokens().await;
        self.jobs.crash(step, point).await;
        self.refuse_old_access_tokens().await;
        self.jobs.run(step, &Plan::Undisturbed).await;
        let what = format!("{}, {} with a crash at {point}", self.name(), step.title);
        assert_equal(
            &what,
            &self.saved[before + 1].state,
            &self.data.state().await,
        );
    }

    /// So that each sync has to refresh its token, which rotates.
    async fn refuse_old_access_tokens(&self) {
        if !self.is_window() {
            let body = json!({"business": self.tenant.business, "platform": "shopify", "action": "end_access_tokens"});
            self.environment
                .simulator
                .control("credentials", &body)
                .await;
        }
    }

    /// Jobs that run at the same time, and then what the schedule would run next.
    async fn disorder(&self, steps: &[Step; 4]) {
        let [sync, hourly, daily, archive] = steps;
        self.at_once(0, [sync, sync], &[sync], 1).await;
        self.at_once(0, [sync, hourly], &[sync, hourly], 2).await;
        self.at_once(3, [archive, daily], &[archive], 4).await;
        self.at_once(3, [archive, archive], &[archive], 4).await;
    }

    async fn at_once(&self, before: usize, together: [&Step; 2], next: &[&Step], after: usize) {
        self.data.restore(&self.saved[before]).await;
        let what = format!(
            "{}, {} during {}",
            self.name(),
            together[0].title,
            together[1].title
        );
        let mut running = together.map(|step| self.jobs.start(step, &Plan::Undisturbed));
        for process in &mut running {
            let ended = process.end().await;
            assert_eq!(ended, Ended::Well, "{what}: {}", process.words());
        }
        for step in next {
            self.jobs.run(step, &Plan::Undisturbed).await;
        }
        assert_equal(&what, &self.saved[after].state, &self.data.state().await);
        println!("crash: {what} makes no difference");
    }

    async fn planted_differences_are_seen(&self) {
        let schema = &self.data.schema;
        let planted = [
            (
                1,
                format!(
                    "DELETE FROM {schema}.daily_aggregates WHERE ctid = (SELECT min(ctid) FROM {schema}.daily_aggregates)"
                ),
            ),
            (
                1,
                format!(
                    "UPDATE control.watermarks SET cursor = 'another' WHERE tenant = '{schema}'"
                ),
            ),
            (
                2,
                format!("UPDATE {schema}.account_days SET closed_at = NULL"),
            ),
            (
                4,
                format!(
                    "UPDATE control.archive_manifest SET object_path = object_path || 'x' WHERE tenant = '{schema}'"
                ),
            ),
        ];
        for (after, statement) in planted {
            self.data.restore(&self.saved[after]).await;
            let expected = &self.saved[after].state;
            assert_equal(
                "a state that was put back",
                expected,
                &self.data.state().await,
            );
            self.data.execute(statement.clone()).await;
            assert!(
                !expected.differences(&self.data.state().await).is_empty(),
                "not seen: {statement}"
            );
        }
    }

    /// Deletes the custom resources while no operator runs, and nothing that was made of them.
    pub async fn withdraw(&self) {
        let sources = self
            .tenant
            .sources
            .iter()
            .map(|source| ("DataSource", &source.name));
        for (kind, name) in sources.chain([("Organization", &self.tenant.name)]) {
            let api = workbench::dynamic_api(
                &self.environment.kube,
                "dpo.dev/v1alpha1",
                kind,
                &self.tenant.namespace,
            )
            .await;
            let let_go = Patch::Merge(json!({"metadata": {"finalizers": null}}));
            api.patch(name, &PatchParams::default(), &let_go)
                .await
                .expect("finalizers can be removed");
            let orphans = DeleteParams {
                propagation_policy: Some(PropagationPolicy::Orphan),
                ..DeleteParams::default()
            };
            api.delete(name, &orphans)
                .await
                .expect("deletion is accepted");
            workbench::eventually(&format!("{kind} {name} is gone"), || async {
                api.get_opt(name).await.ok()?.is_none().then_some(())
            })
            .await;
        }
    }

    pub async fn clear_away(&self) {
        for saved in &self.saved {
            self.data.forget(saved).await;
        }
        self.data.remove_tenant().await;
        workbench::delete_namespace(&self.environment.kube, &self.tenant.namespace).await;
    }
}

/// What is suspended has its CronJobs, and no run but those of the proof. Few days are enough.
fn without_own_runs(mut manifest: Value) -> Value {
    if manifest["kind"] == "Organization" {
        manifest["spec"]["suspend"] = json!(true);
    }
    if manifest["kind"] == "DataSource" {
        manifest["spec"]["suspend"] = json!(true);
        manifest["spec"]["lookback"] =
            json!({"hotDays": 1, "warmDays": 2, "coldDays": 2, "weeklyDays": 3});
    }
    manifest
}

async fn wait_for_jobs(environment: &Environment, tenant: &Tenant) {
    workbench::wait_for_condition(
        &environment.kube,
        "Organization",
        &tenant.namespace,
        &tenant.name,
        ("DatabaseReady", "True", ""),
    )
    .await;
    workbench::wait_for_condition(
        &environment.kube,
        "Organization",
        &tenant.namespace,
        &tenant.name,
        ("StoreReady", "True", ""),
    )
    .await;
    let cron_jobs =
        workbench::dynamic_api(&environment.kube, "batch/v1", "CronJob", &tenant.namespace).await;
    let name = format!("{}-sync", tenant.sources[0].name);
    workbench::eventually(&format!("the CronJob {name} is made"), || async {
        cron_jobs.get_opt(&name).await.ok()?.map(drop)
    })
    .await;
}

fn step(title: &'static str, cron_job: String, as_of: Timestamp) -> Step {
    Step {
        title,
        cron_job,
        arguments: vec!["--as-of".to_owned(), as_of.to_string()],
    }
}
