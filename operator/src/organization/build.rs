//! Everything that an Organization should have, from what is valid. Pure: no client.

use std::collections::BTreeMap;

use dpo_warehouse::{
    model::TenantId,
    tenancy::{DesiredOrganization, OrganizationState},
};
use k8s_openapi::{
    ByteString,
    api::{
        batch::v1::CronJob,
        core::v1::Secret,
        networking::v1::{NetworkPolicy, NetworkPolicySpec},
    },
    apimachinery::pkg::apis::meta::v1::{LabelSelector, ObjectMeta},
};
use secrecy::ExposeSecret;
use serde_json::json;

use super::{ValidTenant, validate::ValidOrganization};
use crate::{
    children::{APPLIED, with_mark},
    environment,
    keys::Keys,
    settings::JobSettings,
    store::{REGION, TenantBucket},
    workload::{
        self, Child, Component, PodSettings, TENANT_SECRET, child_labels, cron_job, pod_spec,
    },
};

/// What there should be, inside and outside Kubernetes.
pub struct Wanted {
    pub database: DesiredOrganization,
    pub bucket: Option<TenantBucket>,
    pub secret: Secret,
    pub cron_jobs: Vec<CronJob>,
    pub network_policy: NetworkPolicy,
}

/// Builds it.
pub fn build(valid: &ValidOrganization, jobs: &JobSettings, keys: &Keys) -> Wanted {
    let bucket = jobs.store.as_ref().map(|_| bucket(valid, keys));
    Wanted {
        database: database(valid, keys),
        secret: secret(valid, jobs, keys, bucket.as_ref()),
        bucket,
        cron_jobs: cron_jobs(valid, jobs),
        network_policy: network_policy(valid, jobs),
    }
}

fn database(valid: &ValidOrganization, keys: &Keys) -> DesiredOrganization {
    DesiredOrganization {
        uid: valid.uid.clone(),
        tenant: valid.tenant.clone(),
        namespace: valid.namespace.clone(),
        name: valid.name.clone(),
        display_name: valid.spec.display_name.clone(),
        time_zone: valid.spec.time_zone.clone(),
        currency: valid.spec.currency.clone(),
        country: valid.spec.country.clone(),
        locale: valid.spec.locale.clone(),
        state: if valid.spec.suspend {
            OrganizationState::Suspended
        } else {
            OrganizationState::Active
        },
        retention: valid.policy.in_force().map(|policy| json!(policy)),
        legal_hold: valid.legal_hold,
        owners: valid.owners.clone(),
        password: keys.login(&valid.uid),
    }
}

/// The tenant's bucket in the embedded store. Bucket names have no underscores.
pub fn bucket_name(tenant: &TenantId) -> String {
    tenant.as_str().replace('_', "-")
}

fn bucket(valid: &ValidOrganization, keys: &Keys) -> TenantBucket {
    TenantBucket {
        bucket: bucket_name(&valid.tenant),
        access_key: keys.store_access_key(&valid.uid),
        secret_key: keys.store_secret_key(&valid.uid),
    }
}

fn secret(
    valid: &ValidOrganization,
    jobs: &JobSettings,
    keys: &Keys,
    bucket: Option<&TenantBucket>,
) -> Secret {
    let password = keys.database_password(&valid.uid);
    let url = format!(
        "postgres://{}_job:{}@{}",
        valid.tenant,
        password.expose_secret(),
        jobs.tenant_database
    );
    let mut texts = BTreeMap::from([
        ("url", url),
        (
            "token-key",
            keys.token_key(&valid.uid).expose_secret().to_owned(),
        ),
    ]);
    if let (Some(bucket), Some(endpoint)) = (bucket, &jobs.store) {
        texts.insert(
            "archive-endpoint",
            endpoint.as_str().trim_end_matches('/').to_owned(),
        );
        texts.insert("archive-region", REGION.to_owned());
        texts.insert("archive-bucket", bucket.bucket.clone());
        texts.insert("archive-access-key", bucket.access_key.clone());
        texts.insert(
            "archive-secret-key",
            bucket.secret_key.expose_secret().to_owned(),
        );
    }
    let mark = keys.mark(&environment::json(&texts));
    let data = texts
        .into_iter()
        .map(|(name, text)| (name.to_owned(), ByteString(text.into_bytes())))
        .collect();
    let metadata = ObjectMeta {
        annotations: Some(BTreeMap::from([(APPLIED.to_owned(), mark)])),
        ..metadata(valid, TENANT_SECRET, Component::TenantDatabase)
    };
    Secret {
        metadata,
        data: Some(data),
        type_: Some("Opaque".to_owned()),
        ..Secret::default()
    }
}

fn metadata(valid: &ValidOrganization, name: &str, component: Component) -> ObjectMeta {
    ObjectMeta {
        name: Some(name.to_owned()),
        namespace: Some(valid.namespace.clone()),
        labels: Some(child_labels(component, &valid.uid, None)),
        owner_references: Some(vec![valid.owner.clone()]),
        ..ObjectMeta::default()
    }
}

/// One of the jobs that run for the whole Organization.
struct Duty {
    suffix: &'static str,
    component: Component,
    arguments: &'static [&'static str],
    schedule: fn(&str) -> String,
    store: workload::Archive,
}

fn cron_jobs(valid: &ValidOrganization, jobs: &JobSettings) -> Vec<CronJob> {
    let policy = valid.policy.in_force();
    let roll_up = |suffix, component, arguments, schedule| Duty {
        suffix,
        component,
        arguments,
        schedule,
        store: environment::backup(policy),
    };
    let mut duties = vec![
        roll_up(
            "hourly",
            Component::RollupHourly,
            &["rollup", "--grain", "hourly"],
            workload::hourly as fn(&str) -> String,
        ),
        roll_up(
            "daily",
            Component::RollupDaily,
            &["rollup", "--grain", "daily"],
            workload::every_three_hours,
        ),
    ];
    if policy.is_some_and(|policy| policy.archive.is_some()) {
        let store = environment::archive(policy);
        duties.push(Duty {
            suffix: "archive",
            component: Component::Archive,
            arguments: &["archive"],
            schedule: workload::daily_archive,
            store,
        });
    }
    duties
        .into_iter()
        .map(|duty| with_mark(duty_job(valid, jobs, duty)))
        .collect()
}

fn duty_job(valid: &ValidOrganization, jobs: &JobSettings, duty: Duty) -> CronJob {
    let child = Child {
        name: format!("{}-{}", valid.name, duty.suffix),
        namespace: valid.namespace.clone(),
        labels: child_labels(duty.component, &valid.uid, None),
        owner: valid.owner.clone(),
    };
    let pod = pod_spec(&PodSettings {
        image: &jobs.image,
        pull_policy: &jobs.pull_policy,
        pull_secrets: &jobs.pull_secrets,
        arguments: duty.arguments,
        environment: environment::of_tenant(&ValidTenant::of(valid), jobs),
        credentials: None,
        archive: duty.store,
        resources: None,
    });
    cron_job(
        &child,
        &(duty.schedule)(&valid.uid),
        &valid.spec.time_zone,
        valid.spec.suspend,
        pod,
    )
}

/// Nothing goes in. Out go names, the database, the embedded store, public https, and what the platform team opens: its own platforms' addresses and rules.
fn network_policy(valid: &ValidOrganization, jobs: &JobSettings) -> NetworkPolicy {
    let name = format!("dpo-{}", valid.name);
    let selector = BTreeMap::from([
        ("app.kubernetes.io/managed-by", workload::MANAGED_BY),
        (workload::ORGANIZATION_UID, &valid.uid),
    ]);
    let spec: NetworkPolicySpec = serde_json::from_value(
        // Ingress is written out although it is empty: otherwise whoever adds one would keep it.
        json!({ "policyTypes": ["Ingress", "Egress"], "ingress": [], "egress": egress(jobs) }),
    )
    .unwrap_or_default();
    let labels = selector
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let pod_selector = LabelSelector {
        match_labels: Some(labels),
        ..LabelSelector::default()
    };
    with_mark(NetworkPolicy {
        metadata: metadata(valid, &name, Component::NetworkPolicy),
        spec: Some(NetworkPolicySpec {
            pod_selector: Some(pod_selector),
            ..spec
        }),
    })
}

fn egress(jobs: &JobSettings) -> serde_json::Value {
    let tcp = |port: u16| json!([{ "protocol": "TCP", "port": port }]);
    let public = json!([
        { "ipBlock": { "cidr": "0.0.0.0/0", "except": ["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"] } },
        { "ipBlock": { "cidr": "::/0", "except": ["fc00::/7", "fe80::/10", "::1/128"] } },
    ]);
    let mut rules = vec![
        json!({ "ports": [{ "protocol": "UDP", "port": 53 }, { "protocol": "TCP", "port": 53 }] }),
        json!({ "ports": tcp(database_port(&jobs.tenant_database)) }),
        json!({ "to": public, "ports": tcp(443) }),
    ];
    let release = json!([{ "namespaceSelector": { "matchLabels": { "kubernetes.io/metadata.name": jobs.release_namespace } } }]);
    rules.extend(
        jobs.store
            .iter()
            .filter_map(reqwest::Url::port_or_known_default)
            .map(|port| json!({ "to": release, "ports": tcp(port) })),
    );
    let mut ports: Vec<u16> = jobs
        .platform_urls
        .values()
        .filter_map(reqwest::Url::port_or_known_default)
        .collect();
    ports.sort_unstable();
    ports.dedup();
    rules.extend(ports.into_iter().map(|port| json!({ "ports": tcp(port) })));
    rules.extend(jobs.tenant_egress.iter().map(|rule| json!(rule)));
    rules.into()
}

/// `host:5432/dpo?…`
fn database_port(address: &str) -> u16 {
    let authority = address.split(['/', '?']).next().unwrap_or_default();
    authority
        .rsplit_once(':')
        .and_then(|(_, port)| port.parse().ok())
        .unwrap_or(5432)
}

#[cfg(test)]
mod tests {
    use dpo_crds::LocalRef;
    use k8s_openapi::api::networking::v1::NetworkPolicyIngressRule;

    use super::*;
    use crate::{children::is_as_wanted, fixtures, organization::validate::EffectivePolicy};

    fn policy(yaml: &str) -> EffectivePolicy {
        EffectivePolicy::InForce(serde_yaml::from_str(yaml).unwrap())
    }

    fn names(wanted: &Wanted) -> Vec<String> {
        wanted
            .cron_jobs
            .iter()
            .filter_map(|job| job.metadata.name.clone())
            .collect()
    }

    #[test]
    fn the_archive_job_comes_with_an_archiving_policy() {
        let mut valid = fixtures::valid_organization();
        assert_eq!(
            names(&build(&valid, &fixtures::jobs(), &fixtures::keys())),
            ["simple-shop-hourly", "simple-shop-daily"]
        );
        valid.policy = policy("archive: {store: s3}");
        assert_eq!(
            names(&build(&valid, &fixtures::jobs(), &fixtures::keys()))[2],
            "simple-shop-archive"
        );
    }

    #[test]
    fn only_jobs_that_write_to_the_store_get_its_keys() {
        let mut valid = fixtures::valid_organization();
        let mounts = |wanted: &Wanted, index: usize| {
            let job: &CronJob = &wanted.cron_jobs[index];
            let pod = job
                .spec
                .as_ref()
                .unwrap()
                .job_template
                .spec
                .as_ref()
                .unwrap()
                .template
                .spec
                .as_ref()
                .unwrap();
            pod.volumes
                .iter()
                .flatten()
                .filter(|volume| volume.name == "archive")
                .count()
        };
        valid.policy = policy("archive: {store: s3}");
        let wanted = build(&valid, &fixtures::jobs(), &fixtures::keys());
        assert_eq!([0, 1, 2].map(|index| mounts(&wanted, index)), [0, 0, 1]);
        valid.policy = policy("{raw: {backup: {required: true}}, archive: {store: s3}}");
        let wanted = build(&valid, &fixtures::jobs(), &fixtures::keys());
        assert_eq!([0, 1, 2].map(|index| mounts(&wanted, index)), [1, 1, 1]);
    }

    #[test]
    fn the_secret_holds_what_the_pods_need_and_its_mark_tells_nothing() {
        let valid = fixtures::valid_organization();
        let secret = build(&valid, &fixtures::jobs(), &fixtures::keys()).secret;
        let data = secret.data.unwrap();
        let keys: Vec<&str> = data.keys().map(String::as_str).collect();
        assert_eq!(
            keys,
            [
                "archive-access-key",
                "archive-bucket",
                "archive-endpoint",
                "archive-region",
                "archive-secret-key",
                "token-key",
                "url"
            ]
        );
        let url = String::from_utf8(data["url"].0.clone()).unwrap();
        assert!(
            url.starts_with(&format!("postgres://{}_job:", valid.tenant))
                && url.ends_with("@postgres.release.svc:5433/dpo?sslmode=require"),
            "{url}"
        );
        assert_eq!(secret.metadata.annotations.unwrap()[APPLIED].len(), 32);
    }

    #[test]
    fn nobody_reaches_the_pods_and_they_reach_what_they_need() {
        let policy = build(
            &fixtures::valid_organization(),
            &fixtures::jobs(),
            &fixtures::keys(),
        )
        .network_policy;
        let spec = policy.spec.unwrap();
        assert_eq!(spec.policy_types.unwrap(), ["Ingress", "Egress"]);
        assert_eq!(spec.ingress, Some(vec![]), "what is added must differ");
        let ports = serde_json::to_string(&spec.egress).unwrap();
        for port in ["53", "5433", "443", "7070", "8080", "9000"] {
            assert!(
                ports.contains(&format!("\"port\":{port}")),
                "{port}: {ports}"
            );
        }
    }

    #[test]
    fn an_ingress_that_somebody_added_is_a_difference() {
        let (valid, jobs) = (fixtures::valid_organization(), fixtures::jobs());
        let wanted = build(&valid, &jobs, &fixtures::keys()).network_policy;
        // An empty list is left out when it is stored.
        let mut found = wanted.clone();
        found.spec.as_mut().unwrap().ingress = None;
        assert!(is_as_wanted(&wanted, &found));
        found.spec.as_mut().unwrap().ingress = Some(vec![NetworkPolicyIngressRule::default()]);
        assert!(!is_as_wanted(&wanted, &found));
    }

    /// Every leaf of the spec must change something that is built, or it would be a promise that nobody keeps.
    #[test]
    fn every_field_of_the_spec_changes_something() {
        type Change<'a> = &'a dyn Fn(&mut dpo_crds::OrganizationSpec);
        let describe = |change: Change<'_>| {
            let mut organization = fixtures::organization();
            change(&mut organization.spec);
            let surroundings = fixtures::surroundings(&organization);
            let valid =
                super::super::validate::validate(&organization, &surroundings, true).unwrap();
            let Wanted {
                database,
                bucket,
                secret,
                cron_jobs,
                network_policy,
            } = build(&valid, &fixtures::jobs(), &fixtures::keys());
            let children = serde_json::to_string(&(secret, cron_jobs, network_policy)).unwrap();
            format!(
                "{children} {database:?} {:?}",
                bucket.map(|bucket| bucket.bucket)
            )
        };
        let plain = describe(&|_| {});
        let changes: [(&str, Change<'_>); 8] = [
            ("displayName", &|spec| spec.display_name = "x".into()),
            ("timeZone", &|spec| spec.time_zone = "Asia/Tokyo".into()),
            ("currency", &|spec| spec.currency = "USD".into()),
            ("country", &|spec| spec.country = "JP".into()),
            ("locale", &|spec| spec.locale = "en-US".into()),
            ("retentionPolicyRef", &|spec| {
                spec.retention_policy_ref = Some(LocalRef {
                    name: "standard".into(),
                });
            }),
            ("owners", &|spec| spec.owners = vec!["x@example.com".into()]),
            ("suspend", &|spec| spec.suspend = true),
        ];
        for (field, change) in changes {
            assert_ne!(describe(change), plain, "{field}");
        }
        // `execution` is refused where it is not Dedicated, `deletionPolicy` decides in `cleanup`; a ninth field must be added above.
        let fields = serde_json::to_value(&fixtures::organization().spec)
            .unwrap()
            .as_object()
            .unwrap()
            .len();
        assert_eq!(
            fields,
            changes.len() + 2 - 1,
            "the plain spec names no policy"
        );
    }
}
