//! What the catalog holds, read once, so that plans can be pure.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use sqlx::{PgConnection, Row, postgres::PgRow};

use super::{
    TenancyError,
    names::{API, JOBS, OPERATOR, READERS, job_role, reader_role},
    outdated,
};
use crate::model::TenantId;

/// Grants on one object: role (or `PUBLIC`) to its rights.
pub(super) type Grants = BTreeMap<String, BTreeSet<String>>;

/// Rights on single columns: column, role (or `PUBLIC`), right.
pub(super) type ColumnGrants = BTreeSet<(String, String, String)>;

/// The shared part and one tenant.
#[derive(Clone, Debug, Default)]
pub(super) struct Snapshot {
    pub roles: BTreeMap<String, Role>,
    /// May `dpo_jobs` and `dpo_api` connect? Keyed by role.
    pub may_connect: BTreeSet<String>,
    pub control: Option<Schema>,
    pub control_version: Option<i32>,
    pub tenant_schema: Option<Schema>,
    pub organization: Option<OrganizationRow>,
    /// E-mail to (role, `granted_by`) of this tenant's members.
    pub members: BTreeMap<String, (String, String)>,
    /// Backends logged in as the tenant's job role.
    pub sessions: i64,
    /// Runs so old that it is time to remove their rows.
    pub outdated_runs: bool,
}

/// A role as far as plans care.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Role {
    pub can_login: bool,
    /// −1: none.
    pub connection_limit: i32,
    /// Roles that it may act as or inherits from, directly granted.
    pub member_of: BTreeSet<String>,
    /// Roles that are direct members of it.
    pub members: BTreeSet<String>,
    /// The operator inherits its rights, which ending sessions and dropping need.
    pub operator_inherits: bool,
}

/// A schema, its tables and the rights on both.
#[derive(Clone, Debug, Default)]
pub(super) struct Schema {
    pub owner: String,
    pub grants: Grants,
    pub tables: BTreeMap<String, Table>,
}

/// A table.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    pub row_security: bool,
    pub row_security_forced: bool,
    pub grants: Grants,
    pub column_grants: ColumnGrants,
    /// Policy name to (role names, condition).
    pub policies: BTreeMap<String, (String, String)>,
}

/// The organization's row.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct OrganizationRow {
    pub uid: String,
    pub namespace: String,
    pub name: String,
    pub display_name: String,
    pub time_zone: String,
    pub currency: String,
    pub country: Option<String>,
    pub locale: String,
    pub state: String,
    pub legal_hold: bool,
    pub schema_version: i32,
    pub retention: Option<Value>,
    pub login_fingerprint: Option<String>,
}

/// Reads the catalog. Several statements; the caller's transaction makes them one picture.
pub(super) async fn read(
    connection: &mut PgConnection,
    tenant: &TenantId,
) -> Result<Snapshot, TenancyError> {
    let mut snapshot = Snapshot {
        roles: roles(connection, tenant).await?,
        ..Snapshot::default()
    };
    snapshot.may_connect = may_connect(connection).await?;
    let mut schemas = schemas(connection, tenant).await?;
    snapshot.control = schemas.remove("control");
    snapshot.tenant_schema = schemas.remove(tenant.as_str());
    let has = |table: &str| {
        snapshot
            .control
            .as_ref()
            .is_some_and(|control| control.tables.contains_key(table))
    };
    if has("schema_version") {
        snapshot.control_version = sqlx::query("SELECT version FROM control.schema_version")
            .fetch_optional(&mut *connection)
            .await?
            .map(|row| row.get(0));
    }
    if has("organizations") && has("memberships") {
        snapshot.organization = organization(connection, tenant).await?;
        snapshot.members = members(connection, tenant).await?;
    }
    if has("runs") {
        snapshot.outdated_runs = outdated::exist(connection, tenant).await?;
    }
    let sessions = sqlx::query("SELECT count(*) FROM pg_stat_activity WHERE usename = $1")
        .bind(job_role(tenant));
    snapshot.sessions = sessions.fetch_one(connection).await?.get(0);
    Ok(snapshot)
}

async fn roles(
    connection: &mut PgConnection,
    tenant: &TenantId,
) -> Result<BTreeMap<String, Role>, TenancyError> {
    let names = [
        OPERATOR.to_string(),
        API.to_string(),
        JOBS.to_string(),
        READERS.to_string(),
        job_role(tenant),
        reader_role(tenant),
    ];
    // The creator's implicit right to administer a role (Postgres 16 and newer) is a membership without any use of it: not counted.
    let rows = sqlx::query(
        "SELECT r.rolname::text AS name, r.rolcanlogin AS can_login, r.rolconnlimit AS connection_limit,
                ARRAY(SELECT m.roleid::regrole::text FROM pg_auth_members m WHERE m.member = r.oid) AS member_of,
                ARRAY(SELECT m.member::regrole::text FROM pg_auth_members m WHERE m.roleid = r.oid) AS members,
                pg_has_role(current_user, r.oid, 'USAGE') AS operator_inherits
         FROM pg_roles r WHERE r.rolname = ANY ($1)",
    )
    .bind(names.to_vec())
    .fetch_all(connection)
    .await?;
    Ok(rows
        .iter()
        .map(|row| (row.get("name"), role(row)))
        .collect())
}

fn role(row: &PgRow) -> Role {
    Role {
        can_login: row.get("can_login"),
        connection_limit: row.get("connection_limit"),
        member_of: row.get::<Vec<String>, _>("member_of").into_iter().collect(),
        members: row.get::<Vec<String>, _>("members").into_iter().collect(),
        operator_inherits: row.get("operator_inherits"),
    }
}

async fn may_connect(connection: &mut PgConnection) -> Result<BTreeSet<String>, TenancyError> {
    let rows = sqlx::query(
        "SELECT acl.grantee::regrole::text FROM pg_database, aclexplode(datacl) acl
         WHERE datname = current_database() AND acl.privilege_type = 'CONNECT'",
    );
    Ok(rows
        .fetch_all(connection)
        .await?
        .iter()
        .map(|row| row.get(0))
        .collect())
}

async fn schemas(
    connection: &mut PgConnection,
    tenant: &TenantId,
) -> Result<BTreeMap<String, Schema>, TenancyError> {
    let names = vec!["control".to_string(), tenant.to_string()];
    let mut schemas: BTreeMap<String, Schema> = BTreeMap::new();
    let rows = sqlx::query(
        "SELECT n.nspname::text AS schema, n.nspowner::regrole::text AS owner, acl.privilege_type,
                CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE acl.grantee::regrole::text END AS grantee
         FROM pg_namespace n LEFT JOIN LATERAL aclexplode(n.nspacl) acl ON acl.grantee <> n.nspowner
         WHERE n.nspname = ANY ($1)",
    );
    for row in rows.bind(&names).fetch_all(&mut *connection).await? {
        let schema = schemas.entry(row.get("schema")).or_default();
        schema.owner = row.get("owner");
        add_grant(&mut schema.grants, &row);
    }
    tables(connection, &names, &mut schemas).await?;
    column_grants(connection, &names, &mut schemas).await?;
    policies(connection, &mut schemas).await?;
    Ok(schemas)
}

fn add_grant(grants: &mut Grants, row: &PgRow) {
    if let (Some(grantee), Some(right)) = (
        row.get::<Option<String>, _>("grantee"),
        row.get::<Option<String>, _>("privilege_type"),
    ) {
        grants.entry(grantee).or_default().insert(right);
    }
}

async fn tables(
    connection: &mut PgConnection,
    names: &[String],
    schemas: &mut BTreeMap<String, Schema>,
) -> Result<(), TenancyError> {
    let rows = sqlx::query(
        "SELECT n.nspname::text AS schema, c.relname::text AS name, c.relrowsecurity, c.relforcerowsecurity, acl.privilege_type,
                CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE acl.grantee::regrole::text END AS grantee
         FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         LEFT JOIN LATERAL aclexplode(c.relacl) acl ON acl.grantee <> c.relowner
         WHERE n.nspname = ANY ($1) AND c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')",
    );
    for row in rows.bind(names).fetch_all(connection).await? {
        let schema = schemas.entry(row.get("schema")).or_default();
        let table = schema.tables.entry(row.get("name")).or_default();
        table.row_security = row.get("relrowsecurity");
        table.row_security_forced = row.get("relforcerowsecurity");
        add_grant(&mut table.grants, &row);
    }
    Ok(())
}

async fn column_grants(
    connection: &mut PgConnection,
    names: &[String],
    schemas: &mut BTreeMap<String, Schema>,
) -> Result<(), TenancyError> {
    let rows = sqlx::query(
        "SELECT n.nspname::text AS schema, c.relname::text AS name, a.attname::text AS column, acl.privilege_type AS granted,
                CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE acl.grantee::regrole::text END AS grantee
         FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
         CROSS JOIN LATERAL aclexplode(a.attacl) acl WHERE n.nspname = ANY ($1)",
    );
    for row in rows.bind(names).fetch_all(connection).await? {
        let schema = schemas.entry(row.get("schema")).or_default();
        let table = schema.tables.entry(row.get("name")).or_default();
        table
            .column_grants
            .insert((row.get("column"), row.get("grantee"), row.get("granted")));
    }
    Ok(())
}

async fn policies(
    connection: &mut PgConnection,
    schemas: &mut BTreeMap<String, Schema>,
) -> Result<(), TenancyError> {
    let rows = sqlx::query(
        "SELECT tablename::text AS name, policyname::text AS policy, array_to_string(roles, ',') AS roles,
                concat_ws(' check ', qual, with_check) || CASE WHEN cmd = 'ALL' AND permissive = 'PERMISSIVE' THEN '' ELSE ' for less' END AS condition
         FROM pg_policies WHERE schemaname = 'control'",
    );
    for row in rows.fetch_all(connection).await? {
        let schema = schemas.entry("control".to_string()).or_default();
        let table = schema.tables.entry(row.get("name")).or_default();
        table
            .policies
            .insert(row.get("policy"), (row.get("roles"), row.get("condition")));
    }
    Ok(())
}

async fn organization(
    connection: &mut PgConnection,
    tenant: &TenantId,
) -> Result<Option<OrganizationRow>, TenancyError> {
    let row = sqlx::query("SELECT * FROM control.organizations WHERE tenant = $1")
        .bind(tenant.as_str())
        .fetch_optional(connection)
        .await?;
    Ok(row.map(|row| OrganizationRow {
        uid: row.get("uid"),
        namespace: row.get("namespace"),
        name: row.get("name"),
        display_name: row.get("display_name"),
        time_zone: row.get("time_zone"),
        currency: row.get("currency"),
        country: row.get("country"),
        locale: row.get("locale"),
        state: row.get("state"),
        legal_hold: row.get("legal_hold"),
        schema_version: row.get("schema_version"),
        retention: row.get("retention"),
        login_fingerprint: row.get("login_fingerprint"),
    }))
}

async fn members(
    connection: &mut PgConnection,
    tenant: &TenantId,
) -> Result<BTreeMap<String, (String, String)>, TenancyError> {
    let rows = sqlx::query(
        "SELECT u.email, m.role, m.granted_by FROM control.memberships m JOIN control.users u ON u.id = m.user_id WHERE m.tenant = $1",
    );
    let rows = rows.bind(tenant.as_str()).fetch_all(connection).await?;
    Ok(rows
        .iter()
        .map(|row| (row.get("email"), (row.get("role"), row.get("granted_by"))))
        .collect())
}
