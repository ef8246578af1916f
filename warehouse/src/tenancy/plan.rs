//! What has to be done, from what is there and what should be there. Pure.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    LoginPassword, TenancyError,
    access::{CONTROL_TABLES, ControlTable, tenant_table_rights},
    grants::{column_rights, grants},
    names::{
        API, CONTROL_MIGRATIONS, JOBS, OPERATOR, READERS, TENANT_MIGRATIONS, job_role, reader_role,
    },
    outdated,
    snapshot::{OrganizationRow, Role, Schema, Snapshot, Table},
    step::{Bound, Step},
};
use crate::{
    database::TENANT_CONNECTIONS,
    model::TenantId,
    schema::{CONTROL_VERSION, TENANT_VERSION},
};

/// Whether an organization's jobs run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum OrganizationState {
    /// Jobs run.
    Active,
    /// Somebody paused it; data, logins and dashboard stay.
    Suspended,
}

/// An organization as it should be in Postgres.
#[derive(Clone, Debug)]
pub struct DesiredOrganization {
    /// UID of the Organization object.
    pub uid: String,
    /// Its schema, derived from the UID.
    pub tenant: TenantId,
    /// Namespace of the object.
    pub namespace: String,
    /// Name of the object.
    pub name: String,
    /// The name people see.
    pub display_name: String,
    /// IANA time zone.
    pub time_zone: String,
    /// ISO 4217 code.
    pub currency: String,
    /// ISO 3166-1 code.
    pub country: String,
    /// Language and region.
    pub locale: String,
    /// Whether its jobs run.
    pub state: OrganizationState,
    /// The retention policy in force, as JSON; `None` where it is missing or not valid.
    pub retention: Option<Value>,
    /// Legal hold: `None` leaves what is recorded, since a policy that went missing lifts no hold.
    pub legal_hold: Option<bool>,
    /// E-mail addresses of the owners, in lower case.
    pub owners: BTreeSet<String>,
    /// Password of the job login.
    pub password: LoginPassword,
}

/// Steps that bring the control schema and this tenant nearer to what they should be; none when they are there. Grants follow from
/// the tables that exist, so that a new schema takes two rounds.
pub(super) fn provision(
    snapshot: &Snapshot,
    desired: &DesiredOrganization,
) -> Result<Vec<Step>, TenancyError> {
    let control = control(snapshot)?;
    if !control.is_empty() {
        return Ok(control);
    }
    let mut steps = organization_row(snapshot, desired);
    steps.extend(roles(snapshot, desired));
    steps.extend(tenant_schema(snapshot, &desired.tenant)?);
    steps.extend(owners(snapshot, desired));
    let legal_hold = legal_hold(snapshot, desired);
    steps.extend(outdated::remove(snapshot, &desired.tenant, legal_hold));
    Ok(steps)
}

/// Steps for what tenants share: group roles, control schema, row-level security, grants.
pub(super) fn control(snapshot: &Snapshot) -> Result<Vec<Step>, TenancyError> {
    let mut steps: Vec<Step> = [JOBS, READERS]
        .into_iter()
        .filter_map(|group| group_role(snapshot, group))
        .collect();
    steps.extend(migrations(
        "control",
        snapshot.control_version,
        CONTROL_VERSION,
        CONTROL_MIGRATIONS,
        control_sql,
    )?);
    if !steps.is_empty() {
        return Ok(steps);
    }
    if !snapshot.may_connect.contains(JOBS) {
        // Not `current_database()`: a grant takes a name, no expression.
        steps.push(Step::new("let tenants' logins connect", CONNECT_GRANT));
    }
    let Some(schema) = &snapshot.control else {
        return Ok(steps);
    };
    let usage = [(JOBS, USAGE), (READERS, USAGE), (API, USAGE)];
    steps.extend(grants("SCHEMA control", &usage, &schema.grants));
    for table in CONTROL_TABLES {
        if let Some(found) = schema.tables.get(table.name) {
            steps.extend(grants(
                &format!("TABLE control.{}", table.name),
                &table.rights(),
                &found.grants,
            ));
            let changed = Some((JOBS, table.changed_by_jobs));
            steps.extend(column_rights(
                &format!("control.{}", table.name),
                changed,
                &found.column_grants,
            ));
            steps.extend(row_security(table, found));
        }
    }
    Ok(steps)
}

const USAGE: &[&str] = &["USAGE"];
/// Replaced by the executor's connection, which knows the database's name.
pub(super) const CONNECT_GRANT: &str = "GRANT CONNECT ON DATABASE {database} TO dpo_jobs";

fn group_role(snapshot: &Snapshot, group: &str) -> Option<Step> {
    (!snapshot.roles.contains_key(group)).then(|| {
        Step::new(
            format!("create role {group}"),
            format!("CREATE ROLE {group} NOLOGIN"),
        )
    })
}

fn migrations(
    schema: &str,
    found: Option<i32>,
    known: i32,
    all: &[(i32, &str)],
    fill_in: impl Fn(i32, &str) -> String,
) -> Result<Vec<Step>, TenancyError> {
    let found = found.unwrap_or(0);
    if found > known {
        return Err(TenancyError::SchemaTooNew {
            schema: schema.to_string(),
            found,
            known,
        });
    }
    let due = all.iter().filter(|(version, _)| *version > found);
    Ok(due
        .map(|(version, sql)| {
            Step::new(
                format!("migrate {schema} to version {version}"),
                fill_in(*version, sql),
            )
        })
        .collect())
}

fn control_sql(version: i32, sql: &str) -> String {
    let record = "ON CONFLICT (only_row) DO UPDATE SET version = excluded.version";
    format!(
        "{}; INSERT INTO control.schema_version (version) VALUES ({version}) {record}",
        sql.replace("{control}", "control")
    )
}

fn tenant_sql(tenant: &TenantId, version: i32, sql: &str) -> String {
    let record = format!(
        "UPDATE control.organizations SET schema_version = {version}, updated_at = now() WHERE tenant = '{tenant}'"
    );
    format!("{}; {record}", sql.replace("{schema}", tenant.as_str()))
}

fn row_security(table: &ControlTable, found: &Table) -> Vec<Step> {
    let name = table.name;
    let mut steps = Vec::new();
    if table.rows_of_tenants && !(found.row_security && found.row_security_forced) {
        let sql = format!(
            "ALTER TABLE control.{name} ENABLE ROW LEVEL SECURITY; ALTER TABLE control.{name} FORCE ROW LEVEL SECURITY"
        );
        steps.push(Step::new(
            format!("force row-level security on control.{name}"),
            sql,
        ));
    }
    let policies = table.policies();
    for extra in found
        .policies
        .keys()
        .filter(|found| !policies.iter().any(|policy| policy.name == found.as_str()))
    {
        let quoted = extra.replace('"', "\"\"");
        steps.push(Step::new(
            format!("drop policy {extra} of control.{name}"),
            format!("DROP POLICY \"{quoted}\" ON control.{name}"),
        ));
    }
    for policy in policies {
        let wanted = (policy.holder.to_string(), policy.condition.to_string());
        if found.policies.get(policy.name) != Some(&wanted) {
            let (name, table) = (policy.name, table.name);
            let drop = if found.policies.contains_key(name) {
                format!("DROP POLICY {name} ON control.{table}; ")
            } else {
                String::new()
            };
            let sql = format!(
                "{drop}CREATE POLICY {name} ON control.{table} FOR ALL TO {} USING ({})",
                policy.holder, policy.condition
            );
            steps.push(Step::new(
                format!("create policy {name} of control.{table}"),
                sql,
            ));
        }
    }
    steps
}

fn organization_row(snapshot: &Snapshot, desired: &DesiredOrganization) -> Vec<Step> {
    let found = snapshot.organization.as_ref();
    let wanted = OrganizationRow {
        uid: desired.uid.clone(),
        namespace: desired.namespace.clone(),
        name: desired.name.clone(),
        display_name: desired.display_name.clone(),
        time_zone: desired.time_zone.clone(),
        currency: desired.currency.clone(),
        country: Some(desired.country.clone()),
        locale: desired.locale.clone(),
        state: <&str>::from(desired.state).to_string(),
        legal_hold: legal_hold(snapshot, desired),
        schema_version: found.map_or(0, |row| row.schema_version),
        retention: desired.retention.clone(),
        login_fingerprint: found.and_then(|row| row.login_fingerprint.clone()),
    };
    if found == Some(&wanted) {
        return Vec::new();
    }
    vec![record_organization(desired.tenant.as_str(), wanted)]
}

/// What is asked for, else what is recorded.
fn legal_hold(snapshot: &Snapshot, desired: &DesiredOrganization) -> bool {
    let recorded = snapshot
        .organization
        .as_ref()
        .is_some_and(|row| row.legal_hold);
    desired.legal_hold.unwrap_or(recorded)
}

fn record_organization(tenant: &str, row: OrganizationRow) -> Step {
    let sql = "INSERT INTO control.organizations (tenant, uid, namespace, name, display_name, time_zone, currency, country, locale, state,
            legal_hold, schema_version, retention)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
        ON CONFLICT (uid) DO UPDATE SET namespace = excluded.namespace, name = excluded.name, display_name = excluded.display_name,
            time_zone = excluded.time_zone, currency = excluded.currency, country = excluded.country, locale = excluded.locale,
            state = excluded.state, legal_hold = excluded.legal_hold, retention = excluded.retention, updated_at = now()";
    Step::new("record the organization", sql).with([
        tenant.into(),
        row.uid.into(),
        row.namespace.into(),
        row.name.into(),
        row.display_name.into(),
        row.time_zone.into(),
        row.currency.into(),
        Bound::OptionalText(row.country),
        row.locale.into(),
        row.state.into(),
        Bound::Boolean(row.legal_hold),
        Bound::Integer(row.schema_version),
        Bound::Json(row.retention),
    ])
}

fn roles(snapshot: &Snapshot, desired: &DesiredOrganization) -> Vec<Step> {
    let (job, reader) = (job_role(&desired.tenant), reader_role(&desired.tenant));
    let mut steps = Vec::new();
    steps.extend(job_login(snapshot, desired, &job));
    if !snapshot.roles.contains_key(&reader) {
        steps.push(Step::new(
            format!("create role {reader}"),
            format!("CREATE ROLE {reader} NOLOGIN"),
        ));
    }
    let role = |name: &str| snapshot.roles.get(name).cloned().unwrap_or_default();
    steps.extend(memberships(&job, &role(&job), JOBS, &[]));
    steps.extend(memberships(&reader, &role(&reader), READERS, &[API]));
    steps
}

const LIMIT: i32 = TENANT_CONNECTIONS.cast_signed();

fn job_login(snapshot: &Snapshot, desired: &DesiredOrganization, job: &str) -> Option<Step> {
    let fingerprint = desired.password.fingerprint();
    let recorded = snapshot
        .organization
        .as_ref()
        .and_then(|row| row.login_fingerprint.as_deref());
    let found = snapshot.roles.get(job);
    if let Some(role) = found
        && role.can_login
        && recorded == Some(&fingerprint)
    {
        return (role.connection_limit != LIMIT).then(|| {
            Step::new(
                format!("limit the connections of {job}"),
                format!("ALTER ROLE {job} CONNECTION LIMIT {LIMIT}"),
            )
        });
    }
    let verb = if found.is_some() { "ALTER" } else { "CREATE" };
    let record = format!(
        "UPDATE control.organizations SET login_fingerprint = '{fingerprint}', updated_at = now() WHERE tenant = '{}'",
        desired.tenant
    );
    let sql = format!(
        "{verb} ROLE {job} LOGIN CONNECTION LIMIT {LIMIT} PASSWORD '{}'; {record}",
        desired.password.verifier()
    );
    Some(Step::new(format!("let {job} log in"), sql))
}

/// A tenant's role belongs to one group, has the members it needs, and the operator acts for it; any other membership is an escape.
fn memberships(role: &str, found: &Role, group: &str, members: &[&str]) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut grant = |of: &str, to: &str| {
        steps.push(Step::new(
            format!("grant {of} to {to}"),
            format!("GRANT {of} TO {to}"),
        ));
    };
    if !found.member_of.contains(group) {
        grant(group, role);
    }
    if !found.operator_inherits {
        grant(role, OPERATOR);
    }
    members
        .iter()
        .filter(|member| !found.members.contains(**member))
        .for_each(|member| grant(role, member));
    let mut revoke = |of: &str, from: &str| {
        steps.push(Step::new(
            format!("revoke {of} from {from}"),
            format!("REVOKE {of} FROM {from}"),
        ));
    };
    found
        .member_of
        .iter()
        .filter(|of| *of != group)
        .for_each(|of| revoke(of, role));
    let may =
        |member: &str| member == OPERATOR || members.contains(&member) || member == "postgres";
    found
        .members
        .iter()
        .filter(|member| !may(member))
        .for_each(|member| revoke(role, member));
    steps
}

fn tenant_schema(snapshot: &Snapshot, tenant: &TenantId) -> Result<Vec<Step>, TenancyError> {
    let Some(schema) = &snapshot.tenant_schema else {
        return Ok(vec![Step::new(
            format!("create schema {tenant}"),
            format!("CREATE SCHEMA {tenant}"),
        )]);
    };
    let recorded = snapshot.organization.as_ref().map(|row| row.schema_version);
    let steps = migrations(
        tenant.as_str(),
        recorded,
        TENANT_VERSION,
        TENANT_MIGRATIONS,
        |version, sql| tenant_sql(tenant, version, sql),
    )?;
    // The grants follow in the next round, from the tables that are there then.
    Ok(if steps.is_empty() {
        tenant_grants(schema, tenant)
    } else {
        steps
    })
}

fn tenant_grants(schema: &Schema, tenant: &TenantId) -> Vec<Step> {
    let (job, reader) = (job_role(tenant), reader_role(tenant));
    let mut steps = grants(
        &format!("SCHEMA {tenant}"),
        &[(&job, USAGE), (&reader, USAGE)],
        &schema.grants,
    );
    for (name, table) in &schema.tables {
        let (jobs_rights, readers_rights) = tenant_table_rights(name);
        let wanted: Vec<(&str, &[&str])> = [
            (job.as_str(), jobs_rights),
            (reader.as_str(), readers_rights),
        ]
        .into_iter()
        .filter(|(_, rights)| !rights.is_empty())
        .collect();
        steps.extend(grants(
            &format!("TABLE {tenant}.{name}"),
            &wanted,
            &table.grants,
        ));
        steps.extend(column_rights(
            &format!("{tenant}.{name}"),
            None,
            &table.column_grants,
        ));
    }
    steps
}

fn owners(snapshot: &Snapshot, desired: &DesiredOrganization) -> Vec<Step> {
    let tenant = desired.tenant.as_str();
    let ceo = ("ceo".to_string(), "owners".to_string());
    let mut steps = Vec::new();
    for email in desired
        .owners
        .iter()
        .filter(|email| snapshot.members.get(*email) != Some(&ceo))
    {
        let user = "INSERT INTO control.users (email) VALUES ($1) ON CONFLICT (email) DO NOTHING";
        steps.push(Step::new("invite an owner", user).with([email.as_str().into()]));
        let membership = "INSERT INTO control.memberships (tenant, user_id, role, granted_by)
            SELECT $1, id, 'ceo', 'owners' FROM control.users WHERE email = $2
            ON CONFLICT (tenant, user_id) DO UPDATE SET role = 'ceo', brands = NULL, granted_by = 'owners'";
        steps.push(
            Step::new("make an owner CEO", membership).with([tenant.into(), email.as_str().into()]),
        );
    }
    let is_former = |(email, (_, granted_by)): &(&String, &(String, String))| {
        granted_by == "owners" && !desired.owners.contains(*email)
    };
    for (email, _) in snapshot.members.iter().filter(is_former) {
        let sql = "DELETE FROM control.memberships m USING control.users u WHERE m.user_id = u.id AND m.tenant = $1 AND u.email = $2";
        steps.push(
            Step::new("take away a former owner's role", sql)
                .with([tenant.into(), email.as_str().into()]),
        );
    }
    steps
}
