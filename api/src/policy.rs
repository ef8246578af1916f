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
