//! Everything that jobs leave of a tenant: its rows and its bucket, to be compared, saved and put back.

use std::sync::Arc;

use object_store::ObjectStore;
use sqlx::{AssertSqlSafe, PgPool, Row};

use super::bucket::{self, Objects};
use super::state::State;
use crate::archive;
use crate::environment::Environment;

/// Tables of the control schema that jobs write, with a column `tenant`.
const CONTROL: [&str; 3] = ["watermarks", "archive_manifest", "runs"];
/// Not put back: the platform does not take a spent refresh token again.
const NEVER_RESTORED: &str = "rotated_tokens";

/// The data of one tenant, as an administrator reaches it.
pub struct TenantData {
    administrator: PgPool,
    pub schema: String,
    bucket: Arc<dyn ObjectStore>,
}

/// A copy of all of it, and what it looked like.
pub struct Saved {
    schema: String,
    objects: Objects,
    pub state: State,
}

impl TenantData {
    pub async fn of(environment: &Environment, schema: String) -> Self {
        let bucket = archive::bucket(environment, &schema.replace('_', "-")).await;
        Self {
            administrator: environment.administrator().await,
            schema,
            bucket,
        }
    }

    /// Rows and committed objects, without the ids of runs and the times at which something was done.
    pub async fn state(&self) -> State {
        let mut state = State::default();
        for table in self.tables().await {
            let own = format!("{}.{table}", self.schema);
            self.add_rows(&mut state, &own, &self.schema, &table, "true")
                .await;
        }
        for table in ["watermarks", "archive_manifest"] {
            let filter = format!("tenant = '{}'", self.schema);
            self.add_rows(
                &mut state,
                &format!("control.{table}"),
                "control",
                table,
                &filter,
            )
            .await;
        }
        self.add_objects(&mut state).await;
        self.add_runs(&mut state).await;
        state
    }

    /// Copies it under a name of its own.
    pub async fn save(&self, name: &str) -> Saved {
        let (own, copy) = (&self.schema, format!("proof_{}_{name}", self.schema));
        let tables = self
            .tables()
            .await
            .into_iter()
            .map(|table| format!("CREATE TABLE {copy}.{table} AS TABLE {own}.{table};"));
        let control = CONTROL.map(|table| format!("CREATE TABLE {copy}.control_{table} AS SELECT * FROM control.{table} WHERE tenant = '{own}';"));
        let schema = format!("DROP SCHEMA IF EXISTS {copy} CASCADE; CREATE SCHEMA {copy};");
        self.execute([schema].into_iter().chain(tables).chain(control).collect())
            .await;
        Saved {
            objects: bucket::read(&self.bucket).await,
            state: self.state().await,
            schema: copy,
        }
    }

    /// Puts a copy back.
    pub async fn restore(&self, saved: &Saved) {
        let (own, copy) = (&self.schema, &saved.schema);
        let tables = self.tables().await.into_iter().map(|table| {
            format!(
                "TRUNCATE {own}.{table}; INSERT INTO {own}.{table} SELECT * FROM {copy}.{table};"
            )
        });
        let control = CONTROL.map(|table| {
            format!("DELETE FROM control.{table} WHERE tenant = '{own}'; INSERT INTO control.{table} SELECT * FROM {copy}.control_{table};")
        });
        self.execute(
            ["BEGIN;".to_owned()]
                .into_iter()
                .chain(tables)
                .chain(control)
                .chain(["COMMIT;".to_owned()])
                .collect(),
        )
        .await;
        bucket::write(&self.bucket, &saved.objects).await;
    }

    /// Forgets a copy.
    pub async fn forget(&self, saved: &Saved) {
        self.execute(format!("DROP SCHEMA {} CASCADE", saved.schema))
            .await;
    }

    /// Removes schema, rows and roles of a tenant that the operator does not know any more.
    pub async fn remove_tenant(&self) {
        let own = &self.schema;
        let rows = format!(
            "DROP SCHEMA {own} CASCADE; DELETE FROM control.organizations WHERE tenant = '{own}';"
        );
        let roles = format!("DROP OWNED BY {own}_job, {own}_ro; DROP ROLE {own}_job, {own}_ro");
        self.execute(rows + &roles).await;
    }

    /// Runs statements as the administrator.
    pub async fn execute(&self, sql: String) {
        sqlx::raw_sql(AssertSqlSafe(sql.clone()))
            .execute(&self.administrator)
            .await
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// A transaction of the administrator.
    pub async fn begin(&self) -> sqlx::Transaction<'static, sqlx::Postgres> {
        self.administrator.begin().await.expect("Postgres answers")
    }

    /// Whether a job of this tenant waits for a lock.
    pub async fn waits_for_lock(&self) -> bool {
        let sql = "SELECT EXISTS (SELECT 1 FROM pg_stat_activity WHERE usename = $1 || '_job' AND wait_event_type = 'Lock')";
        sqlx::query_scalar(sql)
            .bind(&self.schema)
            .fetch_one(&self.administrator)
            .await
            .expect("Postgres answers")
    }

    async fn tables(&self) -> Vec<String> {
        let sql = "SELECT tablename::text FROM pg_tables WHERE schemaname = $1 AND tablename <> $2 ORDER BY 1";
        let tables = sqlx::query_scalar(sql)
            .bind(&self.schema)
            .bind(NEVER_RESTORED)
            .fetch_all(&self.administrator)
            .await;
        tables.expect("the catalog answers")
    }

    /// Of the times at which something was done only whether it was done is kept.
    async fn add_rows(
        &self,
        state: &mut State,
        relation: &str,
        schema: &str,
        table: &str,
        filter: &str,
    ) {
        let sql = "SELECT coalesce(string_agg(format('%L, %I IS NOT NULL', column_name, column_name), ', '), '') FROM information_schema.columns
             WHERE table_schema = $1 AND table_name = $2 AND data_type = 'timestamp with time zone' AND column_name LIKE '%\\_at'";
        let done: String = sqlx::query_scalar(sql)
            .bind(schema)
            .bind(table)
            .fetch_one(&self.administrator)
            .await
            .expect("the catalog answers");
        let sql = format!(
            "SELECT (to_jsonb(t) - 'entity_tag' || jsonb_build_object({done}))::text FROM {relation} t WHERE {filter}"
        );
        let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql))
            .fetch_all(&self.administrator)
            .await
            .expect("rows can be read");
        for row in rows {
            state.add(format!("{table} {row}"));
        }
    }

    async fn add_objects(&self, state: &mut State) {
        let sql = "SELECT object_path, state FROM control.archive_manifest WHERE tenant = $1 AND state IN ('committed', 'purged')";
        let committed = sqlx::query(sql)
            .bind(&self.schema)
            .fetch_all(&self.administrator)
            .await
            .expect("the manifest can be read");
        let objects = bucket::read(&self.bucket).await;
        for row in committed {
            let path: String = row.get(0);
            let content = objects
                .get(&path)
                .map_or_else(|| "missing".to_owned(), |bytes| bucket::fingerprint(bytes));
            state.add(format!("object {path} {content}"));
        }
    }

    /// A run that finds everything done already ended as well as one that did it.
    async fn add_runs(&self, state: &mut State) {
        let sql = "SELECT DISTINCT ON (kind) concat('last run of ', kind, ': ', replace(class, 'empty_ok', 'ok')) FROM control.runs
             WHERE tenant = $1 AND finished_at IS NOT NULL ORDER BY kind, finished_at DESC";
        let runs: Vec<String> = sqlx::query_scalar(sql)
            .bind(&self.schema)
            .fetch_all(&self.administrator)
            .await
            .expect("runs can be read");
        for run in runs {
            state.add(run);
        }
    }
}
