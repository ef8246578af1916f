//! What Postgres knows of a tenant: schema, relations, roles, memberships, rights, policies, and its rows in the control schema.

use serde_json::Value;
use sqlx::{PgConnection, Row};

use super::state::{State, without_times};

/// One line each; `$1` is the tenant.
const CATALOG: &str = r"
WITH roles AS (SELECT * FROM pg_authid WHERE rolname IN ($1 || '_job', $1 || '_ro')),
     schemas AS (SELECT * FROM pg_namespace WHERE nspname = $1),
     relations AS (SELECT c.* FROM pg_class c JOIN schemas s ON s.oid = c.relnamespace)
SELECT concat_ws(' ', 'schema', nspname, 'of', nspowner::regrole) FROM schemas
UNION ALL SELECT concat_ws(' ', 'relation', relname, relkind, 'of', relowner::regrole, 'rls', relrowsecurity, relforcerowsecurity) FROM relations
UNION ALL SELECT concat_ws(' ', 'column', r.relname, attname, format_type(atttypid, atttypmod), attnotnull)
    FROM pg_attribute JOIN relations r ON r.oid = attrelid WHERE attnum > 0 AND NOT attisdropped
UNION ALL SELECT concat_ws(' ', 'constraint', conname, pg_get_constraintdef(c.oid)) FROM pg_constraint c JOIN schemas s ON s.oid = connamespace
UNION ALL SELECT concat_ws(' ', 'policy', policyname, tablename, qual) FROM pg_policies WHERE schemaname = $1
UNION ALL SELECT concat_ws(' ', 'role', to_jsonb(r) - 'oid' - 'rolpassword', 'password', rolpassword IS NOT NULL) FROM roles r
UNION ALL SELECT concat_ws(' ', 'membership of', member::regrole, 'in', roleid::regrole, 'by', grantor::regrole, 'admin', admin_option)
    FROM pg_auth_members WHERE roleid IN (SELECT oid FROM roles) OR member IN (SELECT oid FROM roles)
UNION ALL SELECT concat_ws(' ', 'right in schema', nspname, entry) FROM pg_namespace, LATERAL (SELECT unnest(nspacl)::text AS entry) g
    WHERE starts_with(entry, $1) OR nspname = $1
UNION ALL SELECT concat_ws(' ', 'right on', relnamespace::regnamespace, relname, entry) FROM pg_class, LATERAL (SELECT unnest(relacl)::text AS entry) g
    WHERE starts_with(entry, $1) OR relnamespace IN (SELECT oid FROM schemas)
UNION ALL SELECT concat_ws(' ', 'default right', defaclobjtype, entry) FROM pg_default_acl, LATERAL (SELECT unnest(defaclacl)::text AS entry) g
    WHERE starts_with(entry, $1) OR defaclnamespace IN (SELECT oid FROM schemas)
UNION ALL SELECT concat_ws(' ', 'setting', unnest(setconfig)) FROM pg_db_role_setting WHERE setrole IN (SELECT oid FROM roles)
UNION ALL SELECT concat_ws(' ', 'dependence of', refobjid::regrole, classid::regclass, deptype, count(*))
    FROM pg_shdepend WHERE refclassid = 'pg_authid'::regclass AND refobjid IN (SELECT oid FROM roles) GROUP BY refobjid, classid, deptype";

/// Rows of the control schema as JSON; `$1` is the tenant, `$2` the domain of its people.
const ROWS: &str = r"
SELECT 'organization', to_jsonb(o) - 'created_at' - 'updated_at' || jsonb_build_object('login_fingerprint', login_fingerprint IS NOT NULL)
    FROM control.organizations o WHERE tenant = $1
UNION ALL SELECT 'source', to_jsonb(s) - 'created_at' - 'updated_at' FROM control.sources s WHERE tenant = $1
UNION ALL SELECT 'membership', to_jsonb(m) - 'user_id' - 'created_at' || jsonb_build_object('email', u.email)
    FROM control.memberships m JOIN control.users u ON u.id = m.user_id WHERE m.tenant = $1
UNION ALL SELECT 'user', to_jsonb(u) - 'id' - 'created_at' FROM control.users u WHERE email LIKE '%@' || $2
UNION ALL SELECT 'watermark', to_jsonb(w) FROM control.watermarks w WHERE tenant = $1
UNION ALL SELECT 'manifest', to_jsonb(m) FROM control.archive_manifest m WHERE tenant = $1";

/// As the administrator sees it, also inside a transaction that is rolled back.
///
/// # Errors
/// Postgres failed, as it does where something is dropped while it is looked at.
pub async fn state(
    connection: &mut PgConnection,
    tenant: &str,
    domain: &str,
) -> sqlx::Result<State> {
    let mut state = State::default();
    let catalog = sqlx::query_scalar::<_, String>(CATALOG).bind(tenant);
    for line in catalog.fetch_all(&mut *connection).await? {
        state.add(format!("postgres {line}"));
    }
    let rows = sqlx::query(ROWS).bind(tenant).bind(domain);
    for row in rows.fetch_all(connection).await? {
        let mut value: Value = row.get(1);
        without_times(&mut value);
        state.add(format!("row {} {value}", row.get::<String, _>(0)));
    }
    Ok(state)
}
