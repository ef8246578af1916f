//! Pieces that several custom resources share.

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
