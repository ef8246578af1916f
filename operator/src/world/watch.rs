//! One watch and one cache of a kind.

use std::{collections::HashMap, fmt::Debug, sync::Arc};

use dpo_crds::{DataSource, Organization};
use futures::{Stream, StreamExt, TryStreamExt, channel::mpsc::UnboundedSender};
use k8s_openapi::{
    api::{batch::v1::Job, core::v1::ObjectReference},
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
};
use kube::{
    Api, Client, Resource,
    core::{DeserializeGuard, PartialObjectMeta, error_boundary::InvalidObject},
    runtime::{
        WatchStreamExt,
        reflector::{self, ObjectRef, store::Writer},
        watcher::{self, Event},
    },
};
use serde::de::DeserializeOwned;
use tokio::task::JoinSet;

use super::cache::{ByName, Cache, Unreadable};
use crate::{additions, status::Reported};

/// A kind that can be watched in all namespaces.
pub trait Watched:
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

/// An object that cannot be read, for an event.
#[derive(Debug)]
pub struct Notice {
    pub object: ObjectReference,
    pub note: String,
}

/// Keeps what a watch tells in a cache, and says whose neighbours have to look again.
pub struct Keeper<K: Watched> {
    cache: Cache<K>,
    writer: Writer<K>,
    trim: fn(&mut K),
    notices: UnboundedSender<Notice>,
    /// During a list: all that were there before it or are named in it. What went while nobody watched is told by nothing else.
    concerned: HashMap<ObjectRef<K>, ObjectMeta>,
    /// During a list: what could not be read of it.
    unreadable: ByName<K>,
}

impl<K: Watched> Keeper<K> {
    /// With an empty cache.
    pub fn new(trim: fn(&mut K), notices: UnboundedSender<Notice>) -> Self {
        let (store, writer) = reflector::store();
        Self {
            cache: Cache::of(store),
            writer,
            trim,
            notices,
            concerned: HashMap::new(),
            unreadable: HashMap::new(),
        }
    }

    /// What it keeps.
    pub fn cache(&self) -> Cache<K> {
        self.cache.clone()
    }

    /// Takes a change in, and gives what changed. One object that cannot be read ends neither the watch nor its own existence: it moves from the readable
    /// ones to the others, at no moment in none of both.
    pub fn take(&mut self, event: Event<DeserializeGuard<K>>) -> Vec<ObjectMeta> {
        match event {
            Event::Init => self.begin_list(),
            Event::InitApply(DeserializeGuard(object)) => self.list(object),
            Event::InitDone => return self.end_list(),
            Event::Apply(DeserializeGuard(object)) => return vec![self.apply(object)],
            Event::Delete(guard) => return vec![self.delete(guard.meta())],
        }
        Vec::new()
    }

    fn begin_list(&mut self) {
        let readable = self.cache.store().state();
        let readable = readable.iter().map(|object| object.meta().clone());
        let unreadable = self.cache.read(|all| {
            let metadata = all.values().map(|found| found.metadata.clone());
            metadata.collect::<Vec<_>>()
        });
        self.concerned = readable
            .chain(unreadable)
            .map(|metadata| (key(&metadata), metadata))
            .collect();
        self.unreadable.clear();
        self.writer.apply_watcher_event(&Event::Init);
    }

    fn list(&mut self, object: Result<K, InvalidObject>) {
        let metadata = match object {
            Ok(object) => {
                let object = self.trimmed(object);
                let metadata = object.meta().clone();
                self.writer.apply_watcher_event(&Event::InitApply(object));
                metadata
            }
            Err(invalid) => {
                let metadata = invalid.metadata.clone();
                let found = self.noticed(invalid);
                self.unreadable.insert(key(&metadata), found);
                metadata
            }
        };
        self.concerned.insert(key(&metadata), metadata);
    }

    fn end_list(&mut self) -> Vec<ObjectMeta> {
        let unreadable = std::mem::take(&mut self.unreadable);
        self.cache.change(|all| all.extend(unreadable.clone()));
        self.writer.apply_watcher_event(&Event::InitDone);
        self.cache.change(|all| *all = unreadable);
        std::mem::take(&mut self.concerned).into_values().collect()
    }

    fn apply(&mut self, object: Result<K, InvalidObject>) -> ObjectMeta {
        match object {
            Ok(object) => {
                let object = self.trimmed(object);
                let metadata = object.meta().clone();
                self.writer.apply_watcher_event(&Event::Apply(object));
                self.cache.change(|all| all.remove(&key(&metadata)));
                metadata
            }
            Err(invalid) => {
                let metadata = invalid.metadata.clone();
                let found = self.noticed(invalid);
                self.cache.change(|all| all.insert(key(&metadata), found));
                self.remove_readable(&metadata);
                metadata
            }
        }
    }

    fn delete(&mut self, metadata: &ObjectMeta) -> ObjectMeta {
        self.remove_readable(metadata);
        self.cache.change(|all| all.remove(&key(metadata)));
        metadata.clone()
    }

    /// What was once read of an object must not count when the object is another by now.
    fn remove_readable(&mut self, metadata: &ObjectMeta) {
        if let Some(former) = self.cache.store().get(&key(metadata)) {
            let event = Event::Delete(K::clone(&former));
            self.writer.apply_watcher_event(&event);
        }
    }

    fn trimmed(&self, mut object: K) -> K {
        (self.trim)(&mut object);
        object
    }

    /// Tells of an object that cannot be read, once for each version of it.
    fn noticed(&self, InvalidObject { error, metadata }: InvalidObject) -> Arc<Unreadable> {
        let version = metadata.resource_version.clone();
        let known = self.cache.read(|all| all.get(&key(&metadata)).cloned());
        let is_known = known.is_some_and(|known| known.metadata.resource_version == version);
        let found = Unreadable { metadata, error };
        if !is_known {
            let (kind, Unreadable { metadata, error }) = (<K as Resource>::kind(&()), &found);
            let (namespace, name) = (&metadata.namespace, &metadata.name);
            tracing::error!(%kind, namespace, name, error, "an object cannot be read; what there is of it stays as it is");
            // Nobody listens any more where the operator is ending.
            let _ = self.notices.unbounded_send(notice::<K>(&found));
        }
        Arc::new(found)
    }
}

fn notice<K: Watched>(found: &Unreadable) -> Notice {
    let metadata = found.metadata.clone();
    Notice {
        object: ObjectReference {
            api_version: Some(<K as Resource>::api_version(&()).into_owned()),
            kind: Some(<K as Resource>::kind(&()).into_owned()),
            namespace: metadata.namespace,
            name: metadata.name,
            uid: metadata.uid,
            resource_version: metadata.resource_version,
            field_path: None,
        },
        note: format!(
            "This release of the operator cannot read the object: {}. Everything that was made of it stays as it is. Install the release that the object was written for, or correct it.",
            found.shortened_error()
        ),
    }
}

fn key<K: Watched>(metadata: &ObjectMeta) -> ObjectRef<K> {
    ObjectRef::new(metadata.name.as_deref().unwrap_or_default())
        .within(metadata.namespace.as_deref().unwrap_or_default())
}

/// Watches a kind, keeps it, and calls on every change.
pub fn watch<K: Watched>(
    tasks: &mut JoinSet<()>,
    client: &Client,
    config: watcher::Config,
    keeper: Keeper<K>,
    call: impl Fn(&ObjectMeta) + Send + 'static,
) {
    let api = Api::<DeserializeGuard<K>>::all(client.clone());
    let events = kube::runtime::watcher(api, config).default_backoff();
    tasks.spawn(follow(events, keeper, call));
}

/// Asks the API server for metadata alone, so that the rest never leaves it. Metadata can always be read: a guard is not needed, and one would ask for
/// whole objects, since it hides from the client what it guards.
pub fn watch_metadata<K>(
    tasks: &mut JoinSet<()>,
    client: &Client,
    config: watcher::Config,
    keeper: Keeper<PartialObjectMeta<K>>,
    call: impl Fn(&ObjectMeta) + Send + 'static,
) where
    K: Resource<DynamicType = ()> + Send + Sync + 'static,
    PartialObjectMeta<K>: Watched,
{
    let api = Api::<PartialObjectMeta<K>>::all(client.clone());
    let events = kube::runtime::watcher(api, config).default_backoff();
    tasks.spawn(follow(events.map_ok(guarded), keeper, call));
}

fn guarded<K>(event: Event<K>) -> Event<DeserializeGuard<K>> {
    let guard = |object| DeserializeGuard(Ok(object));
    match event {
        Event::Init => Event::Init,
        Event::InitDone => Event::InitDone,
        Event::InitApply(object) => Event::InitApply(guard(object)),
        Event::Apply(object) => Event::Apply(guard(object)),
        Event::Delete(object) => Event::Delete(guard(object)),
    }
}

async fn follow<K: Watched>(
    events: impl Stream<Item = watcher::Result<Event<DeserializeGuard<K>>>> + Send,
    mut keeper: Keeper<K>,
    call: impl Fn(&ObjectMeta) + Send,
) {
    let mut events = std::pin::pin!(events);
    while let Some(event) = events.next().await {
        match event {
            Ok(event) => keeper.take(event).iter().for_each(&call),
            // The stream goes on by itself.
            Err(error) => {
                tracing::warn!(kind = %<K as Resource>::kind(&()), %error, "a watch was interrupted");
            }
        }
    }
}

/// Leaves an object as it is.
pub fn whole<K>(_: &mut K) {}

/// Nothing here looks at managed fields of these kinds.
pub fn slim<K: Resource>(object: &mut K) {
    object.meta_mut().managed_fields = None;
}

/// Of what we keep as it should be, what others manage is needed.
pub fn slim_child<K: Resource>(object: &mut K) {
    additions::keep_others(object, &[Organization::MANAGER, DataSource::MANAGER]);
}

/// Of a Job only who it is and how it ended is kept: there is one for each run.
pub fn slim_job(job: &mut Job) {
    slim(job);
    job.spec = None;
}

#[cfg(test)]
mod tests {
    use futures::channel::mpsc::{UnboundedReceiver, unbounded};
    use serde_json::{Value, json};

    use super::*;
    use crate::{fixtures, world::Found};

    fn guard(json: &Value) -> DeserializeGuard<DataSource> {
        serde_json::from_value(json.clone()).expect("metadata is enough")
    }

    fn readable(name: &str) -> Value {
        let mut json = serde_json::to_value(fixtures::data_source()).unwrap();
        json["metadata"]["name"] = name.into();
        json["metadata"]["uid"] = format!("uid-of-{name}").into();
        json["metadata"]["resourceVersion"] = "1".into();
        json
    }

    fn unreadable(name: &str) -> Value {
        let mut json = readable(name);
        json["spec"]["organizationRef"] = "a name in the form of a later release".into();
        json["metadata"]["resourceVersion"] = "2".into();
        json
    }

    fn keeper() -> (Keeper<DataSource>, UnboundedReceiver<Notice>) {
        let (sender, notices) = unbounded();
        (Keeper::new(slim, sender), notices)
    }

    fn listed(keeper: &mut Keeper<DataSource>, objects: &[Value]) -> Vec<String> {
        keeper.take(Event::Init);
        for object in objects {
            assert!(keeper.take(Event::InitApply(guard(object))).is_empty());
        }
        names(keeper.take(Event::InitDone))
    }

    fn names(concerned: Vec<ObjectMeta>) -> Vec<String> {
        let mut names: Vec<String> = concerned.into_iter().filter_map(|it| it.name).collect();
        names.sort();
        names
    }

    /// What the cache says of a name: nothing, unreadable, there.
    fn found(keeper: &Keeper<DataSource>, name: &str) -> &'static str {
        match keeper.cache.find(name, "some-namespace") {
            Found::Absent => "nothing",
            Found::Unreadable(_) => "unreadable",
            Found::There(_) => "there",
        }
    }

    #[test]
    fn an_unreadable_object_of_the_first_list_is_unknown_and_the_others_are_seen() {
        let (mut keeper, _notices) = keeper();
        let concerned = listed(&mut keeper, &[readable("a"), unreadable("b")]);
        assert_eq!(concerned, ["a", "b"]);
        assert_eq!(
            ["a", "b", "c"].map(|name| found(&keeper, name)),
            ["there", "unreadable", "nothing"]
        );
        let mut uids: Vec<_> = keeper.cache.metadata_in("some-namespace");
        uids.sort_by_key(|metadata| metadata.uid.clone());
        assert_eq!(names(uids), ["a", "b"]);
        assert!(keeper.cache.metadata_in("another-namespace").is_empty());
    }

    #[test]
    fn what_becomes_unreadable_is_no_longer_read_in_its_old_form_until_it_heals_or_goes() {
        let (mut keeper, _notices) = keeper();
        listed(&mut keeper, &[readable("a")]);
        let wakes = keeper.take(Event::Apply(guard(&unreadable("a"))));
        assert_eq!(
            (names(wakes), found(&keeper, "a")),
            (vec!["a".into()], "unreadable")
        );
        assert!(keeper.cache.store().is_empty());
        let wakes = keeper.take(Event::Apply(guard(&readable("a"))));
        assert_eq!(
            (names(wakes), found(&keeper, "a")),
            (vec!["a".into()], "there")
        );
        assert_eq!(keeper.cache.count_unreadable(), 0);
        for last in [readable("a"), unreadable("a")] {
            keeper.take(Event::Apply(guard(&last)));
            let wakes = keeper.take(Event::Delete(guard(&last)));
            assert_eq!(
                (names(wakes), found(&keeper, "a")),
                (vec!["a".into()], "nothing")
            );
        }
        // What was read last goes also with an end that cannot be read.
        keeper.take(Event::Apply(guard(&readable("a"))));
        keeper.take(Event::Delete(guard(&unreadable("a"))));
        assert_eq!(found(&keeper, "a"), "nothing");
    }

    #[test]
    fn a_later_list_replaces_everything_and_wakes_also_for_what_went_meanwhile() {
        let (mut keeper, _notices) = keeper();
        listed(
            &mut keeper,
            &[
                readable("went"),
                readable("broke"),
                unreadable("healed"),
                unreadable("gone"),
            ],
        );
        keeper.take(Event::Init);
        for object in [unreadable("broke"), readable("healed"), readable("new")] {
            keeper.take(Event::InitApply(guard(&object)));
        }
        let all = ["went", "broke", "healed", "gone", "new"];
        assert_eq!(
            all.map(|name| found(&keeper, name)),
            ["there", "there", "unreadable", "unreadable", "nothing"],
            "a list counts when it is complete"
        );
        let concerned = names(keeper.take(Event::InitDone));
        assert_eq!(concerned, ["broke", "gone", "healed", "new", "went"]);
        assert_eq!(
            all.map(|name| found(&keeper, name)),
            ["nothing", "unreadable", "there", "nothing", "there"]
        );
    }

    #[test]
    fn each_version_that_cannot_be_read_is_told_once() {
        let (mut keeper, mut notices) = keeper();
        let mut told = || std::iter::from_fn(|| notices.try_recv().ok()).collect::<Vec<_>>();
        listed(&mut keeper, &[readable("a"), unreadable("b")]);
        let first = told();
        assert_eq!(first.len(), 1);
        let object = &first[0].object;
        assert_eq!(
            (object.kind.as_deref(), object.name.as_deref()),
            (Some("DataSource"), Some("b"))
        );
        assert!(first[0].note.contains("later release"), "{}", first[0].note);
        listed(&mut keeper, &[unreadable("b")]);
        keeper.take(Event::Apply(guard(&unreadable("b"))));
        assert!(told().is_empty());
        let mut changed = unreadable("b");
        changed["metadata"]["resourceVersion"] = json!("3");
        keeper.take(Event::Apply(guard(&changed)));
        assert_eq!(told().len(), 1);
    }
}
