//! Steps that make the rights on one object equal to the wanted ones. Pure.

use std::collections::BTreeSet;

use super::{
    access::lacking,
    snapshot::{ColumnGrants, Grants},
    step::Step,
};

/// Grants what lacks and revokes what is too much, on one object, for every role but the owner.
pub(super) fn grants(object: &str, wanted: &[(&str, &[&str])], found: &Grants) -> Vec<Step> {
    let empty = BTreeSet::new();
    let mut steps = Vec::new();
    for (role, rights) in wanted {
        let wanted: BTreeSet<&str> = rights.iter().copied().collect();
        let held: BTreeSet<&str> = found
            .get(*role)
            .unwrap_or(&empty)
            .iter()
            .map(String::as_str)
            .collect();
        let [missing, superfluous] =
            [lacking(&wanted, &held), lacking(&held, &wanted)].map(|rights| rights.join(", "));
        if !missing.is_empty() {
            steps.push(Step::new(
                format!("grant {missing} on {object} to {role}"),
                format!("GRANT {missing} ON {object} TO {role}"),
            ));
        }
        if !superfluous.is_empty() {
            steps.push(Step::new(
                format!("revoke {superfluous} on {object} from {role}"),
                format!("REVOKE {superfluous} ON {object} FROM {role}"),
            ));
        }
    }
    for role in found
        .keys()
        .filter(|role| !wanted.iter().any(|(name, _)| name == role))
    {
        steps.push(Step::new(
            format!("revoke all on {object} from {role}"),
            format!("REVOKE ALL ON {object} FROM {role}"),
        ));
    }
    steps
}

/// The same for rights on single columns of a table: what one role may change of it, and nothing else.
pub(super) fn column_rights(
    table: &str,
    changed_by: Option<(&str, &[&str])>,
    found: &ColumnGrants,
) -> Vec<Step> {
    let wanted: ColumnGrants = changed_by
        .into_iter()
        .flat_map(|(role, columns)| columns.iter().map(move |column| right(column, role)))
        .collect();
    let missing: Vec<&str> = wanted
        .difference(found)
        .map(|(column, _, _)| column.as_str())
        .collect();
    let mut steps = Vec::new();
    if let (Some((role, _)), false) = (changed_by, missing.is_empty()) {
        let columns = missing.join(", ");
        steps.push(Step::new(
            format!("let {role} change {columns} of {table}"),
            format!("GRANT UPDATE ({columns}) ON {table} TO {role}"),
        ));
    }
    steps.extend(found.difference(&wanted).map(|(column, role, right)| {
        Step::new(
            format!("revoke {right} on column {column} of {table} from {role}"),
            format!(
                "REVOKE {right} (\"{}\") ON {table} FROM {role}",
                column.replace('"', "\"\"")
            ),
        )
    }));
    steps
}

fn right(column: &str, role: &str) -> (String, String, String) {
    (column.to_owned(), role.to_owned(), "UPDATE".to_owned())
}
