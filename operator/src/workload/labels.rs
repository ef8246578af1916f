//! Labels of everything that the operator makes. Ownership is by UID; the labels are for selecting.

use std::collections::BTreeMap;

use strum::IntoStaticStr;

/// Value of `app.kubernetes.io/managed-by`.
pub const MANAGED_BY: &str = "dpo-operator";

/// Label with the UID of the Organization that an object works for.
pub const ORGANIZATION_UID: &str = "dpo.dev/organization-uid";

/// Label with the UID of the DataSource that an object works for.
pub const SOURCE_UID: &str = "dpo.dev/source-uid";

/// Label with what an object is for.
pub const COMPONENT: &str = "app.kubernetes.io/component";

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
        (COMPONENT, component.into()),
        (ORGANIZATION_UID, organization_uid),
    ];
    let source = source_uid.map(|uid| (SOURCE_UID, uid));
    common
        .into_iter()
        .chain(source)
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// How Postgres calls the runs of a component's jobs: `rollup_hourly` for `rollup-hourly`.
#[must_use]
pub fn run_kind(component: &str) -> String {
    component.replace('-', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_are_called_as_their_table_takes_them() {
        let kinds = [
            Component::Sync,
            Component::RollupHourly,
            Component::RollupDaily,
            Component::Archive,
        ]
        .map(|component| run_kind(component.into()));
        assert_eq!(kinds, ["sync", "rollup_hourly", "rollup_daily", "archive"]);
    }
}
