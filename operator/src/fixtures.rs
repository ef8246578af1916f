//! Small objects for tests, made by the real steps from minimal YAML. Their names are unlike the product's, so that swapped arguments show.

use std::{collections::BTreeMap, sync::Arc};

use dpo_crds::{ConditionType, DataSource, Organization, Reason, RetentionPolicy};
use kube::runtime::reflector;

use crate::{
    conditions::{self, Finding},
    data_source::Surroundings as SourceSurroundings,
    keys::Keys,
    organization::{self, Surroundings, ValidOrganization},
    settings::JobSettings,
    world::World,
};

pub const ORGANIZATION_UID: &str = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9";

pub fn organization() -> Organization {
    serde_yaml::from_str(&format!(
        "apiVersion: dpo.dev/v1alpha1
kind: Organization
metadata: {{name: simple-shop, namespace: some-namespace, uid: {ORGANIZATION_UID}, generation: 1, creationTimestamp: '2026-11-23T00:00:00Z'}}
spec: {{displayName: Simple Shop, timeZone: Asia/Ho_Chi_Minh, currency: VND, country: VN}}"
    ))
    .unwrap()
}

pub fn ready_organization() -> Organization {
    let mut organization = organization();
    let finding = Finding::holds(ConditionType::DatabaseReady, Reason::Reconciled, "x");
    let status = organization.status.get_or_insert_default();
    status.conditions = conditions::merged(&[], &[finding], Some(1), jiff::Timestamp::UNIX_EPOCH);
    organization
}

/// With the policy that the Organization names, if it names one.
pub fn surroundings(organization: &Organization) -> Surroundings {
    let named = organization.spec.retention_policy_ref.as_ref();
    let policy = named.map(|reference| {
        Arc::new(RetentionPolicy::new(
            &reference.name,
            serde_yaml::from_str("archive: {store: s3}").unwrap(),
        ))
    });
    Surroundings { policy }
}

pub fn valid_organization() -> ValidOrganization {
    organization::validate(&organization(), &Surroundings::default(), true).unwrap()
}

pub fn data_source() -> DataSource {
    serde_yaml::from_str(
        "apiVersion: dpo.dev/v1alpha1
kind: DataSource
metadata: {name: first-ads, namespace: some-namespace, uid: 9f8e7d6c-5b4a-3928-1706-f5e4d3c2b1a0, generation: 1, creationTimestamp: '2026-11-23T00:00:00Z'}
spec: {organizationRef: {name: simple-shop}, googleAds: {customerIds: ['1234567890']}, credentialsRef: {name: google}}",
    )
    .unwrap()
}

pub fn source_surroundings() -> SourceSurroundings {
    SourceSurroundings {
        organization: valid_organization(),
        neighbours: vec![Arc::new(data_source())],
    }
}

pub fn keys() -> Keys {
    Keys::new("a release key for tests".into())
}

pub fn jobs() -> JobSettings {
    JobSettings {
        image: "registry.example.com/pipeline:7".into(),
        pull_policy: "Always".into(),
        tenant_database: "postgres.release.svc:5433/dpo?sslmode=require".into(),
        platform_urls: BTreeMap::from([(
            "googleads.googleapis.com".into(),
            "http://upstreams.upstreams.svc:8080".parse().unwrap(),
        )]),
        release_namespace: "release".into(),
        store: Some("http://store.release.svc:7070".parse().unwrap()),
    }
}

/// Caches with nothing in them.
pub fn world() -> World {
    World {
        organizations: reflector::store().0,
        sources: reflector::store().0,
        policies: reflector::store().0,
        cron_jobs: reflector::store().0,
        network_policies: reflector::store().0,
        jobs: reflector::store().0,
        secrets: reflector::store().0,
    }
}
