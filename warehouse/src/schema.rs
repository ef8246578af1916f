//! The names of the two schemas that a tenant's code works with, and their tables.

use sqlx::{AssertSqlSafe, SqlSafeStr as _, SqlStr};

use crate::model::TenantId;

/// The tables of the control schema; roles, grants and policies are not part of it.
pub const CONTROL_DDL: &str = include_str!("../sql/control/0001_control.sql");

/// The tables of one tenant's schema.
pub const TENANT_DDL: &str = include_str!("../sql/tenant/0001_tenant.sql");

/// The only version of the control schema that this code knows.
pub const CONTROL_VERSION: i32 = 1;

/// The only version of a tenant's schema that this code knows.
pub const TENANT_VERSION: i32 = 1;

/// Two validated schema names. Statements name them as `{control}` and `{schema}`, never by a search path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schemas {
    control: String,
    tenant: String,
}

impl Schemas {
    /// The shared control schema and the tenant's own.
    #[must_use]
    pub fn of(tenant: &TenantId) -> Self {
        Self {
            control: "control".to_owned(),
            tenant: tenant.to_string(),
        }
    }

    /// One throwaway schema that holds the control tables as well.
    #[must_use]
    pub fn throwaway(tenant: &TenantId) -> Self {
        Self {
            control: tenant.to_string(),
            tenant: tenant.to_string(),
        }
    }

    /// The statement with both names filled in.
    #[must_use]
    pub fn sql(&self, template: &'static str) -> SqlStr {
        AssertSqlSafe(self.text(template)).into_sql_str()
    }

    pub(crate) fn text(&self, template: &'static str) -> String {
        template
            .replace("{schema}", &self.tenant)
            .replace("{control}", &self.control)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_qualified() {
        let tenant = "t_0a1b2c3d4e5f60718293".parse().unwrap();
        let sql = Schemas::of(&tenant).sql("SELECT 1 FROM {schema}.ledger, {control}.runs");
        assert_eq!(
            sql.as_str(),
            "SELECT 1 FROM t_0a1b2c3d4e5f60718293.ledger, control.runs"
        );
    }
}
