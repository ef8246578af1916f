//! Who is signed in, where, and what they may do.

use dpo_warehouse::identity::{Membership, SessionRecord};

use crate::dto::session as dto;
use crate::policy::{Role, allowed_actions};

/// The session as the API writes it.
#[must_use]
pub fn session(record: &SessionRecord) -> dto::Session {
    let user = &record.member.user;
    let current = record.membership();
    let role = current.map(|membership| Role::from(membership.role));
    dto::Session {
        user: dto::User {
            id: user.id.to_string(),
            email: user.email.clone(),
            display_name: user.display_name.clone(),
            locale: user.locale.clone(),
        },
        organization: current.map(organization),
        role,
        brands: current
            .filter(|_| role == Some(Role::Staff))
            .map(|membership| membership.brands.clone()),
        actions: role.map(allowed_actions).unwrap_or_default(),
        organizations: record.member.memberships.iter().map(membership).collect(),
        expires_at: record.expires_at,
        idle_expires_at: record.idle_expires_at.min(record.expires_at),
    }
}

fn organization(membership: &Membership) -> dto::Organization {
    let profile = &membership.organization;
    dto::Organization {
        id: profile.uid.clone(),
        display_name: profile.display_name.clone(),
        time_zone: profile.time_zone.clone(),
        currency: profile.currency.clone(),
        country: profile.country.clone(),
        locale: profile.locale.clone(),
        suspended: profile.suspended,
    }
}

fn membership(membership: &Membership) -> dto::Membership {
    dto::Membership {
        organization: membership.organization.uid.clone(),
        display_name: membership.organization.display_name.clone(),
        role: membership.role.into(),
    }
}
