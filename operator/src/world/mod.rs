//! What the operator sees of the cluster: one watch and one cache a kind, shared by all controllers, and the wake-up calls that follow from changes.

mod cache;
mod neighbourhood;
mod watch;

use dpo_crds::{DataSource, Organization, RetentionPolicy};
use k8s_openapi::api::{
    batch::v1::{CronJob, Job},
    core::v1::Secret,
    networking::v1::NetworkPolicy,
};
use kube::{
    Client, Resource,
    core::PartialObjectMeta,
    runtime::{
        reflector::{self, Store},
        watcher,
    },
};
use tokio::task::JoinSet;

use self::{
    neighbourhood::Neighbourhood,
    watch::{Keeper, slim, slim_child, slim_job, watch, watch_metadata, whole},
};
use crate::{
    serving::Readiness,
    workload::{MANAGED_BY, TENANT_SECRET},
};

pub use cache::{Cache, Found, Unreadable};
pub use neighbourhood::Calls;
pub use watch::{Notice, Watched};

/// The caches. Custom resources are written by people and by other releases, so that some may be there that cannot be read.
#[derive(Clone)]
pub struct World {
    pub organizations: Cache<Organization>,
    pub sources: Cache<DataSource>,
    pub policies: Cache<RetentionPolicy>,
    pub cron_jobs: Store<CronJob>,
    pub network_policies: Store<NetworkPolicy>,
    pub jobs: Store<Job>,
    /// Metadata of the Secrets of our one name; their content is never read.
    pub secrets: Store<PartialObjectMeta<Secret>>,
}

/// What fills the caches.
struct Keepers {
    organizations: Keeper<Organization>,
    sources: Keeper<DataSource>,
    policies: Keeper<RetentionPolicy>,
    cron_jobs: Keeper<CronJob>,
    network_policies: Keeper<NetworkPolicy>,
    jobs: Keeper<Job>,
    secrets: Keeper<PartialObjectMeta<Secret>>,
}

impl Keepers {
    fn new(calls: &Calls) -> Self {
        let notices = || calls.unreadable.clone();
        Self {
            organizations: Keeper::new(slim, notices()),
            sources: Keeper::new(slim, notices()),
            policies: Keeper::new(slim, notices()),
            cron_jobs: Keeper::new(slim_child, notices()),
            network_policies: Keeper::new(slim_child, notices()),
            jobs: Keeper::new(slim_job, notices()),
            secrets: Keeper::new(whole, notices()),
        }
    }

    fn world(&self) -> World {
        World {
            organizations: self.organizations.cache(),
            sources: self.sources.cache(),
            policies: self.policies.cache(),
            cron_jobs: self.cron_jobs.cache().store().clone(),
            network_policies: self.network_policies.cache().store().clone(),
            jobs: self.jobs.cache().store().clone(),
            secrets: self.secrets.cache().store().clone(),
        }
    }

    fn watch(self, client: &Client, around: &Neighbourhood) -> JoinSet<()> {
        let managed_by = format!("app.kubernetes.io/managed-by={MANAGED_BY}");
        let ours = || watcher::Config::default().labels(&managed_by);
        let named = watcher::Config::default().fields(&format!("metadata.name={TENANT_SECRET}"));
        let all = watcher::Config::default;
        let mut tasks = JoinSet::new();
        let set = &mut tasks;
        watch(set, client, ours(), self.cron_jobs, around.on_child());
        watch(
            set,
            client,
            ours(),
            self.network_policies,
            around.on_child(),
        );
        watch(set, client, ours(), self.jobs, around.on_job());
        watch_metadata(set, client, named, self.secrets, around.on_secret());
        watch(
            set,
            client,
            all(),
            self.organizations,
            around.on_organization(),
        );
        watch(set, client, all(), self.sources, around.on_source());
        watch(set, client, all(), self.policies, around.on_policy());
        tasks
    }
}

impl World {
    /// Begins to watch. The caches fill while the tasks of the set run.
    pub fn watch(client: &Client, calls: &Calls) -> (Self, JoinSet<()>) {
        let keepers = Keepers::new(calls);
        let world = keepers.world();
        let around = Neighbourhood {
            organizations: world.organizations.store().clone(),
            sources: world.sources.store().clone(),
            calls: calls.clone(),
        };
        (world, keepers.watch(client, &around))
    }

    /// Waits until every cache has seen everything once, and names those that have not: a watch that is refused never does.
    ///
    /// # Errors
    /// A watch ended for good.
    pub async fn is_complete(
        &self,
        readiness: &Readiness,
    ) -> Result<(), reflector::store::WriterDropped> {
        tokio::try_join!(
            seen(self.organizations.store(), readiness),
            seen(self.sources.store(), readiness),
            seen(self.policies.store(), readiness),
            seen(&self.cron_jobs, readiness),
            seen(&self.network_policies, readiness),
            seen(&self.jobs, readiness),
            seen(&self.secrets, readiness),
        )
        .map(drop)
    }
}

/// Holds back readiness until a cache has seen everything once, or nobody waits for it any more.
async fn seen<K: Watched>(
    store: &Store<K>,
    readiness: &Readiness,
) -> Result<(), reflector::store::WriterDropped> {
    let _pending = readiness.pending_while(format!("first list of {}", <K as Resource>::kind(&())));
    store.wait_until_ready().await
}

#[cfg(test)]
mod tests {
    use std::{
        collections::BTreeMap,
        convert::Infallible,
        sync::{Arc, Mutex},
        time::Duration,
    };

    use futures::channel::mpsc::unbounded;
    use http::{Request, Response, header::ACCEPT};
    use kube::client::Body;
    use serde_json::json;

    use super::*;
    use crate::fixtures;

    /// An API server that has nothing, and what each resource was asked for with.
    async fn accepted_by_resource() -> BTreeMap<String, Vec<String>> {
        let asked = Arc::new(Mutex::new(BTreeMap::<String, Vec<String>>::new()));
        let log = Arc::clone(&asked);
        let service = tower::service_fn(move |request: Request<Body>| {
            let resource = request.uri().path().rsplit('/').next().unwrap().to_owned();
            let accept = request.headers().get(ACCEPT);
            let accept = accept
                .map_or("", |accept| accept.to_str().unwrap())
                .to_owned();
            log.lock()
                .unwrap()
                .entry(resource)
                .or_default()
                .push(accept);
            let watches = request.uri().query().unwrap_or_default().contains("watch=");
            async move {
                if watches {
                    std::future::pending::<()>().await;
                }
                let list = json!({"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": []});
                Ok::<_, Infallible>(Response::new(Body::from(list.to_string().into_bytes())))
            }
        });
        let (organizations, _a) = unbounded();
        let (sources, _b) = unbounded();
        let (policies, _c) = unbounded();
        let (unreadable, _d) = unbounded();
        let calls = Calls {
            organizations,
            sources,
            policies,
            unreadable,
        };
        let (world, _tasks) = World::watch(&Client::new(service, "default"), &calls);
        let readiness = Readiness::awaiting([]);
        world.is_complete(&readiness).await.unwrap();
        assert!(readiness.pending().is_empty());
        // The lists are answered; the watches follow at once.
        let is_watched = || asked.lock().unwrap().values().all(|each| each.len() > 1);
        while !is_watched() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        asked.lock().unwrap().clone()
    }

    #[tokio::test]
    async fn of_secrets_only_metadata_is_asked_for() {
        let patience = Duration::from_secs(20);
        let asked = tokio::time::timeout(patience, accepted_by_resource())
            .await
            .unwrap();
        assert_eq!(asked.len(), 7, "{asked:?}");
        for (resource, accepted) in &asked {
            for accept in accepted {
                assert_eq!(
                    accept.contains("as=PartialObjectMetadata"),
                    resource == "secrets",
                    "{resource}: {accept}"
                );
            }
        }
    }

    #[tokio::test]
    async fn a_cache_that_never_fills_is_named_for_as_long_as_somebody_waits() {
        let (world, readiness) = (fixtures::world_without_answers(), Readiness::awaiting([]));
        let wait = world.0.is_complete(&readiness);
        let waited = tokio::time::timeout(Duration::from_millis(20), async {
            tokio::join!(wait, async {
                tokio::task::yield_now().await;
                assert_eq!(readiness.pending().len(), 7);
                assert!(
                    readiness
                        .pending()
                        .contains(&"first list of Secret".to_owned())
                );
            })
        });
        assert!(waited.await.is_err(), "nothing was seen");
        assert!(readiness.pending().is_empty());
    }

    #[test]
    fn the_cache_has_no_place_for_a_secrets_content() {
        let whole = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": TENANT_SECRET}, "data": {"url": "c2VjcmV0"}});
        let kept: PartialObjectMeta<Secret> = serde_json::from_value(whole).unwrap();
        let text = serde_json::to_string(&kept).unwrap();
        assert!(
            text.contains(TENANT_SECRET) && !text.contains("c2VjcmV0"),
            "{text}"
        );
        let _: &Store<PartialObjectMeta<Secret>> = &fixtures::world().secrets;
    }
}
