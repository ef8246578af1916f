//! Wake-up calls: who has to look again when something changes.

use dpo_crds::{DataSource, Organization, RetentionPolicy};
use futures::channel::mpsc::UnboundedSender;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::{
    ResourceExt,
    runtime::reflector::{ObjectRef, Store},
};

use super::watch::{Notice, Watched};
use crate::workload::SOURCE_UID;

/// Where wake-up calls go.
#[derive(Clone)]
pub struct Calls {
    pub organizations: UnboundedSender<ObjectRef<Organization>>,
    pub sources: UnboundedSender<ObjectRef<DataSource>>,
    pub policies: UnboundedSender<ObjectRef<RetentionPolicy>>,
    /// Objects that cannot be read.
    pub unreadable: UnboundedSender<Notice>,
}

/// Who has to look again when something changes: everything happens inside one namespace.
#[derive(Clone)]
pub struct Neighbourhood {
    pub organizations: Store<Organization>,
    pub sources: Store<DataSource>,
    pub calls: Calls,
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

    pub fn on_organization(&self) -> impl Fn(&ObjectMeta) + Send + 'static {
        let this = self.clone();
        move |object| {
            let namespace = object.namespace.clone().unwrap_or_default();
            let _ = this.calls.organizations.unbounded_send(named(object));
            this.call_organizations(&namespace);
            this.call_sources(&namespace);
        }
    }

    pub fn on_source(&self) -> impl Fn(&ObjectMeta) + Send + 'static {
        let this = self.clone();
        move |object| {
            let namespace = object.namespace.clone().unwrap_or_default();
            let _ = this.calls.sources.unbounded_send(named(object));
            this.call_sources(&namespace);
            this.call_organizations(&namespace);
        }
    }

    pub fn on_policy(&self) -> impl Fn(&ObjectMeta) + Send + 'static {
        let this = self.clone();
        move |object| {
            let namespace = object.namespace.clone().unwrap_or_default();
            let _ = this.calls.policies.unbounded_send(named(object));
            this.call_organizations(&namespace);
            this.call_sources(&namespace);
        }
    }

    pub fn on_child(&self) -> impl Fn(&ObjectMeta) + Send + 'static {
        let this = self.clone();
        move |object| {
            let namespace = object.namespace.as_deref().unwrap_or_default();
            for owner in object.owner_references.iter().flatten() {
                match owner.kind.as_str() {
                    "Organization" => drop(
                        this.calls
                            .organizations
                            .unbounded_send(ObjectRef::new(&owner.name).within(namespace)),
                    ),
                    "DataSource" => drop(
                        this.calls
                            .sources
                            .unbounded_send(ObjectRef::new(&owner.name).within(namespace)),
                    ),
                    _ => {}
                }
            }
        }
    }

    /// A CronJob's Jobs have the CronJob as their owner; their labels tell whose run it was.
    pub fn on_job(&self) -> impl Fn(&ObjectMeta) + Send + 'static {
        let this = self.clone();
        move |job| {
            let uid = job
                .labels
                .as_ref()
                .and_then(|labels| labels.get(SOURCE_UID));
            let namespace = job.namespace.as_deref().unwrap_or_default();
            let Some(uid) = uid else {
                return this.call_organizations(namespace);
            };
            match this
                .sources
                .find(|source| source.uid().as_ref() == Some(uid))
            {
                Some(source) => {
                    let source = ObjectRef::from_obj(&*source);
                    let _ = this.calls.sources.unbounded_send(source);
                }
                // One of the same name may wait for the name of this Job.
                None => this.call_sources(namespace),
            }
        }
    }

    pub fn on_secret(&self) -> impl Fn(&ObjectMeta) + Send + 'static {
        let this = self.clone();
        move |object| this.call_organizations(object.namespace.as_deref().unwrap_or_default())
    }
}

fn named<K: Watched>(object: &ObjectMeta) -> ObjectRef<K> {
    ObjectRef::new(object.name.as_deref().unwrap_or_default())
        .within(object.namespace.as_deref().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use futures::channel::mpsc::unbounded;
    use kube::runtime::{reflector, watcher::Event};

    use super::*;
    use crate::fixtures;

    #[test]
    fn the_end_of_a_job_of_a_former_source_wakes_those_that_are_there() {
        let (organizations, _of_organizations) = reflector::store();
        let (sources, mut of_sources) = reflector::store();
        of_sources.apply_watcher_event(&Event::Apply(fixtures::data_source()));
        let (to_organizations, mut organization_calls) = unbounded();
        let (to_sources, mut source_calls) = unbounded();
        let around = Neighbourhood {
            organizations,
            sources,
            calls: Calls {
                organizations: to_organizations,
                sources: to_sources,
                policies: unbounded().0,
                unreadable: unbounded().0,
            },
        };
        let mut called = |namespace: &str, uid: &str| {
            around.on_job()(&ObjectMeta {
                namespace: Some(namespace.into()),
                labels: Some(BTreeMap::from([(SOURCE_UID.into(), uid.into())])),
                ..ObjectMeta::default()
            });
            source_calls.try_recv().ok().map(|call| call.name)
        };
        let own = fixtures::data_source().uid().unwrap();
        let name = Some("first-ads".to_owned());
        assert_eq!(called("some-namespace", &own), name);
        assert_eq!(called("some-namespace", "uid-of-a-former-one"), name);
        assert_eq!(called("another-namespace", "uid-of-a-former-one"), None);
        assert!(organization_calls.try_recv().is_err());
    }
}
