//! Running the three controllers on shared caches, while this replica leads.

use std::{convert::Infallible, fmt::Debug, future::Future, hash::Hash, sync::Arc, time::Duration};

use dpo_crds::Reason;
use futures::{
    Stream, StreamExt,
    channel::mpsc::{UnboundedReceiver, unbounded},
};
use kube::{
    Resource,
    runtime::{
        controller::{Action, Config, applier},
        events::EventType,
        reflector::{Lookup, ObjectRef, Store},
    },
};
use tokio_util::sync::CancellationToken;

use crate::{
    conditions,
    context::Context,
    data_source, organization, retention_policy,
    serving::{Metrics, Readiness},
    status::Reported,
    world::{Cache, Calls, Notice, Watched, World},
};

/// Objects of one kind that are reconciled at once.
const CONCURRENCY: u16 = 4;
/// Changes that come in quick succession are looked at once.
const DEBOUNCE: Duration = Duration::from_millis(100);
const COUNT_EVERY: Duration = Duration::from_secs(15);
/// They are found by daily jobs.
const COUNT_RULES_EVERY: Duration = Duration::from_mins(5);

/// Watches and reconciles until `shutdown`, then lets running reconciles end. Dropping the future stops at once.
pub async fn run(
    client: &kube::Client,
    readiness: &Readiness,
    make_context: impl FnOnce(World) -> Context,
    shutdown: CancellationToken,
) {
    let (organizations, organization_calls) = unbounded();
    let (sources, source_calls) = unbounded();
    let (policies, policy_calls) = unbounded();
    let (unreadable, notices) = unbounded();
    let (world, mut watches) = World::watch(
        client,
        &Calls {
            organizations,
            sources,
            policies,
            unreadable,
        },
    );
    tokio::select! {
        () = shutdown.cancelled() => return,
        complete = world.is_complete(readiness) => if complete.is_err() {
            tracing::error!("a watch ended");
            return;
        },
    }
    let context = Arc::new(make_context(world.clone()));
    // It ends with the watches, also when the Lease is lost and this future dropped.
    watches.spawn(count(world.clone(), Arc::clone(&context.metrics)));
    watches.spawn(count_broken_rules(Arc::clone(&context)));
    watches.spawn(tell_unreadable(notices, Arc::clone(&context)));
    tokio::join!(
        control(
            world.organizations.store().clone(),
            organization_calls,
            organization::reconcile,
            &context,
            &shutdown
        ),
        control(
            world.sources.store().clone(),
            source_calls,
            data_source::reconcile,
            &context,
            &shutdown
        ),
        control(
            world.policies.store().clone(),
            policy_calls,
            retention_policy::reconcile,
            &context,
            &shutdown
        ),
    );
    drop(watches);
}

async fn control<K, F>(
    store: Store<K>,
    calls: impl Stream<Item = ObjectRef<K>> + Send + 'static,
    reconcile: impl FnMut(Arc<K>, Arc<Context>) -> F,
    context: &Arc<Context>,
    shutdown: &CancellationToken,
) where
    K: Resource<DynamicType = ()>
        + Lookup<DynamicType = ()>
        + Clone
        + Debug
        + Send
        + Sync
        + 'static,
    F: Future<Output = Result<Action, Infallible>> + Send + 'static,
    (): Hash,
{
    let queue = calls
        .map(Ok::<_, Infallible>)
        .take_until(shutdown.clone().cancelled_owned());
    let mut reconcile = reconcile;
    let boxed = move |object, context| Box::pin(reconcile(object, context));
    let config = Config::default()
        .concurrency(CONCURRENCY)
        .debounce(DEBOUNCE);
    // A reconcile decides itself when to try again, so that there is no error to decide about here.
    let never = |_: Arc<K>, error: &Infallible, _: Arc<Context>| match *error {};
    let results = applier(
        boxed,
        never,
        Arc::clone(context),
        store,
        Box::pin(queue),
        config,
    );
    results
        .for_each(|result| async move {
            if let Err(error) = result {
                tracing::debug!(%error, "an object was gone before its turn");
            }
        })
        .await;
}

/// Keeps the gauges of Ready and other objects.
async fn count(world: World, metrics: Arc<Metrics>) {
    loop {
        count_kind("organization", &world.organizations, &metrics);
        count_kind("data-source", &world.sources, &metrics);
        count_kind("retention-policy", &world.policies, &metrics);
        tokio::time::sleep(COUNT_EVERY).await;
    }
}

/// Keeps the gauge of broken rules; a count that fails leaves the last one.
async fn count_broken_rules(context: Arc<Context>) {
    loop {
        match context.tenancy.broken_rules().await {
            Ok(broken) => context.metrics.count_broken_rules(&broken),
            Err(error) => tracing::warn!(%error, "broken rules were not counted"),
        }
        tokio::time::sleep(COUNT_RULES_EVERY).await;
    }
}

/// An object that cannot be read has no reconcile that could say so.
async fn tell_unreadable(mut notices: UnboundedReceiver<Notice>, context: Arc<Context>) {
    while let Some(Notice { object, note }) = notices.next().await {
        let reason = Reason::Unreadable.as_str();
        context
            .tell_about(&object, EventType::Warning, reason, &note)
            .await;
    }
}

fn count_kind<K: Reported + Watched>(kind: &'static str, cache: &Cache<K>, metrics: &Metrics) {
    let all = cache.store().state();
    let is_ready = |object: &Arc<K>| {
        let mut status = object.status();
        conditions::holds(K::conditions(&mut status).0, dpo_crds::ConditionType::Ready)
    };
    let ready = all.iter().filter(|object| is_ready(object)).count();
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let unready = number(all.len() - ready);
    metrics.count_objects(
        kind,
        number(ready),
        unready,
        number(cache.count_unreadable()),
    );
}
