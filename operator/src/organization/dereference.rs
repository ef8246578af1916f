//! What an Organization depends on, read from the caches.

use std::sync::Arc;

use dpo_crds::{Organization, Reason, RetentionPolicy};
use kube::{ResourceExt, runtime::reflector::ObjectRef};

use crate::{error::Error, world::World};

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
/// An older Organization has this namespace.
pub fn dereference(organization: &Organization, world: &World) -> Result<Surroundings, Error> {
    let namespace = organization.namespace().unwrap_or_default();
    let here = world
        .organizations
        .state_filter(|other| other.namespace().as_deref() == Some(&namespace));
    if let Some(owner) =
        oldest(here.iter().map(AsRef::as_ref)).filter(|owner| owner.uid() != organization.uid())
    {
        return Err(namespace_taken(owner));
    }
    let policy = named_policy(organization, world);
    Ok(Surroundings {
        policy: policy.filter(|policy| policy.metadata.deletion_timestamp.is_none()),
    })
}

/// The policy that an Organization names, also one that is being deleted.
pub fn named_policy(organization: &Organization, world: &World) -> Option<Arc<RetentionPolicy>> {
    let reference = organization.spec.retention_policy_ref.as_ref()?;
    let namespace = organization.namespace().unwrap_or_default();
    world
        .policies
        .get(&ObjectRef::new(&reference.name).within(&namespace))
}

/// The Organization that owns a namespace: the one made first, and of two of the same second the one with the lower UID.
pub fn oldest<'a>(
    organizations: impl Iterator<Item = &'a Organization>,
) -> Option<&'a Organization> {
    organizations.min_by_key(|organization| {
        (
            organization.creation_timestamp().map(|time| time.0),
            organization.uid(),
        )
    })
}

fn namespace_taken(owner: &Organization) -> Error {
    let name = owner.name_any();
    let message = if owner.metadata.deletion_timestamp.is_some() {
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
            organization
        };
        let all = [
            made("c", "2026-11-23T01:00:01Z"),
            made("b", "2026-11-23T01:00:00Z"),
            made("a", "2026-11-23T01:00:00Z"),
        ];
        assert_eq!(
            oldest(all.iter()).and_then(ResourceExt::uid).as_deref(),
            Some("a")
        );
    }
}
