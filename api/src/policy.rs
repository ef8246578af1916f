//! Who may do what: one table for the router, the tests and `docs/roles.md`.

use serde::Serialize;
use strum::{EnumIter, IntoEnumIterator, IntoStaticStr};
use utoipa::ToSchema;

/// A member's role in an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema, EnumIter, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Role {
    /// The owner.
    Ceo,
    /// Runs the marketing.
    Director,
    /// Works on some brands.
    Staff,
}

/// Something that a route lets a member do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema, EnumIter, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Action {
    /// See the overview.
    ViewOverview,
    /// See a channel and its campaigns.
    ViewChannel,
    /// See the data sources and how their connections do.
    ViewDataSources,
    /// Read exact stored cells.
    ReadExactFigures,
    /// Read the metric dictionary.
    ReadDictionary,
}

/// How far a permission reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Everything in the organization.
    Everything,
    /// Only data sources whose brand is among the member's brands.
    OwnBrands,
    /// Not at all.
    Nothing,
}

/// What a route asks of the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Requirement {
    /// Nothing: anybody may call it.
    Anybody,
    /// A session, in whatever organization.
    SignedIn,
    /// A role that allows the action.
    May(Action),
}

/// The policy table.
#[must_use]
pub const fn permission(role: Role, action: Action) -> Permission {
    match (role, action) {
        (Role::Ceo | Role::Director, _) | (Role::Staff, Action::ReadDictionary) => {
            Permission::Everything
        }
        (Role::Staff, Action::ViewOverview | Action::ViewChannel | Action::ViewDataSources) => {
            Permission::OwnBrands
        }
        (Role::Staff, Action::ReadExactFigures) => Permission::Nothing,
    }
}

/// Every action that the role allows, in the table's order.
#[must_use]
pub fn allowed_actions(role: Role) -> Vec<Action> {
    Action::iter()
        .filter(|&action| permission(role, action) != Permission::Nothing)
        .collect()
}

/// The policy table as people read it; `docs/roles.md` is its checked-in copy.
#[must_use]
pub fn markdown() -> String {
    let row = |action| {
        let cells: Vec<&str> = Role::iter()
            .map(|role| words(permission(role, action)))
            .collect();
        format!("| {} | {} |\n", description(action), cells.join(" | "))
    };
    PREAMBLE.to_owned() + &Action::iter().map(row).collect::<String>()
}

const PREAMBLE: &str = "<!-- Made by `dpo-api roles`; edits are overwritten. -->
# Roles

What a member of an organization may do. The table is the one that the API's guard asks before every request
(`api/src/policy.rs`); a route that is not in it is refused.

*Own brands* means the data sources whose `spec.brand` is among the member's brands. A data source without a brand is
seen by CEO and Director alone, and a Staff member without brands sees nothing.

| | CEO | Director | Staff |
|---|---|---|---|
";

const fn description(action: Action) -> &'static str {
    match action {
        Action::ViewOverview => "See the overview",
        Action::ViewChannel => "See a channel and its campaigns",
        Action::ViewDataSources => "See the data sources and how their connections do",
        Action::ReadExactFigures => "Read exact stored cells (`/figures`)",
        Action::ReadDictionary => "Read what every metric means",
    }
}

const fn words(permission: Permission) -> &'static str {
    match permission {
        Permission::Everything => "yes",
        Permission::OwnBrands => "own brands",
        Permission::Nothing => "no",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checked_in_table_is_current() {
        let checked_in = include_str!("../../docs/roles.md");
        assert!(
            checked_in == markdown(),
            "docs/roles.md is out of date: run `cargo run -p dpo-api -- roles > docs/roles.md`"
        );
    }

    #[test]
    fn nobody_may_less_than_a_lower_role() {
        const fn reach(permission: Permission) -> u8 {
            match permission {
                Permission::Nothing => 0,
                Permission::OwnBrands => 1,
                Permission::Everything => 2,
            }
        }
        for action in Action::iter() {
            let reaches: Vec<u8> = Role::iter()
                .map(|role| reach(permission(role, action)))
                .collect();
            assert!(
                reaches.is_sorted_by(|higher, lower| higher >= lower),
                "{action:?}: {reaches:?}"
            );
        }
    }
}
