//! Labels of everything that the operator makes. Ownership is by UID; the labels are for selecting.

use std::collections::BTreeMap;

use strum::IntoStaticStr;

/// Value of `app.kubernetes.io/managed-by`.
pub const MANAGED_BY: &str = "dpo-operator";

/// Label with the UID of the Organization that an object works for.
pub const ORGANIZATION_UID: &str = "dpo.dev/organization-uid";

/// Label with the UID of the DataSource that an object works for.
pub const SOURCE_UID: &str = "dpo.dev/source-uid";

/// What a generated object is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Component {
    Sync,
    RollupHourly,
    RollupDaily,
    Archive,
    NetworkPolicy,
    TenantDatabase,
}

/// The labels of a child of an Organization, and of a DataSource where it has one.
#[must_use]
pub fn child_labels(
    component: Component,
    organization_uid: &str,
    source_uid: Option<&str>,
) -> BTreeMap<String, String> {
    let common = [
        ("app.kubernetes.io/managed-by", MANAGED_BY),
        ("app.kubernetes.io/part-of", "dpo"),
        ("app.kubernetes.io/component", component.into()),
        (ORGANIZATION_UID, organization_uid),
    ];
    let source = source_uid.map(|uid| (SOURCE_UID, uid));
    common
        .into_iter()
        .chain(source)
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
