//! Names of roles, and how the schemas are made.

use crate::{
    model::TenantId,
    schema::{CONTROL_DDL, TENANT_DDL},
};

pub(super) const OPERATOR: &str = "dpo_operator";
pub(super) const API: &str = "dpo_api";
/// Group of all tenants' job logins.
pub(super) const JOBS: &str = "dpo_jobs";
/// Group of all tenants' read-only roles.
pub(super) const READERS: &str = "dpo_readers";

/// What makes version n out of version n − 1 of the control schema, which `{control}` stands for.
pub(super) const CONTROL_MIGRATIONS: &[(i32, &str)] = &[(1, CONTROL_DDL)];
/// The same for a tenant's schema, which `{schema}` stands for.
pub(super) const TENANT_MIGRATIONS: &[(i32, &str)] = &[(1, TENANT_DDL)];

/// The login of a tenant's pods.
pub(super) fn job_role(tenant: &TenantId) -> String {
    format!("{tenant}_job")
}

/// The role that the API takes to read a tenant.
pub(super) fn reader_role(tenant: &TenantId) -> String {
    format!("{tenant}_ro")
}
