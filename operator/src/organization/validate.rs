//! From a spec and its surroundings to what can be built. Pure.

use std::collections::BTreeSet;

use dpo_crds::{Execution, Organization, OrganizationSpec, Reason, RetentionPolicySpec};
use dpo_warehouse::model::TenantId;
use jiff::Timestamp;
use k8s_openapi::apimachinery::pkg::apis::meta::v1::OwnerReference;
use kube::{Resource, ResourceExt};

use super::dereference::Surroundings;
use crate::{error::Error, retention_policy};

/// An Organization that can be built.
#[derive(Clone, Debug)]
pub struct ValidOrganization {
    pub uid: String,
    pub created_at: Option<Timestamp>,
    pub tenant: TenantId,
    pub namespace: String,
    pub name: String,
    pub owner: OwnerReference,
    pub spec: OrganizationSpec,
    /// Lower case, each once.
    pub owners: BTreeSet<String>,
    pub policy: EffectivePolicy,
    /// What the policy says of a legal hold; `None` where it says nothing that may lift one.
    pub legal_hold: Option<bool>,
}

/// What the policy reference led to.
#[derive(Clone, Debug, PartialEq)]
pub enum EffectivePolicy {
    /// None is named: nothing is purged.
    None,
    /// In force.
    InForce(RetentionPolicySpec),
    /// The named one cannot be used, and why: nothing is purged.
    Unusable(Reason, String),
}

impl EffectivePolicy {
    /// The policy that jobs follow.
    pub fn in_force(&self) -> Option<&RetentionPolicySpec> {
        match self {
            Self::InForce(spec) => Some(spec),
            Self::None | Self::Unusable(..) => None,
        }
    }
}

/// Checks what the schema's rules cannot.
///
/// # Errors
/// A sentence that says what to change.
pub fn validate(
    organization: &Organization,
    surroundings: &Surroundings,
    embedded_store: bool,
) -> Result<ValidOrganization, Error> {
    let spec = organization.spec.clone();
    check_time_zone(&spec.time_zone)?;
    if spec.execution == Execution::Pooled {
        let message =
            "This version runs each DataSource in Jobs of its own. Set execution to Dedicated.";
        return Err(Error::Invalid(Reason::Unsupported, message.to_owned()));
    }
    let invalid = |what: &str| {
        Error::Invalid(
            Reason::InvalidSpec,
            format!("The object has no {what} yet."),
        )
    };
    let uid = organization.uid().ok_or_else(|| invalid("UID"))?;
    let policy = effective_policy(&spec, surroundings, embedded_store);
    Ok(ValidOrganization {
        legal_hold: match policy.in_force() {
            Some(policy) => Some(policy.legal_hold),
            // A hold counts whatever else is wrong with the policy; only one in force lifts it.
            None => surroundings.holds().then_some(true),
        },
        tenant: TenantId::from_organization_uid(&uid)
            .map_err(|error| Error::Invalid(Reason::InvalidSpec, error.to_string()))?,
        namespace: organization
            .namespace()
            .ok_or_else(|| invalid("namespace"))?,
        name: organization.name_any(),
        created_at: organization.creation_timestamp().map(|time| time.0),
        owner: organization
            .controller_owner_ref(&())
            .ok_or_else(|| invalid("name"))?,
        owners: spec
            .owners
            .iter()
            .map(|owner| owner.to_lowercase())
            .collect(),
        policy,
        spec,
        uid,
    })
}

/// IANA names only: Postgres, Kubernetes and the pipeline must all know it.
///
/// # Errors
/// A sentence that says what to change.
pub fn check_time_zone(name: &str) -> Result<(), Error> {
    let known = jiff::tz::db()
        .get(name)
        .is_ok_and(|zone| zone.iana_name() == Some(name));
    if known {
        return Ok(());
    }
    let message = format!(
        "timeZone {name} is not in the IANA time-zone database. Create the object again with a name such as Asia/Ho_Chi_Minh, written exactly so."
    );
    Err(Error::Invalid(Reason::UnknownTimeZone, message))
}

fn effective_policy(
    spec: &OrganizationSpec,
    surroundings: &Surroundings,
    embedded_store: bool,
) -> EffectivePolicy {
    let Some(reference) = &spec.retention_policy_ref else {
        return EffectivePolicy::None;
    };
    let name = &reference.name;
    let Some(policy) = &surroundings.policy else {
        let message = format!(
            "Everything else runs, but nothing is purged or archived: the RetentionPolicy {name} does not exist in this namespace. Create it, or take retentionPolicyRef away."
        );
        return EffectivePolicy::Unusable(Reason::PolicyMissing, message);
    };
    match retention_policy::validate(&policy.spec, embedded_store) {
        Ok(()) => EffectivePolicy::InForce(policy.spec.clone()),
        Err(error) => {
            let message = format!(
                "Everything else runs, but nothing is purged or archived: the RetentionPolicy {name} is not valid. {}",
                error.verdict().message
            );
            EffectivePolicy::Unusable(Reason::PolicyInvalid, message)
        }
    }
}

#[cfg(test)]
mod tests {
    use dpo_crds::RetentionPolicy;

    use super::*;
    use crate::fixtures;

    #[test]
    fn zones_are_iana_names_as_they_are_written() {
        assert!(check_time_zone("Asia/Ho_Chi_Minh").is_ok());
        assert!(check_time_zone("UTC").is_ok());
        for wrong in ["Asia/Saigon2", "asia/ho_chi_minh", "Local", "GMT+7"] {
            assert_eq!(
                check_time_zone(wrong).unwrap_err().verdict().reason,
                Reason::UnknownTimeZone,
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_missing_policy_stops_purging_and_nothing_else() {
        let mut organization = fixtures::organization();
        organization.spec.retention_policy_ref = Some(dpo_crds::LocalRef {
            name: "standard".into(),
        });
        let valid = validate(&organization, &Surroundings::default(), true).unwrap();
        assert!(matches!(
            valid.policy,
            EffectivePolicy::Unusable(Reason::PolicyMissing, _)
        ));
        assert_eq!(valid.policy.in_force(), None);
    }

    #[test]
    fn a_hold_counts_in_a_policy_that_cannot_be_used_and_only_a_usable_one_lifts_it() {
        let mut organization = fixtures::organization();
        organization.spec.retention_policy_ref = Some(dpo_crds::LocalRef {
            name: "standard".into(),
        });
        let of = |yaml: &str| {
            let spec = serde_yaml::from_str(yaml).unwrap();
            let surroundings = Surroundings {
                policy: Some(RetentionPolicy::new("standard", spec).into()),
            };
            validate(&organization, &surroundings, true)
                .unwrap()
                .legal_hold
        };
        let elsewhere = "archive: {store: gcs, credentialsRef: {name: mine}}";
        assert_eq!(of("legalHold: true"), Some(true));
        assert_eq!(of("legalHold: false"), Some(false));
        assert_eq!(of(&format!("{{legalHold: true, {elsewhere}}}")), Some(true));
        assert_eq!(of(&format!("{{legalHold: false, {elsewhere}}}")), None);
        let none = validate(&organization, &Surroundings::default(), true);
        assert_eq!(none.unwrap().legal_hold, None);
    }

    #[test]
    fn owners_are_people_whatever_the_case() {
        let mut organization = fixtures::organization();
        organization.spec.owners = vec!["An@Example.com".into(), "an@example.com".into()];
        assert_eq!(
            validate(&organization, &Surroundings::default(), true)
                .unwrap()
                .owners
                .len(),
            1
        );
    }

    #[test]
    fn pooled_execution_is_of_a_later_version() {
        let mut organization = fixtures::organization();
        organization.spec.execution = Execution::Pooled;
        assert_eq!(
            validate(&organization, &Surroundings::default(), true)
                .unwrap_err()
                .verdict()
                .reason,
            Reason::Unsupported
        );
    }
}
