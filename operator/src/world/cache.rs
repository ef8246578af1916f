//! What the operator knows of one kind of custom resource: the objects that it could read, and those that exist although this release cannot read them,
//! such as ones of a later release. The second are unknown, and never taken for absent.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::runtime::reflector::{ObjectRef, Store};

use super::watch::Watched;

/// An object that exists and cannot be read.
#[derive(Clone, Debug)]
pub struct Unreadable {
    pub metadata: ObjectMeta,
    /// What does not fit.
    pub error: String,
}

impl Unreadable {
    /// The error in a length that fits into a sentence.
    pub fn shortened_error(&self) -> String {
        let error = self.error.trim_end_matches('.');
        error.chars().take(300).collect()
    }
}

/// What there is of a name.
#[derive(Debug)]
pub enum Found<K> {
    Absent,
    Unreadable(Arc<Unreadable>),
    There(Arc<K>),
}

/// Unreadable objects by their names.
pub type ByName<K> = HashMap<ObjectRef<K>, Arc<Unreadable>>;

/// The objects of one kind.
#[derive(Clone)]
pub struct Cache<K: Watched> {
    store: Store<K>,
    unreadable: Arc<RwLock<ByName<K>>>,
}

impl<K: Watched> Cache<K> {
    /// One that reads from this store.
    pub fn of(store: Store<K>) -> Self {
        Self {
            store,
            unreadable: Arc::default(),
        }
    }

    /// The readable ones alone.
    pub fn store(&self) -> &Store<K> {
        &self.store
    }

    /// The object of this name. An object on its way between the two is in both, so that it is found in a second look at the latest.
    pub fn find(&self, name: &str, namespace: &str) -> Found<K> {
        let key = ObjectRef::new(name).within(namespace);
        let readable = || self.store.get(&key).map(Found::There);
        let unreadable = || {
            self.read(|all| all.get(&key).cloned())
                .map(Found::Unreadable)
        };
        readable()
            .or_else(unreadable)
            .or_else(readable)
            .unwrap_or(Found::Absent)
    }

    /// Those of a namespace that could be read.
    pub fn readable_in(&self, namespace: &str) -> Vec<Arc<K>> {
        self.store
            .state_filter(|object| object.meta().namespace.as_deref() == Some(namespace))
    }

    /// Those of a namespace that could not.
    pub fn unreadable_in(&self, namespace: &str) -> Vec<Arc<Unreadable>> {
        self.read(|all| {
            let here = all
                .values()
                .filter(|found| found.metadata.namespace.as_deref() == Some(namespace));
            here.cloned().collect()
        })
    }

    /// Metadata of all that exist in a namespace, read or not, each once.
    pub fn metadata_in(&self, namespace: &str) -> Vec<ObjectMeta> {
        let unreadable = || {
            let found = self.unreadable_in(namespace);
            found.into_iter().map(|found| found.metadata.clone())
        };
        let before = unreadable();
        let readable = self.readable_in(namespace);
        let readable = readable.iter().map(|object| object.meta().clone());
        let by_uid: HashMap<_, _> = before
            .chain(readable)
            .chain(unreadable())
            .map(|metadata| (metadata.uid.clone(), metadata))
            .collect();
        by_uid.into_values().collect()
    }

    /// How many there are that cannot be read.
    pub fn count_unreadable(&self) -> usize {
        self.read(HashMap::len)
    }

    /// Looks at the unreadable ones.
    pub fn read<T>(&self, look: impl FnOnce(&ByName<K>) -> T) -> T {
        look(
            &self
                .unreadable
                .read()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }

    /// Changes which ones are unreadable.
    pub fn change<T>(&self, change: impl FnOnce(&mut ByName<K>) -> T) -> T {
        change(
            &mut self
                .unreadable
                .write()
                .unwrap_or_else(PoisonError::into_inner),
        )
    }
}
