//! Everything that a DataSource should have, from what is valid. Pure: no client.

use k8s_openapi::api::batch::v1::{CronJob, Job};

use super::validate::ValidDataSource;
use crate::{
    children::with_mark,
    environment,
    organization::ValidTenant,
    settings::JobSettings,
    workload::{Child, Component, PodSettings, child_labels, cron_job, initial_job, pod_spec},
};

/// What there should be.
#[derive(Clone, Debug)]
pub struct Wanted {
    pub cron_job: CronJob,
    /// Run once, at once, so that the first figures do not wait for the schedule.
    pub initial_job: Job,
}

/// Builds it.
pub fn build(valid: &ValidDataSource, jobs: &JobSettings) -> Wanted {
    let child = |name: String| Child {
        name,
        namespace: valid.namespace.clone(),
        labels: child_labels(Component::Sync, &valid.organization.uid, Some(&valid.uid)),
        owner: valid.owner.clone(),
    };
    let pod = pod_spec(&PodSettings {
        image: &jobs.image,
        pull_policy: &jobs.pull_policy,
        pull_secrets: &jobs.pull_secrets,
        arguments: &["sync"],
        environment: environment(valid, jobs),
        credentials: Some(&valid.spec.credentials_ref.name),
        archive: environment::backup(valid.organization.policy.in_force()),
        resources: valid.spec.resources.as_ref(),
    });
    let zone = &valid.organization.spec.time_zone;
    let sync = child(format!("{}-sync", valid.name));
    Wanted {
        cron_job: with_mark(cron_job(
            &sync,
            &valid.schedule,
            zone,
            valid.suspended,
            pod.clone(),
        )),
        initial_job: with_mark(initial_job(
            &child(format!("{}-sync-initial", valid.name)),
            pod,
        )),
    }
}

fn environment(valid: &ValidDataSource, jobs: &JobSettings) -> Vec<(&'static str, String)> {
    let mut environment = environment::of_tenant(&ValidTenant::of(&valid.organization), jobs);
    environment.extend([
        ("DPO_SOURCE_UID", valid.uid.clone()),
        ("DPO_SOURCE_NAME", valid.name.clone()),
        ("DPO_SOURCE", environment::json(&valid.spec)),
    ]);
    environment
}

#[cfg(test)]
mod tests {
    use dpo_crds::DataSourceSpec;
    use serde_json::json;

    use super::*;
    use crate::{data_source::validate::validate, fixtures, workload::SOURCE_UID};

    fn built(change: impl Fn(&mut DataSourceSpec)) -> (ValidDataSource, Wanted) {
        let mut source = fixtures::data_source();
        change(&mut source.spec);
        let valid = validate(&source, &fixtures::source_surroundings()).unwrap();
        let wanted = build(&valid, &fixtures::jobs());
        (valid, wanted)
    }

    #[test]
    fn the_sync_follows_the_organizations_zone_and_its_own_schedule() {
        let (_, wanted) = built(|spec| spec.schedule = Some("5 * * * *".into()));
        let spec = wanted.cron_job.spec.unwrap();
        assert_eq!(
            (spec.schedule.as_str(), spec.time_zone.as_deref()),
            ("5 * * * *", Some("Asia/Ho_Chi_Minh"))
        );
        assert_eq!(
            wanted.cron_job.metadata.name.as_deref(),
            Some("first-ads-sync")
        );
        assert_eq!(
            wanted.initial_job.metadata.name.as_deref(),
            Some("first-ads-sync-initial")
        );
    }

    #[test]
    fn pods_carry_the_labels_by_which_the_network_policy_finds_them() {
        let (valid, wanted) = built(|_| ());
        let template = wanted
            .cron_job
            .spec
            .unwrap()
            .job_template
            .spec
            .unwrap()
            .template;
        let labels = template.metadata.unwrap().labels.unwrap();
        assert_eq!(labels["dpo.dev/organization-uid"], valid.organization.uid);
        assert_eq!(labels[SOURCE_UID], valid.uid);
        assert_eq!(labels["app.kubernetes.io/managed-by"], "dpo-operator");
    }

    /// Every leaf of the spec must change something that is built, or it would be a promise that nobody keeps.
    #[test]
    fn every_field_of_the_spec_changes_something() {
        let full = json!({
            "organizationRef": {"name": "simple-shop"}, "credentialsRef": {"name": "google"},
            "googleAds": {"customerIds": ["1234567890"], "loginCustomerId": "3456789012"},
            "schedule": "5 * * * *", "historyFrom": "2025-01-01", "timeZone": "Asia/Tokyo", "brand": "x",
            "attribution": {"clickDays": 30, "viewDays": 1}, "lookback": {"hotDays": 2, "warmDays": 3, "coldDays": 30, "weeklyDays": 90},
            "resources": {"requests": {"cpu": "50m", "memory": "64Mi"}, "limits": {"cpu": "2", "memory": "1Gi"}}, "suspend": true,
        });
        let describe = |value: &serde_json::Value| {
            let spec: DataSourceSpec = serde_json::from_value(value.clone()).unwrap();
            let (valid, wanted) = built(move |own| *own = spec.clone());
            format!(
                "{}{}{:?}",
                serde_json::to_string(&wanted.cron_job).unwrap(),
                valid.schedule,
                valid.accounts
            )
        };
        let plain = describe(&full);
        let leaves = leaves(&full, String::new());
        assert!(leaves.len() >= 18, "{leaves:?}");
        for leaf in leaves
            .iter()
            .filter(|leaf| *leaf != "/organizationRef/name")
        {
            let mut changed = full.clone();
            let value = changed.pointer_mut(leaf).unwrap();
            *value = other(leaf, value);
            assert_ne!(describe(&changed), plain, "{leaf}");
        }
    }

    fn leaves(value: &serde_json::Value, path: String) -> Vec<String> {
        match value {
            serde_json::Value::Object(fields) => fields
                .iter()
                .flat_map(|(name, value)| leaves(value, format!("{path}/{name}")))
                .collect(),
            serde_json::Value::Array(items) => items
                .iter()
                .enumerate()
                .flat_map(|(index, value)| leaves(value, format!("{path}/{index}")))
                .collect(),
            _ => vec![path],
        }
    }

    fn other(leaf: &str, value: &serde_json::Value) -> serde_json::Value {
        match value {
            serde_json::Value::Bool(truth) => (!truth).into(),
            serde_json::Value::Number(number) => (number.as_i64().unwrap() + 1).into(),
            _ if leaf.ends_with("historyFrom") => "2025-02-01".into(),
            _ if leaf.ends_with("timeZone") => "Asia/Seoul".into(),
            _ if leaf.ends_with("schedule") => "6 * * * *".into(),
            _ => "7".into(),
        }
    }
}
