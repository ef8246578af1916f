//! Pieces that several custom resources share.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Time;
use kube::KubeSchema;
use serde::{Deserialize, Serialize};

/// A reference to an object in the same namespace. There is no `namespace` field on purpose: nothing may point across namespaces.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct LocalRef {
    /// Name of the object, in the same namespace.
    #[schemars(length(min = 1, max = 253))]
    #[x_kube(validation = Rule::new("self.matches('^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$')")
        .message("name must be the name of an object in this namespace: lower-case letters, digits, '-' and '.'."))]
    pub name: String,
}

/// A Job that ended before its pod could say why. Kubernetes forgets the Job soon, so that this remembers it until a newer run has ended.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct LostRun {
    /// What it was for: `sync`, `rollup_hourly`, `rollup_daily`, `archive`.
    #[schemars(length(max = 40))]
    pub kind: String,
    /// Name of the Job.
    #[schemars(length(max = 63))]
    pub name: String,
    /// What Kubernetes said about it.
    #[schemars(length(max = 500))]
    pub message: String,
    /// When it ended.
    pub failed_at: Time,
}
