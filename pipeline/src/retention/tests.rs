//! The commands as pods run them: with the tenant's own login, on a database that the operator has prepared.

use std::collections::BTreeMap;

use clap::Parser as _;
use dpo_warehouse::Tenant;
use dpo_warehouse::landing::{EventPull, land_events, upsert_entities};
use dpo_warehouse::metrics::Metric;
use dpo_warehouse::model::{
    AccountId, EntityRow, LedgerFact, Level, RunClass, Source, StreamId, StreamKey, TenantId,
};
use dpo_warehouse::testing::{Installation, server};
use dpo_warehouse::watermarks::Progress;
use jiff::Timestamp;
use jiff::civil::date;
use secrecy::ExposeSecret as _;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};

use crate::cli::{Cli, Command};
use crate::{archive, rollup};

const UID: &str = "0a1b2c3d-4e5f-4071-8293-a4b5c6d7e8f9";
const POLICY: &str = r#"{"raw": {"backup": {"required": true}}, "daily": {"keepDays": 100}, "archive": {"store": "s3", "grace": "24h"}}"#;

struct Fixture {
    installation: Installation,
    id: TenantId,
    directory: tempfile::TempDir,
}

impl Fixture {
    async fn new() -> Self {
        let installation = Installation::create(server()).await;
        let id = installation.tenant(UID).await;
        let fixture = Self {
            installation,
            id,
            directory: tempfile::tempdir().unwrap(),
        };
        fixture.land_an_order().await;
        fixture
    }

    async fn land_an_order(&self) {
        let tenant = Tenant::connect(&self.installation.job_url(&self.id), self.id.clone())
            .await
            .unwrap();
        let shop: AccountId = "saigon-coffee.myshopify.com".parse().unwrap();
        let entity = EntityRow {
            account: shop.clone(),
            level: Level::Account,
            id: shop.to_string(),
            name: None,
            status: None,
            parent: None,
            currency: Some("VND".parse().unwrap()),
            time_zone: Some("Asia/Ho_Chi_Minh".into()),
        };
        let noon: Timestamp = "2026-01-15T05:00:00Z".parse().unwrap();
        upsert_entities(&tenant, Source::Shopify, &[entity], noon)
            .await
            .unwrap();
        let fact = LedgerFact {
            stream: StreamId::from_static("orders"),
            key: "gid://shopify/Order/1".into(),
            kind: "order".into(),
            instant: noon,
            date: date(2026, 1, 15),
            hour: 12,
            currency: "VND".parse().unwrap(),
            metrics: [(Metric::Revenue, "250000".parse().unwrap())].into(),
            attributes: BTreeMap::new(),
            customer_key: None,
            version: noon,
            removed: false,
        };
        let pull = EventPull {
            stream: StreamKey {
                source: Source::Shopify,
                account: shop,
                stream: StreamId::from_static("orders"),
            },
            fetched_at: noon,
            landing_date: date(2026, 1, 15),
            records: vec![],
            facts: vec![fact],
            sweep: None,
            progress: Progress::default(),
        };
        land_events(&tenant, pull).await.unwrap();
    }

    /// Runs a command as its pod does, at a time.
    async fn run(&self, command: &[&str], at: &str, store: &[&str]) -> RunClass {
        let url = self.installation.job_url(&self.id);
        let tenant = self.id.to_string();
        let shared = [
            "--database-url",
            url.expose_secret(),
            "--tenant",
            &tenant,
            "--time-zone",
            "Asia/Ho_Chi_Minh",
            "--run-name",
            command[0],
            "--retention",
            POLICY,
            "--organization-uid",
            UID,
            "--as-of",
            at,
        ];
        let arguments = ["dpo-pipeline"]
            .iter()
            .chain(command)
            .chain(&shared)
            .chain(store);
        match Cli::try_parse_from(arguments).unwrap().command {
            Command::Rollup(args) => rollup::run(&args).await.unwrap(),
            Command::Archive(args) => archive::run(&args).await.unwrap(),
            other => panic!("{other:?} is another job"),
        }
    }

    async fn one(&self, question: &str) -> String {
        let url = self.installation.administrator_url();
        let mut connection = PgConnection::connect(url.expose_secret()).await.unwrap();
        let sql = question.replace("{schema}", self.id.as_str());
        let row = sqlx::query(AssertSqlSafe(sql))
            .fetch_one(&mut connection)
            .await
            .unwrap();
        row.get::<Option<String>, _>(0).unwrap_or_default()
    }
}

#[tokio::test]
async fn a_tenants_login_rolls_up_archives_and_purges() {
    let fixture = Fixture::new().await;
    let directory = fixture.directory.path().to_str().unwrap();
    let store = ["--archive-directory", directory];
    let day = "SELECT status FROM {schema}.daily_aggregates";
    let hourly = ["rollup", "--grain", "hourly"];
    assert_eq!(
        fixture.run(&hourly, "2026-01-15T06:00:00Z", &[]).await,
        RunClass::Ok
    );
    assert_eq!(fixture.one(day).await, "provisional");
    assert_eq!(
        fixture.run(&hourly, "2026-01-15T06:00:00Z", &[]).await,
        RunClass::EmptyOk
    );
    assert_eq!(
        fixture
            .run(
                &["rollup", "--grain", "daily"],
                "2026-01-15T19:00:00Z",
                &store
            )
            .await,
        RunClass::Ok
    );
    assert_eq!(fixture.one(day).await, "closed");
    assert_eq!(
        fixture
            .run(&["archive"], "2026-05-15T00:00:00Z", &store)
            .await,
        RunClass::Ok
    );
    assert_eq!(
        fixture
            .run(&["archive"], "2026-05-16T00:00:00Z", &store)
            .await,
        RunClass::Ok
    );
    assert_eq!(
        fixture.one("SELECT state FROM {schema}.account_days").await,
        "archived"
    );
    assert_eq!(
        fixture
            .one("SELECT count(*)::text FROM {schema}.daily_aggregates")
            .await,
        "0"
    );
    assert_eq!(
        fixture
            .one("SELECT string_agg(message, ' ' ORDER BY started_at) FROM control.runs")
            .await,
        "computed partitions: 1. Nothing was due. closed days: 1, folded days: 1. archived days: 1. days that left Postgres: 1."
    );
}

#[tokio::test]
async fn a_missing_archive_secret_is_named_in_the_run_row() {
    let fixture = Fixture::new().await;
    let nothing = ["--archive-credentials", "/nonexistent"];
    assert_eq!(
        fixture
            .run(&["archive"], "2026-05-15T00:00:00Z", &nothing)
            .await,
        RunClass::PermissionDenied
    );
    assert_eq!(
        fixture
            .one("SELECT errors->0->>'reason' FROM control.runs")
            .await,
        "SecretMissing"
    );
    assert!(
        fixture
            .one("SELECT message FROM control.runs")
            .await
            .contains("archive.credentialsRef")
    );
}
