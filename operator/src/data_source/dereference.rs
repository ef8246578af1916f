//! What a DataSource depends on, read from the caches.

use std::sync::Arc;

use dpo_crds::{ConditionType, DataSource, Organization, Reason};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::ResourceExt;

use crate::{
    conditions,
    context::Context,
    error::Error,
    organization::{self, ValidOrganization, owner_of},
    world::{Found, World},
};

/// What is around one DataSource.
pub struct Surroundings {
    /// Its Organization, which owns the namespace and whose database is ready.
    pub organization: ValidOrganization,
    /// All living DataSources of the namespace.
    pub neighbours: Vec<Arc<DataSource>>,
    /// Those of which nobody knows what accounts they have.
    pub unreadable_neighbours: Vec<ObjectMeta>,
}

/// Reads them.
///
/// # Errors
/// The Organization is missing, being deleted, not ready itself, or cannot be read.
pub fn dereference(source: &DataSource, context: &Context) -> Result<Surroundings, Error> {
    let world = &context.world;
    let namespace = source.namespace().unwrap_or_default();
    let name = &source.spec.organization_ref.name;
    let organization = match world.organizations.find(name, &namespace) {
        Found::There(organization) => organization,
        Found::Unreadable(found) => return Err(Error::unreadable("Organization", name, &found)),
        Found::Absent => return Err(missing(name)),
    };
    let owns_namespace =
        owner_of(&namespace, world).is_some_and(|owner| owner.uid == organization.uid());
    check(&organization, owns_namespace)?;
    let around = organization::dereference(&organization, world)?;
    Ok(Surroundings {
        organization: organization::validate(&organization, &around, context.jobs.store.is_some())?,
        neighbours: neighbours(world, &namespace),
        unreadable_neighbours: unreadable_neighbours(world, &namespace),
    })
}

/// All living DataSources of a namespace.
pub fn neighbours(world: &World, namespace: &str) -> Vec<Arc<DataSource>> {
    let mut here = world.sources.readable_in(namespace);
    here.retain(|other| other.metadata.deletion_timestamp.is_none());
    here
}

fn unreadable_neighbours(world: &World, namespace: &str) -> Vec<ObjectMeta> {
    let here = world.sources.unreadable_in(namespace);
    here.iter().map(|found| found.metadata.clone()).collect()
}

fn missing(name: &str) -> Error {
    let message = format!(
        "The Organization {name} does not exist in this namespace. Create it, or create this DataSource where it is."
    );
    Error::Waiting(Reason::OrganizationMissing, message)
}

fn check(organization: &Organization, owns_namespace: bool) -> Result<(), Error> {
    let name = organization.name_any();
    if organization.metadata.deletion_timestamp.is_some() {
        let message =
            format!("The Organization {name} is being deleted; this DataSource stands still.");
        return Err(Error::Waiting(Reason::OrganizationMissing, message));
    }
    if !owns_namespace {
        let message = format!(
            "The Organization {name} does not own this namespace; see kubectl describe organization {name}."
        );
        return Err(Error::Waiting(Reason::NamespaceTaken, message));
    }
    let Some(status) = &organization.status else {
        let message = format!("The Organization {name} is being set up.");
        return Err(Error::Waiting(Reason::Pending, message));
    };
    if conditions::holds(&status.conditions, ConditionType::DatabaseReady) {
        return Ok(());
    }
    let why = conditions::of(&status.conditions, ConditionType::DatabaseReady)
        .map(|condition| condition.message.clone());
    let message = format!(
        "The database of the Organization {name} is not ready: {}",
        why.unwrap_or_default()
    );
    Err(Error::Waiting(Reason::OrganizationNotReady, message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    #[tokio::test]
    async fn an_organization_that_cannot_be_read_is_not_missing() {
        let context = fixtures::context(404);
        let source = fixtures::data_source();
        let reason = || dereference(&source, &context).err().unwrap().verdict();
        assert_eq!(reason().reason, Reason::OrganizationMissing);
        let metadata = fixtures::organization().metadata;
        fixtures::make_unreadable(&context.world.organizations, metadata);
        let verdict = reason();
        assert_eq!(verdict.reason, Reason::Unreadable);
        for words in [
            "Organization simple-shop",
            "stays as it is",
            "Install the release",
        ] {
            assert!(verdict.message.contains(words), "{}", verdict.message);
        }
    }

    #[test]
    fn an_organization_must_live_own_its_namespace_and_have_its_database() {
        let ready = fixtures::ready_organization();
        assert!(check(&ready, true).is_ok());
        assert!(check(&ready, false).is_err());
        assert!(check(&fixtures::organization(), true).is_err());
        let mut leaving = ready;
        leaving.metadata.deletion_timestamp = leaving.metadata.creation_timestamp.clone();
        assert_eq!(
            check(&leaving, true).unwrap_err().verdict().reason,
            Reason::OrganizationMissing
        );
    }
}
