//! `/session`: login, who am I, logout, organization switch.

use jiff::Timestamp;
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::policy::{Action, Role};

/// E-mail and password.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Credentials {
    /// The e-mail address that was invited; upper and lower case are the same.
    #[schema(example = "owner@example.com", max_length = 320)]
    pub email: String,
    /// The password.
    #[schema(value_type = String, format = Password, max_length = 1024)]
    pub password: SecretString,
}

/// The organization to work in from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrganizationChoice {
    /// The organization's `id` from `organizations`.
    #[schema(max_length = 200)]
    pub organization: String,
}

/// The signed-in user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct User {
    /// The user's id.
    pub id: String,
    /// The e-mail address, in lower case.
    pub email: String,
    /// The name to show; null when none was given.
    pub display_name: Option<String>,
    /// BCP 47 language tag; null to follow the organization's.
    pub locale: Option<String>,
}

/// The organization that the session works in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Organization {
    /// The Organization's uid.
    pub id: String,
    /// Its name.
    pub display_name: String,
    /// IANA zone that sets "today".
    pub time_zone: String,
    /// ISO 4217.
    pub currency: String,
    /// ISO 3166-1 alpha-2; null when none was given.
    pub country: Option<String>,
    /// BCP 47 language tag.
    pub locale: String,
    /// True when its owner suspended it: figures stand still.
    pub suspended: bool,
}

/// An organization that the user belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Membership {
    /// The organization's id.
    pub organization: String,
    /// Its name.
    pub display_name: String,
    /// The user's role there.
    pub role: Role,
}

/// Who is signed in, where, and what they may do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Session {
    /// The user.
    pub user: User,
    /// Where the session works; null when the user belongs to no organization any more.
    pub organization: Option<Organization>,
    /// The role there; null without an organization.
    pub role: Option<Role>,
    /// The brands that a Staff member sees; null for everything.
    pub brands: Option<Vec<String>>,
    /// What the role allows, for hiding what would be refused.
    pub actions: Vec<Action>,
    /// Every organization of the user, by name.
    pub organizations: Vec<Membership>,
    /// The session ends then at the latest.
    pub expires_at: Timestamp,
    /// The session ends then unless it is used.
    pub idle_expires_at: Timestamp,
}
