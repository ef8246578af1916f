//! Everything that an Organization should have, from what is valid. Pure: no client.

use std::collections::BTreeMap;

use dpo_warehouse::{
    model::TenantId,
    tenancy::{DesiredOrganization, OrganizationState},
};
use k8s_openapi::{
    ByteString,
    api::{batch::v1::CronJob, core::v1::Secret, networking::v1::NetworkPolicy},
    apimachinery::pkg::apis::meta::v1::ObjectMeta,
};
use secrecy::ExposeSecret;
use serde_json::json;

use super::{ValidTenant, network::network_policy, validate::ValidOrganization};
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

pub fn metadata(valid: &ValidOrganization, name: &str, component: Component) -> ObjectMeta {
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

#[cfg(test)]
mod tests {
    use dpo_crds::LocalRef;

    use super::*;
    use crate::{fixtures, organization::validate::EffectivePolicy};

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
