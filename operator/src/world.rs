//! What the operator sees of the cluster: one watch and one cache a kind, shared by all controllers, and the wake-up calls that follow from changes.

use std::fmt::Debug;

use dpo_crds::{DataSource, Organization, RetentionPolicy};
use futures::{Stream, StreamExt, channel::mpsc::UnboundedSender};
use k8s_openapi::api::{
    batch::v1::{CronJob, Job},
    core::v1::Secret,
    networking::v1::NetworkPolicy,
};
use kube::{
    Api, Client, Resource, ResourceExt,
    core::{DeserializeGuard, PartialObjectMeta, error_boundary::InvalidObject},
    runtime::{
        WatchStreamExt,
        reflector::{self, ObjectRef, Store},
        watcher::{self, Event},
    },
};
use serde::de::DeserializeOwned;
use tokio::task::JoinSet;

use crate::{
    additions,
    serving::Readiness,
    status::Reported,
    workload::{MANAGED_BY, SOURCE_UID, TENANT_SECRET},
};

/// The caches.
#[derive(Clone)]
pub struct World {
    pub organizations: Store<Organization>,
    pub sources: Store<DataSource>,
    pub policies: Store<RetentionPolicy>,
    pub cron_jobs: Store<CronJob>,
    pub network_policies: Store<NetworkPolicy>,
    pub jobs: Store<Job>,
    /// Metadata of the Secrets of our one name; their content is never read.
    pub secrets: Store<PartialObjectMeta<Secret>>,
}

/// Where wake-up calls go.
#[derive(Clone)]
pub struct Calls {
    pub organizations: UnboundedSender<ObjectRef<Organization>>,
    pub sources: UnboundedSender<ObjectRef<DataSource>>,
    pub policies: UnboundedSender<ObjectRef<RetentionPolicy>>,
}

impl World {
    /// Begins to watch. The caches fill while the tasks of the set run.
    pub fn watch(client: &Client, calls: &Calls) -> (Self, JoinSet<()>) {
        let ours = watcher::Config::default()
            .labels(&format!("app.kubernetes.io/managed-by={MANAGED_BY}"));
        let secrets = watcher::Config::default().fields(&format!("metadata.name={TENANT_SECRET}"));
        let all = watcher::Config::default;
        let mut tasks = JoinSet::new();
        let organizations_calls = calls.clone();
        let (organizations, organization_writer) = reflector::store();
        let (sources, source_writer) = reflector::store();
        let (policies, policy_writer) = reflector::store();
        let neighbourhood = Neighbourhood {
            organizations: organizations.clone(),
            sources: sources.clone(),
            calls: organizations_calls,
        };
        let world = Self {
            organizations,
            sources,
            policies,
            cron_jobs: watch(
                &mut tasks,
                client,
                ours.clone(),
                slim_child,
                neighbourhood.on_child(),
            ),
            network_policies: watch(
                &mut tasks,
                client,
                ours.clone(),
                slim_child,
                neighbourhood.on_child(),
            ),
            jobs: watch(&mut tasks, client, ours, slim_job, neighbourhood.on_job()),
            secrets: watch_metadata(&mut tasks, client, secrets, neighbourhood.on_secret()),
        };
        watch_into(
            &mut tasks,
            client,
            all(),
            slim,
            neighbourhood.on_organization(),
            organization_writer,
        );
        watch_into(
            &mut tasks,
            client,
            all(),
            slim,
            neighbourhood.on_source(),
            source_writer,
        );
        watch_into(
            &mut tasks,
            client,
            all(),
            slim,
            neighbourhood.on_policy(),
            policy_writer,
        );
        (world, tasks)
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
            seen(&self.organizations, readiness),
            seen(&self.sources, readiness),
            seen(&self.policies, readiness),
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

/// Who has to look again when something changes: everything happens inside one namespace.
#[derive(Clone)]
struct Neighbourhood {
    organizations: Store<Organization>,
    sources: Store<DataSource>,
    calls: Calls,
}

impl Neighbourhood {
    fn call_organizations(&self, namespace: &str) {
        for organization in self
            .organizations
            .state_filter(|object| object.namespace().as_deref() == Some(namespace))
        {
            // A closed queue is that of a controller which is ending.
            let _ = self
                .calls
                .organizations
                .unbounded_send(ObjectRef::from_obj(&*organization));
        }
    }

    fn call_sources(&self, namespace: &str) {
        for source in self
            .sources
            .state_filter(|object| object.namespace().as_deref() == Some(namespace))
        {
            let _ = self
                .calls
                .sources
                .unbounded_send(ObjectRef::from_obj(&*source));
        }
    }

    fn on_organization(&self) -> impl Fn(&Organization) + Send + 'static {
        let this = self.clone();
        move |object| {
            let _ = this
                .calls
                .organizations
                .unbounded_send(ObjectRef::from_obj(object));
            let namespace = object.namespace().unwrap_or_default();
            this.call_organizations(&namespace);
            this.call_sources(&namespace);
        }
    }

    fn on_source(&self) -> impl Fn(&DataSource) + Send + 'static {
        let this = self.clone();
        move |object| {
            let _ = this
                .calls
                .sources
                .unbounded_send(ObjectRef::from_obj(object));
            let namespace = object.namespace().unwrap_or_default();
            this.call_sources(&namespace);
            this.call_organizations(&namespace);
        }
    }

    fn on_policy(&self) -> impl Fn(&RetentionPolicy) + Send + 'static {
        let this = self.clone();
        move |object| {
            let _ = this
                .calls
                .policies
                .unbounded_send(ObjectRef::from_obj(object));
            let namespace = object.namespace().unwrap_or_default();
            this.call_organizations(&namespace);
            this.call_sources(&namespace);
        }
    }

    fn on_child<K: Resource<DynamicType = ()>>(&self) -> impl Fn(&K) + Send + 'static {
        let this = self.clone();
        move |object| {
            let namespace = object.meta().namespace.clone().unwrap_or_default();
            for owner in object.owner_references() {
                match owner.kind.as_str() {
                    "Organization" => drop(
                        this.calls
                            .organizations
                            .unbounded_send(ObjectRef::new(&owner.name).within(&namespace)),
                    ),
                    "DataSource" => drop(
                        this.calls
                            .sources
                            .unbounded_send(ObjectRef::new(&owner.name).within(&namespace)),
                    ),
                    _ => {}
                }
            }
        }
    }

    /// A CronJob's Jobs have the CronJob as their owner; their labels tell whose run it was.
    fn on_job(&self) -> impl Fn(&Job) + Send + 'static {
        let this = self.clone();
        move |job| {
            let namespace = job.namespace().unwrap_or_default();
            let Some(uid) = job.labels().get(SOURCE_UID) else {
                return this.call_organizations(&namespace);
            };
            if let Some(source) = this
                .sources
                .find(|source| source.uid().as_ref() == Some(uid))
            {
                let _ = this
                    .calls
                    .sources
                    .unbounded_send(ObjectRef::from_obj(&*source));
            }
        }
    }

    fn on_secret(&self) -> impl Fn(&PartialObjectMeta<Secret>) + Send + 'static {
        let this = self.clone();
        move |object| this.call_organizations(&object.namespace().unwrap_or_default())
    }
}

/// A kind that can be watched in all namespaces.
trait Watched:
    Resource<DynamicType = ()>
    + reflector::Lookup<DynamicType = ()>
    + Clone
    + Debug
    + DeserializeOwned
    + Send
    + Sync
    + 'static
{
}
impl<K> Watched for K where
    K: Resource<DynamicType = ()>
        + reflector::Lookup<DynamicType = ()>
        + Clone
        + Debug
        + DeserializeOwned
        + Send
        + Sync
        + 'static
{
}

fn watch<K: Watched>(
    tasks: &mut JoinSet<()>,
    client: &Client,
    config: watcher::Config,
    trim: fn(&mut K),
    call: impl Fn(&K) + Send + 'static,
) -> Store<K> {
    let (store, writer) = reflector::store();
    watch_into(tasks, client, config, trim, call, writer);
    store
}

fn watch_into<K: Watched>(
    tasks: &mut JoinSet<()>,
    client: &Client,
    config: watcher::Config,
    trim: fn(&mut K),
    call: impl Fn(&K) + Send + 'static,
    writer: reflector::store::Writer<K>,
) {
    let api = Api::<DeserializeGuard<K>>::all(client.clone());
    let events = kube::runtime::watcher(api, config)
        .default_backoff()
        .filter_map(async |event| event.map(readable).transpose())
        .modify(trim);
    tasks.spawn(follow(events, call, writer));
}

/// Asks the API server for metadata alone, so that the rest never leaves it. Metadata can always be read: a guard is not needed, and one would ask for
/// whole objects, since it hides from the client what it guards.
fn watch_metadata<K>(
    tasks: &mut JoinSet<()>,
    client: &Client,
    config: watcher::Config,
    call: impl Fn(&PartialObjectMeta<K>) + Send + 'static,
) -> Store<PartialObjectMeta<K>>
where
    K: Resource<DynamicType = ()> + Send + Sync + 'static,
    PartialObjectMeta<K>: Watched,
{
    let (store, writer) = reflector::store();
    let api = Api::<PartialObjectMeta<K>>::all(client.clone());
    let events = kube::runtime::watcher(api, config).default_backoff();
    tasks.spawn(follow(events, call, writer));
    store
}

/// Keeps a cache, and calls on every change.
async fn follow<K: Watched>(
    events: impl Stream<Item = watcher::Result<Event<K>>> + Send,
    call: impl Fn(&K) + Send,
    writer: reflector::store::Writer<K>,
) {
    let mut events = std::pin::pin!(events.reflect(writer));
    while let Some(event) = events.next().await {
        match event {
            Ok(Event::Apply(object) | Event::InitApply(object) | Event::Delete(object)) => {
                call(&object);
            }
            Ok(Event::Init | Event::InitDone) => {}
            // The stream goes on by itself.
            Err(error) => {
                tracing::warn!(kind = %<K as Resource>::kind(&()), %error, "a watch was interrupted");
            }
        }
    }
}

/// One object that this version cannot read, such as one of a later release, must not end the watch of all others. What was
/// read of it before stays until the operator restarts; then it counts as absent.
fn readable<K: Watched>(event: Event<DeserializeGuard<K>>) -> Option<Event<K>> {
    match event {
        Event::Init => Some(Event::Init),
        Event::InitDone => Some(Event::InitDone),
        Event::InitApply(object) => read(object).map(Event::InitApply),
        Event::Apply(object) => read(object).map(Event::Apply),
        Event::Delete(object) => read(object).map(Event::Delete),
    }
}

fn read<K: Watched>(DeserializeGuard(object): DeserializeGuard<K>) -> Option<K> {
    let tell = |unreadable: &InvalidObject| {
        tracing::error!(
            kind = %<K as Resource>::kind(&()),
            namespace = unreadable.metadata.namespace,
            name = unreadable.metadata.name,
            error = unreadable.error,
            "an object cannot be read and is passed over; correct it or install the release of dpo that knows it",
        );
    };
    object.inspect_err(tell).ok()
}

/// Nothing here looks at managed fields of these kinds.
fn slim<K: Resource>(object: &mut K) {
    object.meta_mut().managed_fields = None;
}

/// Of what we keep as it should be, what others manage is needed.
fn slim_child<K: Resource>(object: &mut K) {
    additions::keep_others(object, &[Organization::MANAGER, DataSource::MANAGER]);
}

/// Of a Job only who it is and how it ended is kept: there is one for each run.
fn slim_job(job: &mut Job) {
    slim(job);
    job.spec = None;
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
        let calls = Calls {
            organizations,
            sources,
            policies,
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

    fn guarded(json: serde_json::Value) -> DeserializeGuard<DataSource> {
        serde_json::from_value(json).expect("metadata is enough")
    }

    #[test]
    fn an_unreadable_object_is_passed_over_and_the_others_are_seen() {
        let source = fixtures::data_source();
        let mut json = serde_json::to_value(&source).unwrap();
        let seen = readable(Event::InitApply(guarded(json.clone())));
        assert!(matches!(seen, Some(Event::InitApply(found)) if found == source));
        json["spec"]["organizationRef"] = "a name in the form of a later release".into();
        assert!(readable(Event::InitApply(guarded(json.clone()))).is_none());
        assert!(readable(Event::Delete(guarded(json))).is_none());
    }
}
