//! What a tenant's pods may reach, and who may reach them. Pure.

use std::collections::BTreeMap;

use k8s_openapi::{
    api::networking::v1::{NetworkPolicy, NetworkPolicySpec},
    apimachinery::pkg::apis::meta::v1::LabelSelector,
};
use serde_json::json;

use super::{build::metadata, validate::ValidOrganization};
use crate::{
    children::with_mark,
    settings::JobSettings,
    workload::{self, Component},
};

/// Nothing goes in. Out go names, the database, the embedded store, public https, and what the platform team opens: its own platforms' addresses and rules.
pub fn network_policy(valid: &ValidOrganization, jobs: &JobSettings) -> NetworkPolicy {
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
    use k8s_openapi::api::networking::v1::NetworkPolicyIngressRule;

    use super::*;
    use crate::{children::is_as_wanted, fixtures};

    #[test]
    fn nobody_reaches_the_pods_and_they_reach_what_they_need() {
        let policy = network_policy(&fixtures::valid_organization(), &fixtures::jobs());
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
        let wanted = network_policy(&valid, &jobs);
        // An empty list is left out when it is stored.
        let mut found = wanted.clone();
        found.spec.as_mut().unwrap().ingress = None;
        assert!(is_as_wanted(&wanted, &found));
        found.spec.as_mut().unwrap().ingress = Some(vec![NetworkPolicyIngressRule::default()]);
        assert!(!is_as_wanted(&wanted, &found));
    }
}
