//! Small objects for tests, made by the real steps from minimal YAML. Their names are unlike the product's, so that swapped arguments show.

use std::{collections::BTreeMap, convert::Infallible, sync::Arc};

use dpo_crds::{ConditionType, DataSource, Organization, Reason, RetentionPolicy};
use dpo_warehouse::tenancy::Tenancy;
use k8s_openapi::{api::batch::v1::CronJob, apimachinery::pkg::apis::meta::v1::ObjectMeta};
use kube::{
    Client,
    client::Body,
    runtime::{
        events::{Recorder, Reporter},
        reflector::{self, ObjectRef},
    },
};
use serde_json::json;

use crate::{
    backoff::Backoff,
    children::with_mark,
    conditions::{self, Finding},
    context::Context,
    data_source::Surroundings as SourceSurroundings,
    keys::Keys,
    organization::{self, Surroundings, ValidOrganization},
    serving::Metrics,
    settings::JobSettings,
    store::Gateway,
    workload::{self, Archive, Child, Component, PodSettings, child_labels, pod_spec},
    world::{Cache, Unreadable, Watched, World},
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

pub fn cron_job() -> CronJob {
    let pod = pod_spec(&PodSettings {
        image: "x",
        pull_policy: "Always",
        pull_secrets: &[],
        arguments: &["rollup"],
        environment: Vec::new(),
        credentials: None,
        archive: Archive::Absent,
        resources: None,
    });
    let child = Child {
        name: "simple-shop-hourly".into(),
        namespace: "some-namespace".into(),
        labels: child_labels(Component::RollupHourly, ORGANIZATION_UID, None),
        owner: valid_organization().owner,
    };
    with_mark(workload::cron_job(
        &child,
        "7 * * * *",
        "Asia/Ho_Chi_Minh",
        false,
        pod,
    ))
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
        unreadable_neighbours: Vec::new(),
    }
}

pub fn keys() -> Keys {
    Keys::new("a release key for tests".into())
}

pub fn jobs() -> JobSettings {
    JobSettings {
        image: "registry.example.com/pipeline:7".into(),
        pull_policy: "Always".into(),
        pull_secrets: vec!["registry".into()],
        tenant_egress: serde_json::from_value(json!([
            {"to": [{"ipBlock": {"cidr": "10.1.2.0/24"}}], "ports": [{"port": 9000}]}
        ]))
        .unwrap(),
        tenant_database: "postgres.release.svc:5433/dpo?sslmode=require".into(),
        platform_urls: BTreeMap::from([(
            "googleads.googleapis.com".into(),
            "http://upstreams.upstreams.svc:8080".parse().unwrap(),
        )]),
        release_namespace: "release".into(),
        store: Some("http://store.release.svc:7070".parse().unwrap()),
    }
}

/// Of an API server that answers everything with this status, and a Postgres that does not answer.
pub fn context(status: u16) -> Context {
    let service = tower::service_fn(move |_: http::Request<Body>| async move {
        let answer = json!({"kind": "Status", "status": "Failure", "code": status, "reason": "x", "message": "x"});
        let answer = http::Response::builder()
            .status(status)
            .body(Body::from(answer.to_string().into_bytes()));
        Ok::<_, Infallible>(answer.unwrap())
    });
    let client = Client::new(service, "default");
    let reporter = Reporter {
        controller: "tests".into(),
        instance: None,
    };
    Context {
        client: client.clone(),
        world: world(),
        tenancy: Tenancy::new("postgres://nobody@127.0.0.1:1/nothing".parse().unwrap()),
        keys: keys(),
        store: None,
        jobs: jobs(),
        metrics: Arc::new(Metrics::new().unwrap()),
        recorder: Recorder::new(client, reporter),
        backoff: Backoff::default(),
    }
}

/// As the program makes it.
pub fn http() -> reqwest::Client {
    // Another test may have been quicker.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

/// A store at an address where nobody listens.
pub fn silent_store() -> Gateway {
    let endpoint = "http://127.0.0.1:1".parse().unwrap();
    Gateway::new(http(), endpoint, "x".into(), "x".into())
}

/// An object of which only metadata can be read.
pub fn make_unreadable<K: Watched>(cache: &Cache<K>, metadata: ObjectMeta) {
    let key = ObjectRef::new(metadata.name.as_deref().unwrap())
        .within(metadata.namespace.as_deref().unwrap());
    let error = "unknown variant `New`, expected `Old`".into();
    let found = Arc::new(Unreadable { metadata, error });
    cache.change(|all| all.insert(key, found));
}

/// Caches with nothing in them, whose watches ended.
pub fn world() -> World {
    world_without_answers().0
}

/// Caches whose watches go on and never hear of anything, for as long as the second part is kept.
pub fn world_without_answers() -> (World, impl Sized) {
    let (organizations, of_organizations) = reflector::store();
    let (sources, of_sources) = reflector::store();
    let (policies, of_policies) = reflector::store();
    let (cron_jobs, of_cron_jobs) = reflector::store();
    let (network_policies, of_network_policies) = reflector::store();
    let (jobs, of_jobs) = reflector::store();
    let (secrets, of_secrets) = reflector::store();
    let world = World {
        organizations: Cache::of(organizations),
        sources: Cache::of(sources),
        policies: Cache::of(policies),
        cron_jobs,
        network_policies,
        jobs,
        secrets,
    };
    let of_ours = (of_cron_jobs, of_network_policies, of_jobs, of_secrets);
    (world, (of_organizations, of_sources, of_policies, of_ours))
}
