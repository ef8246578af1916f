//! No role, pod, session or API call of one organization reads another's row.
//!
//! Each escape first shows that it would be seen: the same statement with the tenant's own names succeeds.

use dpo_proofs::environment::Environment;
use dpo_proofs::tenants::{self, Tenant};
use dpo_proofs::workbench;
use k8s_openapi::api::core::v1::Secret;
use kube::Api;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, PgPool, Row};

use crate::setup;

/// The login that a tenant's pods use.
async fn job_login(environment: &Environment, tenant: &Tenant) -> (PgPool, String) {
    let secrets = Api::<Secret>::namespaced(environment.kube.clone(), &tenant.namespace);
    let secret = secrets
        .get("dpo-tenant-database")
        .await
        .expect("the operator made it");
    let url =
        String::from_utf8(secret.data.expect("with data")["url"].0.clone()).expect("a URL is text");
    let options: PgConnectOptions = url.parse().expect("the URL is one of Postgres");
    // Pods have search domains, the runner has not.
    let options = options.host("dpo-postgres.dpo-system.svc.cluster.local");
    let pool = PgPoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await
        .expect("the tenant's login works");
    let row = sqlx::query("SELECT current_user::text")
        .fetch_one(&pool)
        .await
        .expect("it answers");
    let user: String = row.get(0);
    (pool, user.trim_end_matches("_job").to_owned())
}

/// Runs a statement of a tenant's login: the number of rows, or the refusal.
async fn attempt(pool: &PgPool, sql: &str) -> Result<usize, String> {
    sqlx::query(AssertSqlSafe(sql.to_owned()))
        .fetch_all(pool)
        .await
        .map(|rows| rows.len())
        .map_err(|error| error.to_string())
}

fn escapes(own: &str, other: &str) -> Vec<(String, String)> {
    let both = |template: &str| (template.replace("{t}", own), template.replace("{t}", other));
    vec![
        both("SELECT 1 FROM {t}.daily_aggregates LIMIT 1"),
        both("SELECT 1 FROM {t}.entities LIMIT 1"),
        both("SELECT 1 FROM control.runs WHERE tenant = '{t}' LIMIT 1"),
        both("SELECT 1 FROM control.watermarks WHERE tenant = '{t}' LIMIT 1"),
        both("SELECT 1 FROM control.archive_manifest WHERE tenant = '{t}' LIMIT 1"),
        both("UPDATE control.watermarks SET cursor = cursor WHERE tenant = '{t}' RETURNING 1"),
    ]
}

/// Statements that no tenant's login may run at all.
fn forbidden(other: &str) -> Vec<String> {
    [
        "SET ROLE {t}_job",
        "SET ROLE {t}_ro",
        "SET SESSION AUTHORIZATION {t}_job",
        "SELECT set_config('role', '{t}_job', false)",
        "SELECT query_to_xml('SELECT * FROM {t}.daily_aggregates', true, true, '')",
        "TRUNCATE {t}.daily_aggregates",
        "TRUNCATE control.runs",
        "CREATE SCHEMA escape",
        "CREATE TEMP TABLE shadow (id int)",
        "SELECT lo_create(0)",
        "SELECT * FROM control.users",
        "SELECT * FROM control.sessions",
        "SELECT 1 FROM control.schema_version FOR UPDATE",
        "UPDATE control.runs SET tenant = tenant",
        "DELETE FROM control.runs",
        "DELETE FROM control.watermarks",
        "GRANT USAGE ON SCHEMA {t} TO PUBLIC",
    ]
    .iter()
    .map(|sql| sql.replace("{t}", other))
    .collect()
}

/// Whether a tenant's login gets a lock on a table with which nobody else writes to it.
async fn locks(pool: &PgPool, table: &str) -> bool {
    let lock = format!("BEGIN; LOCK TABLE {table} IN SHARE MODE; ROLLBACK");
    let locked = sqlx::raw_sql(AssertSqlSafe(lock)).execute(pool).await;
    if locked.is_err() {
        let ended = sqlx::raw_sql("ROLLBACK").execute(pool).await;
        ended.expect("a refused transaction ends");
    }
    locked.is_ok()
}

/// One tenant cannot bring the others to a standstill. Gives the number of attempts.
async fn nothing_shared_is_locked(login: &PgPool, own: &str) -> usize {
    let own = format!("{own}.ledger");
    assert!(
        locks(login, &own).await,
        "a lock on its own table is not seen"
    );
    let shared = [
        "schema_version",
        "organizations",
        "sources",
        "runs",
        "watermarks",
        "archive_manifest",
    ];
    for table in shared {
        let table = format!("control.{table}");
        assert!(
            !locks(login, &table).await,
            "a tenant's login locks {table}"
        );
    }
    shared.len()
}

#[tokio::test]
async fn a_tenants_login_reaches_nothing_of_another() {
    let environment = Environment::from_runner().await;
    let mut saigon = tenants::saigon("proof-walls-a");
    // The account that another proof throttles.
    saigon
        .sources
        .retain(|source| source.name != "ads-california");
    let berlin = tenants::berlin("proof-walls-b");
    setup::tenant(&environment, &saigon).await;
    setup::tenant(&environment, &berlin).await;
    let (login, own) = job_login(&environment, &saigon).await;
    let (_, other) = job_login(&environment, &berlin).await;

    let mut tried = 0;
    for (permitted, escape) in escapes(&own, &other) {
        assert!(
            matches!(attempt(&login, &permitted).await, Ok(rows) if rows > 0)
                || permitted.contains("archive"),
            "the probe sees nothing of its own: {permitted}"
        );
        assert!(
            !matches!(attempt(&login, &escape).await, Ok(rows) if rows > 0),
            "a row of another tenant was read: {escape}"
        );
        tried += 1;
    }
    for statement in forbidden(&other) {
        assert!(
            attempt(&login, &statement).await.is_err(),
            "a tenant's login may not: {statement}"
        );
        tried += 1;
    }
    tried += nothing_shared_is_locked(&login, &own).await;
    println!("tenants: {tried} escapes were tried in Postgres, none succeeded");
    the_api_keeps_them_apart(&environment, &saigon, &berlin).await;
    workbench::delete_namespace(&environment.kube, &saigon.namespace).await;
    workbench::delete_namespace(&environment.kube, &berlin.namespace).await;
}

/// Every account of the other organization, asked for by name, is unknown here.
async fn the_api_keeps_them_apart(environment: &Environment, own: &Tenant, other: &Tenant) {
    let session = environment.session(&own.owner).await;
    for (tenant, expected) in [(own, 200), (other, 404)] {
        for source in &tenant.sources {
            let query = [
                ("source", source.source),
                ("account", &source.accounts[0]),
                ("level", "account"),
                ("grain", "day"),
                ("from", "2026-11-01"),
                ("to", "2026-11-20"),
            ];
            let (status, body) = session.get("/figures", &query).await;
            assert_eq!(
                status, expected,
                "{} asked by {}: {body}",
                source.accounts[0], own.name
            );
        }
    }
    let (_, answer) = session.get("/sources", &[]).await;
    for source in &other.sources {
        assert!(
            !answer.contains(&source.accounts[0]),
            "an account of another organization is shown"
        );
    }
}
