//! Blocking a tenant's logins, and removing a tenant. Pure plans.

use super::{
    names::{API, job_role, reader_role},
    snapshot::Snapshot,
    step::Step,
};
use crate::model::TenantId;

/// What is left of a tenant after a removal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Removal {
    /// Nothing was ever made, or nothing is left.
    Gone,
    /// Logins are blocked; schema and rows stay.
    Retained,
    /// The same, although `Delete` was asked for: a legal hold is recorded.
    RetainedByLegalHold,
}

/// Steps after which nobody can log in or read as this tenant, and which say so in its row.
pub(super) fn block(snapshot: &Snapshot, tenant: &TenantId) -> Vec<Step> {
    let (job, reader) = (job_role(tenant), reader_role(tenant));
    let mut steps = Vec::new();
    if snapshot.roles.get(&job).is_some_and(|role| role.can_login) {
        // Without a password the old one is of no use either, should somebody allow logging in again.
        steps.push(Step::new(
            format!("block the login of {job}"),
            format!("ALTER ROLE {job} NOLOGIN PASSWORD NULL"),
        ));
    }
    if snapshot
        .roles
        .get(&reader)
        .is_some_and(|role| role.members.contains(API))
    {
        steps.push(Step::new(
            format!("take {reader} from the API"),
            format!("REVOKE {reader} FROM {API}"),
        ));
    }
    if snapshot
        .organization
        .as_ref()
        .is_some_and(|row| row.state != "retired" || row.login_fingerprint.is_some())
    {
        let sql = "WITH organization AS (
                UPDATE control.organizations SET state = 'retired', login_fingerprint = NULL, updated_at = now() WHERE tenant = $1 RETURNING tenant
            ), sources AS (
                UPDATE control.sources SET state = 'removed', updated_at = now() WHERE tenant = $1
            )
            DELETE FROM control.sessions WHERE tenant IN (SELECT tenant FROM organization)";
        steps.push(Step::new("retire the organization", sql).with([tenant.as_str().into()]));
    }
    steps
}

/// Steps that end the sessions which a blocked login still has.
pub(super) fn end_sessions(snapshot: &Snapshot, tenant: &TenantId) -> Option<Step> {
    let sql = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1";
    (snapshot.sessions > 0)
        .then(|| Step::new("end the sessions of the tenant", sql).with([job_role(tenant).into()]))
}

/// Steps that remove schema, rows and roles of a blocked tenant; none under a legal hold.
pub(super) fn drop(snapshot: &Snapshot, tenant: &TenantId) -> Vec<Step> {
    let mut steps = Vec::new();
    if snapshot.tenant_schema.is_some() {
        steps.push(Step::new(
            format!("drop schema {tenant}"),
            format!("DROP SCHEMA {tenant} CASCADE"),
        ));
    }
    if snapshot.organization.is_some() {
        let members = "WITH former AS (DELETE FROM control.memberships WHERE tenant = $1 RETURNING user_id)
            DELETE FROM control.users u USING former WHERE u.id = former.user_id
            AND NOT EXISTS (SELECT FROM control.memberships m WHERE m.user_id = u.id AND m.tenant <> $1)";
        steps.push(
            Step::new("remove people who belong to no other organization", members)
                .with([tenant.as_str().into()]),
        );
        let row = "DELETE FROM control.organizations WHERE tenant = $1";
        steps.push(Step::new("remove the organization's rows", row).with([tenant.as_str().into()]));
    }
    for role in [job_role(tenant), reader_role(tenant)] {
        if snapshot.roles.contains_key(&role) {
            steps.push(Step::new(
                format!("drop role {role}"),
                format!("DROP OWNED BY {role}; DROP ROLE {role}"),
            ));
        }
    }
    steps
}
