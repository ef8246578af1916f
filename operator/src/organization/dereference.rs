//! What an Organization depends on, read from the caches.

use std::sync::Arc;

use dpo_crds::{Organization, Reason, RetentionPolicy};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::ObjectMeta;
use kube::ResourceExt;

use crate::{
    error::Error,
    world::{Found, World},
};

/// What is around one Organization.
#[derive(Debug, Default)]
pub struct Surroundings {
    /// The policy that it names, if that exists.
    pub policy: Option<Arc<RetentionPolicy>>,
}

impl Surroundings {
    /// Whether the policy orders a legal hold, whatever else it says.
    pub fn holds(&self) -> bool {
        let policy = self.policy.as_ref();
        policy.is_some_and(|policy| policy.spec.legal_hold)
    }
}

/// Reads them.
///
/// # Errors
/// An older Organization has this namespace, or the policy cannot be read.
pub fn dereference(organization: &Organization, world: &World) -> Result<Surroundings, Error> {
    let namespace = organization.namespace().unwrap_or_default();
    let owner = owner_of(&namespace, world);
    if let Some(owner) = owner.filter(|owner| owner.uid != organization.uid()) {
        return Err(namespace_taken(&owner));
    }
    let policy = named_policy(organization, world)?;
    Ok(Surroundings {
        policy: policy.filter(|policy| policy.metadata.deletion_timestamp.is_none()),
    })
}

/// The policy that an Organization names, also one that is being deleted.
///
/// # Errors
/// It exists and cannot be read: nobody knows whether it orders a legal hold, and what it lets jobs purge.
pub fn named_policy(
    organization: &Organization,
    world: &World,
) -> Result<Option<Arc<RetentionPolicy>>, Error> {
    let Some(reference) = &organization.spec.retention_policy_ref else {
        return Ok(None);
    };
    let namespace = organization.namespace().unwrap_or_default();
    match world.policies.find(&reference.name, &namespace) {
        Found::Absent => Ok(None),
        Found::There(policy) => Ok(Some(policy)),
        Found::Unreadable(found) => Err(Error::unreadable(
            "RetentionPolicy",
            &reference.name,
            &found,
        )),
    }
}

/// The Organization that owns a namespace, whether it can be read or not.
pub fn owner_of(namespace: &str, world: &World) -> Option<ObjectMeta> {
    oldest(world.organizations.metadata_in(namespace))
}

/// The one made first, and of two of the same second the one with the lower UID.
fn oldest(organizations: Vec<ObjectMeta>) -> Option<ObjectMeta> {
    organizations.into_iter().min_by_key(|organization| {
        let created = organization.creation_timestamp.as_ref();
        (created.map(|time| time.0), organization.uid.clone())
    })
}

fn namespace_taken(owner: &ObjectMeta) -> Error {
    let name = owner.name.as_deref().unwrap_or_default();
    let message = if owner.deletion_timestamp.is_some() {
        format!(
            "The Organization {name} of this namespace is still being deleted; this one begins when it is gone."
        )
    } else {
        format!(
            "The Organization {name} already owns this namespace. Delete this one, and create it in a namespace of its own."
        )
    };
    Error::Waiting(Reason::NamespaceTaken, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures;

    #[test]
    fn the_oldest_owns_the_namespace_and_equal_ages_are_decided_by_uid() {
        let made = |uid: &str, time: &str| {
            let mut organization = fixtures::organization();
            organization.metadata.uid = Some(uid.into());
            organization.metadata.creation_timestamp =
                Some(serde_json::from_value(time.into()).unwrap());
            organization.metadata
        };
        let all = [
            made("c", "2026-11-23T01:00:01Z"),
            made("b", "2026-11-23T01:00:00Z"),
            made("a", "2026-11-23T01:00:00Z"),
        ];
        let oldest = oldest(all.to_vec()).and_then(|oldest| oldest.uid);
        assert_eq!(oldest.as_deref(), Some("a"));
    }

    #[test]
    fn an_older_organization_that_cannot_be_read_still_owns_its_namespace() {
        let younger = fixtures::organization();
        let mut older = younger.metadata.clone();
        older.name = Some("of-a-later-release".into());
        older.uid = Some("uid-of-the-older".into());
        older.creation_timestamp =
            Some(serde_json::from_value("2026-11-22T00:00:00Z".into()).unwrap());
        let world = fixtures::world();
        assert!(dereference(&younger, &world).is_ok());
        fixtures::make_unreadable(&world.organizations, older);
        let verdict = dereference(&younger, &world).unwrap_err().verdict();
        assert_eq!(verdict.reason, Reason::NamespaceTaken);
        assert!(
            verdict.message.contains("of-a-later-release"),
            "{}",
            verdict.message
        );
    }

    #[test]
    fn a_policy_that_cannot_be_read_is_neither_missing_nor_in_force() {
        let mut organization = fixtures::organization();
        organization.spec.retention_policy_ref = Some(dpo_crds::LocalRef {
            name: "standard".into(),
        });
        let world = fixtures::world();
        assert!(dereference(&organization, &world).unwrap().policy.is_none());
        let mut policy = organization.metadata.clone();
        policy.name = Some("standard".into());
        fixtures::make_unreadable(&world.policies, policy);
        let verdict = dereference(&organization, &world).unwrap_err().verdict();
        assert_eq!(verdict.reason, Reason::Unreadable);
        assert!(
            verdict.message.contains("RetentionPolicy standard"),
            "{}",
            verdict.message
        );
    }
}
