//! One watch and one cache of a kind.

use std::fmt::Debug;

use dpo_crds::{DataSource, Organization};
use futures::{Stream, StreamExt};
use k8s_openapi::api::batch::v1::Job;
use kube::{
    Api, Client, Resource,
    core::{DeserializeGuard, PartialObjectMeta, error_boundary::InvalidObject},
    runtime::{
        WatchStreamExt,
        reflector::{self, Store},
        watcher::{self, Event},
    },
};
use serde::de::DeserializeOwned;
use tokio::task::JoinSet;

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

pub fn watch<K: Watched>(
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

pub fn watch_into<K: Watched>(
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
pub fn watch_metadata<K>(
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
    use super::*;
    use crate::fixtures;

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
