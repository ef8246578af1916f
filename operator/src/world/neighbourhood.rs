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
            let Some(uid) = uid else {
                return this.call_organizations(job.namespace.as_deref().unwrap_or_default());
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

    pub fn on_secret(&self) -> impl Fn(&ObjectMeta) + Send + 'static {
        let this = self.clone();
        move |object| this.call_organizations(object.namespace.as_deref().unwrap_or_default())
    }
}

fn named<K: Watched>(object: &ObjectMeta) -> ObjectRef<K> {
    ObjectRef::new(object.name.as_deref().unwrap_or_default())
        .within(object.namespace.as_deref().unwrap_or_default())
}
