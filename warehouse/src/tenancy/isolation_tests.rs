//! The ways out of a tenant that Postgres offers by default, tried with the product's own logins.
//! Letters and numbers are those of the list of experiments that the design rests on.

use secrecy::{ExposeSecret, SecretString};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::tests::{connect, new_uid, number, servers};
use crate::{model::TenantId, testing::Installation};

struct Neighbours {
    installation: Installation,
    own: TenantId,
    other: TenantId,
}

/// Two tenants with a row each in their own schema and in the shared tables.
async fn neighbours(server: &'static crate::testing::Server) -> Neighbours {
    let installation = Installation::create(server).await;
    let (own, other) = (
        installation.tenant(&new_uid()).await,
        installation.tenant(&new_uid()).await,
    );
    for tenant in [&own, &other] {
        let rows = format!(
            "INSERT INTO {tenant}.raw_records VALUES ('google_ads', '1', 'campaign', '2026-09-01', 'canary-{tenant}', '{{}}', now());
             INSERT INTO control.sources (uid, tenant, namespace, name, source, accounts, schedule, time_zone)
                 VALUES ('source-{tenant}', '{tenant}', 'n', 'n', 'google_ads', '{{1}}', '* * * * *', 'UTC');
             INSERT INTO control.runs (tenant, id, run_name, kind, as_of, started_at) VALUES ('{tenant}', gen_random_uuid(), 'r', 'sync', now(), now())"
        );
        installation.administrator_executes(&rows).await;
    }
    Neighbours {
        installation,
        own,
        other,
    }
}

impl Neighbours {
    fn job(&self) -> SecretString {
        self.installation.job_url(&self.own)
    }
}

/// The SQLSTATE of a refused statement; panics where Postgres takes it.
async fn refusal(connection: &mut PgConnection, sql: &str) -> String {
    match connection.execute(AssertSqlSafe(sql.to_string())).await {
        Ok(_) => panic!("Postgres took: {sql}"),
        Err(error) => error
            .as_database_error()
            .and_then(|error| error.code().map(String::from))
            .unwrap_or_else(|| panic!("{sql}: {error}")),
    }
}

const DENIED: &str = "42501";

#[tokio::test]
async fn a_tenants_login_reaches_nothing_of_another() {
    for server in servers() {
        let neighbours = neighbours(server).await;
        let Neighbours { own, other, .. } = &neighbours;
        let mut job = connect(&neighbours.job()).await;
        for escape in [
            format!("SELECT * FROM {other}.raw_records"),
            format!("SET ROLE {other}_job"),
            format!("SET ROLE {other}_ro"),
            "SET ROLE dpo_operator".to_string(),
            format!("SET SESSION AUTHORIZATION {other}_job"),
            format!("SELECT set_config('role', '{other}_ro', true)"),
            format!("SELECT query_to_xml('SELECT * FROM {other}.raw_records', true, false, '')"),
            "SELECT table_to_xml('pg_class', true, false, '')".to_string(),
            "SELECT ts_stat('SELECT to_tsvector(payload) FROM x')".to_string(),
            "SELECT lo_create(0)".to_string(),
            "SELECT lo_from_bytea(0, 'kept outside all grants')".to_string(),
            "CREATE TEMP TABLE sources (x int)".to_string(),
            "CREATE TABLE public.mine (x int)".to_string(),
            format!("CREATE TABLE {own}.mine (x int)"),
            "DO $$ BEGIN END $$".to_string(),
            format!("CREATE FUNCTION {own}.f() RETURNS int LANGUAGE sql AS 'SELECT 1'"),
            "COPY control.runs TO PROGRAM 'cat'".to_string(),
            format!("TRUNCATE {own}.raw_records"),
            "TRUNCATE control.runs".to_string(),
            "ALTER TABLE control.runs DISABLE ROW LEVEL SECURITY".to_string(),
            "SELECT * FROM control.users".to_string(),
            "SELECT * FROM control.sessions".to_string(),
            format!(
                "INSERT INTO control.runs (tenant, id, run_name, kind, as_of, started_at) VALUES ('{other}', gen_random_uuid(), 'r', 'sync', now(), now())"
            ),
            "UPDATE control.organizations SET legal_hold = false".to_string(),
            format!("ALTER ROLE {own}_job CREATEROLE"),
            format!("ALTER ROLE {own}_job CONNECTION LIMIT -1"),
            format!("UPDATE control.runs SET tenant = '{other}'"),
            "DELETE FROM control.runs".to_string(),
            "DELETE FROM control.watermarks".to_string(),
            "DELETE FROM control.archive_manifest".to_string(),
            format!("GRANT {own}_ro TO {own}_job"),
        ] {
            assert_eq!(refusal(&mut job, &escape).await, DENIED, "{escape}");
        }
    }
}

/// The tables that all tenants' jobs or the operator need.
const SHARED: [&str; 6] = [
    "schema_version",
    "organizations",
    "sources",
    "runs",
    "watermarks",
    "archive_manifest",
];

#[tokio::test]
async fn no_tenant_locks_what_all_need() {
    for server in servers() {
        let neighbours = neighbours(server).await;
        let mut job = connect(&neighbours.job()).await;
        let own = format!("BEGIN; LOCK TABLE {}.ledger IN SHARE MODE", neighbours.own);
        job.execute(AssertSqlSafe(own)).await.unwrap();
        job.execute("ROLLBACK").await.unwrap();
        for table in SHARED {
            // The weakest mode in which the other jobs could not go on.
            for mode in ["SHARE", "ACCESS EXCLUSIVE"] {
                let lock = format!("BEGIN; LOCK TABLE control.{table} IN {mode} MODE");
                assert_eq!(refusal(&mut job, &lock).await, DENIED, "{lock}");
                job.execute("ROLLBACK").await.unwrap();
            }
        }
        for table in ["schema_version", "organizations", "sources"] {
            let lock = format!("SELECT 1 FROM control.{table} FOR KEY SHARE");
            assert_eq!(refusal(&mut job, &lock).await, DENIED, "{lock}");
        }
        let others = format!(
            "SELECT 1 FROM control.watermarks WHERE tenant = '{}' FOR UPDATE",
            neighbours.other
        );
        let locked = job.execute(AssertSqlSafe(others)).await.unwrap();
        assert_eq!(locked.rows_affected(), 0);
    }
}

#[tokio::test]
async fn locks_that_a_tenants_login_can_have_keep_nobody_from_being_provisioned() {
    for server in servers() {
        let neighbours = neighbours(server).await;
        let mut job = connect(&neighbours.job()).await;
        let everything = "SELECT pg_advisory_lock(hashtext('dpo.tenancy')); BEGIN;
            SELECT FROM control.schema_version; SELECT FROM control.organizations FOR NO KEY UPDATE";
        assert_eq!(refusal(&mut job, everything).await, DENIED);
        job.execute("ROLLBACK; BEGIN; SELECT FROM control.schema_version, control.organizations; SELECT FROM control.runs FOR UPDATE")
            .await
            .unwrap();
        let held = "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database WHERE locktype = 'advisory' AND datname = current_database()";
        let url = neighbours.installation.administrator_url();
        assert_eq!(number(&url, held).await, 1, "the login holds it");
        let fresh = neighbours.installation.tenant(&new_uid()).await;
        neighbours
            .installation
            .tenancy()
            .remove(&fresh)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn one_tenant_cannot_take_all_connections() {
    for server in servers() {
        let neighbours = neighbours(server).await;
        let limits = format!(
            "SELECT sum(rolconnlimit)::bigint FROM pg_roles WHERE rolname IN ('{}_job', '{}_job')",
            neighbours.own, neighbours.other
        );
        let limit = i64::from(crate::database::TENANT_CONNECTIONS);
        let url = neighbours.installation.administrator_url();
        assert_eq!(number(&url, &limits).await, 2 * limit);
        let lower = format!("ALTER ROLE {}_job CONNECTION LIMIT 1", neighbours.own);
        neighbours.installation.administrator_executes(&lower).await;
        let _first = connect(&neighbours.job()).await;
        let second = PgConnection::connect(neighbours.job().expose_secret()).await;
        let refused = second.unwrap_err();
        let code = refused
            .as_database_error()
            .and_then(sqlx::error::DatabaseError::code);
        assert_eq!(code.as_deref(), Some("53300"), "{refused}");
    }
}

#[tokio::test]
async fn shared_tables_show_a_tenant_its_own_rows_alone() {
    for server in servers() {
        let neighbours = neighbours(server).await;
        let job = neighbours.job();
        for table in ["organizations", "sources", "runs"] {
            let seen = format!("SELECT count(*) FROM control.{table}");
            assert_eq!(
                number(&neighbours.installation.operator_url(), &seen).await,
                2,
                "the operator sees all of {table}"
            );
            assert_eq!(number(&job, &seen).await, 1, "{table}");
        }
        let settings = "SET app.tenant = 'x'; SET dpo.tenant = 'x'";
        let mut connection = connect(&job).await;
        connection.execute(settings).await.unwrap();
        let others = format!(
            "UPDATE control.runs SET message = 'x' WHERE tenant = '{}'",
            neighbours.other
        );
        assert_eq!(
            connection
                .execute(AssertSqlSafe(others))
                .await
                .unwrap()
                .rows_affected(),
            0
        );
        let own = format!(
            "UPDATE control.runs SET message = 'x' WHERE tenant = '{}'",
            neighbours.own
        );
        assert_eq!(
            connection
                .execute(AssertSqlSafe(own))
                .await
                .unwrap()
                .rows_affected(),
            1
        );
    }
}

#[tokio::test]
async fn the_apis_login_fails_closed() {
    for server in servers() {
        let neighbours = neighbours(server).await;
        let Neighbours {
            own,
            other,
            installation,
        } = &neighbours;
        let mut api = connect(&installation.api_url()).await;
        // A1: a forgotten SET ROLE reads nothing.
        assert_eq!(
            refusal(&mut api, &format!("SELECT * FROM {own}.raw_records")).await,
            DENIED
        );
        assert_eq!(
            refusal(&mut api, "SELECT * FROM control.runs").await,
            DENIED
        );
        // A2: as one tenant's reader, the other's rows are out of reach, and nothing can be written.
        let as_own = format!("BEGIN; SET LOCAL ROLE {own}_ro; ");
        for escape in [
            format!("SELECT * FROM {other}.raw_records"),
            format!("DELETE FROM {own}.raw_records"),
            format!("SELECT * FROM {own}.rotated_tokens"),
            "UPDATE control.runs SET message = 'x'".to_string(),
            // A5 and A6: one injected expression cannot change the role or a setting, or run further SQL.
            format!(
                "SELECT set_config('role', '{other}_ro', true), query_to_xml('SELECT * FROM {other}.raw_records', true, false, '')"
            ),
            "SELECT set_config('app.tenant', 'x', true)".to_string(),
            "DO $$ BEGIN END $$".to_string(),
            "CREATE TEMP TABLE runs (x int)".to_string(),
            format!("SET LOCAL ROLE {other}_job"),
            "SET LOCAL ROLE dpo_operator".to_string(),
        ] {
            assert_eq!(
                refusal(&mut api, &format!("{as_own}{escape}")).await,
                DENIED,
                "{escape}"
            );
            api.execute("ROLLBACK").await.unwrap();
        }
        let seen = format!("{as_own} SELECT count(*) FROM control.runs");
        assert_eq!(number_of_last(&mut api, &seen).await, 1);
    }
}

/// A3 stays possible and is documented: whoever can send several statements as the API's login can take another tenant's role. That is why
/// no raw SQL is reachable through the API, and why every pod has a login of its own, for which this fails (L1).
#[tokio::test]
async fn stacked_statements_of_the_apis_login_cross_tenants() {
    let neighbours = neighbours(servers()[0]).await;
    let Neighbours {
        own,
        other,
        installation,
    } = &neighbours;
    let mut api = connect(&installation.api_url()).await;
    let stacked = format!(
        "BEGIN; SET LOCAL ROLE {own}_ro; RESET ROLE; SET LOCAL ROLE {other}_ro; SELECT count(*) FROM {other}.raw_records"
    );
    assert_eq!(number_of_last(&mut api, &stacked).await, 1);
}

async fn number_of_last(connection: &mut PgConnection, sql: &str) -> i64 {
    use futures::TryStreamExt;
    use sqlx::Row;
    let rows: Vec<_> = sqlx::raw_sql(AssertSqlSafe(sql.to_string()))
        .fetch(&mut *connection)
        .try_collect()
        .await
        .unwrap();
    connection.execute("ROLLBACK").await.unwrap();
    rows.last().unwrap().get(0)
}

/// Tables of a tenant that a role of another tenant may use, in any way.
const CROSS_TENANT_RIGHTS: &str = "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN pg_roles r
    WHERE n.nspname ~ '^t_[0-9a-f]{20}$' AND c.relkind IN ('r', 'v', 'm', 'p') AND (r.rolname ~ '^t_[0-9a-f]{20}_(job|ro)$' OR r.rolname IN ('dpo_jobs', 'dpo_readers', 'dpo_api'))
      AND left(r.rolname, 22) <> n.nspname
      AND (has_table_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER') OR has_any_column_privilege(r.oid, c.oid, 'SELECT, INSERT, UPDATE, REFERENCES'))";

/// Memberships through which a role of a tenant in this database could act as another role than its group.
const CROSS_TENANT_MEMBERSHIPS: &str = "SELECT count(*) FROM pg_auth_members m JOIN pg_roles member ON member.oid = m.member JOIN pg_roles role ON role.oid = m.roleid
    JOIN pg_namespace n ON n.nspname = left(member.rolname, 22) WHERE member.rolname ~ '^t_[0-9a-f]{20}_(job|ro)$' AND role.rolname NOT IN ('dpo_jobs', 'dpo_readers')";

#[tokio::test]
async fn the_catalog_shows_no_way_across() {
    for server in servers() {
        let Neighbours {
            installation,
            own,
            other,
        } = neighbours(server).await;
        let url = installation.administrator_url();
        assert_eq!(number(&url, CROSS_TENANT_RIGHTS).await, 0);
        assert_eq!(number(&url, CROSS_TENANT_MEMBERSHIPS).await, 0);
        installation
            .administrator_executes(&format!(
                "GRANT SELECT (key) ON {other}.raw_records TO {own}_ro"
            ))
            .await;
        assert_eq!(
            number(&url, CROSS_TENANT_RIGHTS).await,
            1,
            "the guard sees a planted grant"
        );
        let membership = format!("SET ROLE dpo_operator; GRANT {other}_ro TO {own}_job");
        installation.administrator_executes(&membership).await;
        assert_eq!(
            number(&url, CROSS_TENANT_MEMBERSHIPS).await,
            1,
            "the guard sees a planted membership"
        );
        installation
            .administrator_executes(&format!(
                "SET ROLE dpo_operator; REVOKE {other}_ro FROM {own}_job"
            ))
            .await;
    }
}
