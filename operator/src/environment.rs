//! The environment and mounts of the jobs, from what is in force for a tenant. Pure.

use std::collections::BTreeMap;

use dpo_crds::RetentionPolicySpec;

use crate::{organization::ValidTenant, settings::JobSettings, workload::Archive};

/// The variables that all of a tenant's jobs share.
pub fn of_tenant(tenant: &ValidTenant<'_>, jobs: &JobSettings) -> Vec<(&'static str, String)> {
    let mut environment = vec![
        ("DPO_TENANT", tenant.tenant.to_string()),
        ("DPO_ORGANIZATION_UID", tenant.uid.to_owned()),
        ("DPO_TIME_ZONE", tenant.time_zone.to_owned()),
        ("DPO_CURRENCY", tenant.currency.to_owned()),
    ];
    environment.extend(tenant.policy.map(|policy| ("DPO_RETENTION", json(policy))));
    if !jobs.platform_urls.is_empty() {
        let urls: BTreeMap<&str, &str> = jobs
            .platform_urls
            .iter()
            .map(|(host, url)| (host.as_str(), url.as_str().trim_end_matches('/')))
            .collect();
        environment.push(("DPO_PLATFORM_URLS", json(&urls)));
    }
    environment
}

/// Plain data always has a JSON form.
pub fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Where archive files go.
pub fn archive(policy: Option<&RetentionPolicySpec>) -> Archive {
    match policy.and_then(|policy| policy.archive.as_ref()) {
        None => Archive::Absent,
        Some(archive) => archive
            .credentials_ref
            .as_ref()
            .map_or(Archive::Embedded, |secret| {
                Archive::Secret(secret.name.clone())
            }),
    }
}

/// Where raw backups go: jobs that write none get no keys of the store.
pub fn backup(policy: Option<&RetentionPolicySpec>) -> Archive {
    if policy.is_some_and(|policy| policy.raw.backup.required) {
        archive(policy)
    } else {
        Archive::Absent
    }
}
