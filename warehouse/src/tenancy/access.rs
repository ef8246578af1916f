//! Who may do what on which table: the one declaration that plans, drift repair and tests share.

use std::collections::BTreeSet;

use sqlx::{PgConnection, Row};

use super::{
    TenancyError,
    names::{API, JOBS, READERS},
};

/// What a grant allows. TRUNCATE, REFERENCES and TRIGGER are granted to nobody: the first ignores row-level security.
pub(super) const READ: &[&str] = &["SELECT"];
const READ_WRITE: &[&str] = &["DELETE", "INSERT", "SELECT", "UPDATE"];
const ADD: &[&str] = &["INSERT", "SELECT"];
const CHANGE: &[&str] = &["SELECT", "UPDATE"];
const NOTHING: &[&str] = &[];

/// A table of the control schema and the rights on it.
pub(super) struct ControlTable {
    pub name: &'static str,
    /// Rows belong to tenants: row-level security keeps each tenant's roles to their own.
    pub rows_of_tenants: bool,
    pub jobs: &'static [&'static str],
    /// The columns that jobs may change. Never the whole table, and no row is theirs to delete: with either right one tenant could lock the
    /// table for all.
    pub changed_by_jobs: &'static [&'static str],
    pub readers: &'static [&'static str],
    /// What the API may do before it has taken a tenant's role: signing in, and finding a person's organizations.
    pub api: &'static [&'static str],
}

const fn tenants(
    name: &'static str,
    jobs: &'static [&'static str],
    readers: &'static [&'static str],
    api: &'static [&'static str],
) -> ControlTable {
    ControlTable {
        name,
        rows_of_tenants: true,
        jobs,
        changed_by_jobs: NOTHING,
        readers,
        api,
    }
}

/// A table that jobs add rows to and change rows of.
const fn kept_by_jobs(
    name: &'static str,
    changed_by_jobs: &'static [&'static str],
) -> ControlTable {
    ControlTable {
        changed_by_jobs,
        ..tenants(name, ADD, READ, NOTHING)
    }
}

const fn common(
    name: &'static str,
    jobs: &'static [&'static str],
    api: &'static [&'static str],
) -> ControlTable {
    ControlTable {
        name,
        rows_of_tenants: false,
        jobs,
        changed_by_jobs: NOTHING,
        readers: NOTHING,
        api,
    }
}

pub(super) const CONTROL_TABLES: &[ControlTable] = &[
    common("schema_version", READ, READ),
    tenants("organizations", READ, READ, READ),
    tenants("sources", READ, READ, NOTHING),
    kept_by_jobs(
        "runs",
        &[
            "class",
            "errors",
            "finished_at",
            "message",
            "pages",
            "rows_fetched",
            "rows_landed",
            "wait_seconds",
        ],
    ),
    kept_by_jobs(
        "watermarks",
        &[
            "blocked_class",
            "cursor",
            "fetched_at",
            "not_before",
            "tiers",
        ],
    ),
    kept_by_jobs(
        "archive_manifest",
        &[
            "bytes",
            "committed_at",
            "content_hash",
            "entity_tag",
            "expired_at",
            "object_path",
            "purged_at",
            "rows",
            "state",
            "verified_at",
        ],
    ),
    common("users", NOTHING, CHANGE),
    tenants("memberships", NOTHING, NOTHING, READ),
    tenants("sessions", NOTHING, NOTHING, READ_WRITE),
    common("login_attempts", NOTHING, READ_WRITE),
    common("login_budgets", NOTHING, READ_WRITE),
];

impl ControlTable {
    /// The rights that each holder should have, holders without rights left out.
    pub(super) fn rights(&self) -> Vec<(&'static str, &'static [&'static str])> {
        [(JOBS, self.jobs), (READERS, self.readers), (API, self.api)]
            .into_iter()
            .filter(|(_, rights)| !rights.is_empty())
            .collect()
    }

    /// The policies of a table with tenants' rows: name, role, condition as Postgres prints it.
    pub(super) fn policies(&self) -> Vec<Policy> {
        if !self.rows_of_tenants {
            return Vec::new();
        }
        let mut policies = vec![Policy {
            name: "operator_rows",
            holder: super::names::OPERATOR,
            condition: "true",
        }];
        let tenants_own = |name, holder| Policy {
            name,
            holder,
            condition: OWN_ROWS,
        };
        policies.extend((!self.jobs.is_empty()).then(|| tenants_own("job_rows", JOBS)));
        policies.extend((!self.readers.is_empty()).then(|| tenants_own("reader_rows", READERS)));
        policies.extend((!self.api.is_empty()).then_some(Policy {
            name: "api_rows",
            holder: API,
            condition: "true",
        }));
        policies
    }
}

/// A row belongs to whoever is logged in, or was switched to, as one of the tenant's own roles; a setting is never asked.
const OWN_ROWS: &str =
    "(CURRENT_USER = ANY (ARRAY[(tenant || '_job'::text), (tenant || '_ro'::text)]))";

/// One permissive policy for all commands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Policy {
    pub name: &'static str,
    pub holder: &'static str,
    pub condition: &'static str,
}

/// Rights on the tables of a tenant's own schema.
pub(super) fn tenant_table_rights(
    table: &str,
) -> (&'static [&'static str], &'static [&'static str]) {
    match table {
        // Sealed refresh tokens are for the pods alone.
        "rotated_tokens" => (READ_WRITE, NOTHING),
        _ => (READ_WRITE, READ),
    }
}

/// What `administrator.sql` does, as questions that the operator's own login can ask: a sentence for each, and SQL that is true where it was done.
pub const ADMINISTRATOR_RIGHTS: &[(&str, &str)] = &[
    (
        "dpo_operator may not create roles",
        "SELECT rolcreaterole FROM pg_roles WHERE rolname = current_user",
    ),
    (
        "dpo_operator may not create schemas",
        "SELECT has_database_privilege(current_database(), 'CREATE')",
    ),
    (
        "dpo_operator may not let tenants connect",
        "SELECT has_database_privilege(current_database(), 'CONNECT WITH GRANT OPTION')",
    ),
    (
        "the login dpo_api is missing, or may do more than it should",
        "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dpo_api' AND rolcanlogin AND NOT rolinherit AND NOT rolcreaterole AND NOT rolsuper AND NOT rolbypassrls)",
    ),
    (
        "tenants' roles are not the operator's since an upgrade or a restore of Postgres",
        "SELECT current_setting('server_version_num')::int < 160000 OR NOT EXISTS (
            SELECT FROM pg_roles WHERE (rolname ~ '^t_[0-9a-f]{20}_(job|ro)$' OR rolname IN ('dpo_jobs', 'dpo_readers'))
                AND NOT pg_has_role(current_user, oid, 'MEMBER WITH ADMIN OPTION')
            UNION ALL SELECT FROM pg_auth_members m JOIN pg_roles role ON role.oid = m.roleid JOIN pg_roles member ON member.oid = m.member
            WHERE member.rolname = 'dpo_api' AND role.rolname ~ '^t_[0-9a-f]{20}_ro$' AND m.grantor <> current_user::regrole)",
    ),
    (
        "everybody may connect or create temporary tables",
        "SELECT NOT EXISTS (SELECT FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) acl WHERE datname = current_database() AND acl.grantee = 0)",
    ),
    (
        "everybody may change settings or run SQL through functions",
        "SELECT NOT EXISTS (SELECT FROM pg_proc, aclexplode(coalesce(proacl, acldefault('f', proowner))) acl WHERE pronamespace = 'pg_catalog'::regnamespace AND proname IN ('set_config', 'query_to_xml', 'lo_create', 'ts_stat') AND acl.grantee = 0)",
    ),
    (
        "everybody may run code in the database",
        "SELECT NOT EXISTS (SELECT FROM pg_language, aclexplode(coalesce(lanacl, acldefault('l', lanowner))) acl WHERE lanname IN ('plpgsql', 'sql') AND acl.grantee = 0)",
    ),
];

/// The sentences of those rights that are missing. Nothing missing means that `administrator.sql` was run on this database.
///
/// # Errors
/// Where the database does not answer.
pub async fn missing_administrator_rights(
    connection: &mut PgConnection,
) -> Result<Vec<&'static str>, TenancyError> {
    let mut missing = Vec::new();
    for (sentence, question) in ADMINISTRATOR_RIGHTS {
        let answer = sqlx::query(*question)
            .fetch_optional(&mut *connection)
            .await?;
        if !answer.is_some_and(|row| row.try_get::<bool, _>(0).unwrap_or(false)) {
            missing.push(*sentence);
        }
    }
    Ok(missing)
}

/// The difference of two sets of rights, in the order of their names.
pub(super) fn lacking<'a>(wanted: &BTreeSet<&'a str>, held: &BTreeSet<&'a str>) -> Vec<&'a str> {
    wanted.difference(held).copied().collect()
}
