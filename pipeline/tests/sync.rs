//! The sync command as a CronJob runs it: the real binary, its environment, a real Postgres, a platform on loopback.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use std::path::Path;
use std::process::Output;

use base64::Engine as _;
use dpo_warehouse::model::TenantId;
use dpo_warehouse::schema::{CONTROL_DDL, Schemas, TENANT_DDL};
use dpo_warehouse::testing;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, Row as _};
use support::{Asked, TOKEN, Told, Upstream, told};

const TENANT: &str = "t_0123456789abcdef0123";

/// A database with one tenant, and a directory of credentials.
struct Place {
    database: SecretString,
    credentials: tempfile::TempDir,
}

impl Place {
    async fn new(credentials: &[(&str, &str)]) -> Self {
        let server = testing::server();
        let database = server.superuser_url(&server.create_database().await);
        let place = Self {
            database,
            credentials: tempfile::tempdir().unwrap(),
        };
        place.mount(credentials);
        let tenant: TenantId = TENANT.parse().unwrap();
        let (control, schemas) = (
            CONTROL_DDL.replace("{control}", "control"),
            Schemas::of(&tenant),
        );
        for statement in [
            "CREATE SCHEMA IF NOT EXISTS control".to_owned(),
            format!("CREATE SCHEMA {TENANT}"),
            control,
            schemas.sql(TENANT_DDL).as_str().to_owned(),
            "INSERT INTO control.schema_version (version) VALUES (1) ON CONFLICT DO NOTHING".to_owned(),
            format!(
                "INSERT INTO control.organizations (uid, tenant, namespace, name, display_name, time_zone, currency, locale, schema_version)
                 VALUES ('u', '{TENANT}', 'n', 'o', 'O', 'Asia/Ho_Chi_Minh', 'VND', 'vi-VN', 1)"
            ),
        ] {
            place.execute(&statement).await;
        }
        place
    }

    fn mount(&self, credentials: &[(&str, &str)]) {
        for (name, value) in credentials {
            std::fs::write(self.credentials.path().join(name), value).unwrap();
        }
    }

    async fn execute(&self, statement: &str) {
        let mut connection = PgConnection::connect(self.database.expose_secret())
            .await
            .unwrap();
        if let Err(error) = sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))
            .execute(&mut connection)
            .await
        {
            let expected = error.to_string().contains("already exists");
            assert!(expected, "{error}: {statement}");
        }
    }

    async fn number(&self, query: &str) -> i64 {
        let mut connection = PgConnection::connect(self.database.expose_secret())
            .await
            .unwrap();
        sqlx::query(AssertSqlSafe(query.to_owned()))
            .fetch_one(&mut connection)
            .await
            .unwrap()
            .get(0)
    }

    async fn last_run(&self) -> Value {
        let mut connection = PgConnection::connect(self.database.expose_secret())
            .await
            .unwrap();
        let query = "SELECT to_jsonb(r)::text FROM control.runs r ORDER BY started_at DESC LIMIT 1";
        let row: String = sqlx::query(query)
            .fetch_one(&mut connection)
            .await
            .unwrap()
            .get(0);
        serde_json::from_str(&row).unwrap()
    }

    async fn sync(
        &self,
        source: &Value,
        upstream: &Upstream,
        further: &[&str],
        environment: &[(&str, &str)],
    ) -> Output {
        let platforms = json!({"*": upstream.url()}).to_string();
        let mut command = tokio::process::Command::new(env!("CARGO_BIN_EXE_dpo-pipeline"));
        command.arg("sync").args(further).env_clear();
        command
            .env("DPO_DATABASE_URL", self.database.expose_secret())
            .env("DPO_TENANT", TENANT);
        command
            .env("DPO_TIME_ZONE", "Asia/Ho_Chi_Minh")
            .env("DPO_CURRENCY", "VND")
            .env("DPO_RUN_NAME", "shop-sync-1");
        command
            .env("DPO_SOURCE_UID", "11111111-1111-1111-1111-111111111111")
            .env("DPO_SOURCE_NAME", "shop");
        command
            .env("DPO_SOURCE", source.to_string())
            .env("DPO_PLATFORM_URLS", platforms);
        command.env(
            "DPO_CREDENTIALS_DIRECTORY",
            Path::new(self.credentials.path()),
        );
        command.env(
            "DPO_TOKEN_KEY",
            base64::engine::general_purpose::STANDARD.encode([7; 32]),
        );
        command
            .envs(environment.iter().copied())
            .output()
            .await
            .unwrap()
    }
}

const GOOGLE: [(&str, &str); 4] = [
    ("platform", "google_ads\n"),
    ("client_id", "i"),
    ("client_secret", "s"),
    ("refresh_token", "r"),
];
const AS_OF: [&str; 2] = ["--as-of", "2026-09-03T12:00:00Z"];

fn ads() -> Value {
    json!({"organizationRef": {"name": "o"}, "credentialsRef": {"name": "c"}, "historyFrom": "2026-05-20", "googleAds": {"customerIds": ["1234567890"]}})
}

fn query(asked: &Asked) -> String {
    asked.json()["query"]
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

fn account(asked: &Asked) -> Told {
    match () {
        () if asked.path == "/token" => told(200, TOKEN),
        () if query(asked).contains("FROM customer") => told(
            200,
            r#"[{"results": [{"customer": {"id": "1234567890", "currencyCode": "USD", "timeZone": "America/Los_Angeles"}}]}]"#,
        ),
        () if query(asked).contains("'2026-09-03'") => told(
            200,
            r#"[{"results": [{"campaign": {"id": "1"}, "metrics": {"costMicros": "5"}, "segments": {"date": "2026-09-02", "hour": 3}}]}]"#,
        ),
        () => told(200, "[]"),
    }
}

#[tokio::test]
async fn a_run_reads_what_is_due_and_writes_its_row() {
    let place = Place::new(&GOOGLE).await;
    let upstream = Upstream::start(|_, asked| account(asked)).await;
    let output = place.sync(&ads(), &upstream, &AS_OF, &[]).await;
    let run = place.last_run().await;
    assert_eq!(
        (run["class"].as_str(), output.status.code()),
        (Some("ok"), Some(0)),
        "{run} {}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(
        (&run["run_name"], &run["kind"], &run["source_uid"]),
        (
            &json!("shop-sync-1"),
            &json!("sync"),
            &json!("11111111-1111-1111-1111-111111111111")
        )
    );
    assert_eq!(
        place
            .number(&format!(
                "SELECT count(*) FROM {TENANT}.daily_aggregates WHERE spend = 0.000005"
            ))
            .await,
        2
    );
    let queries: Vec<String> = upstream.asked().iter().map(query).collect();
    assert!(
        queries.iter().any(|query| query.contains("'2026-06-06'")),
        "the weekly tier reaches back 90 days of the account: {queries:?}"
    );
    assert!(
        queries
            .iter()
            .any(|query| query.contains("BETWEEN '2026-05-20'")),
        "history is read to its first day"
    );
    let before = upstream.asked().len();
    let later = place
        .sync(&ads(), &upstream, &["--as-of", "2026-09-03T12:10:00Z"], &[])
        .await;
    assert_eq!(later.status.code(), Some(0));
    let second: Vec<String> = upstream
        .asked()
        .iter()
        .skip(before)
        .map(query)
        .filter(|query| !query.is_empty())
        .collect();
    assert_eq!(
        second.len(),
        2,
        "today and yesterday, by day and by hour: {second:?}"
    );
    assert!(
        second
            .iter()
            .all(|query| query.contains("BETWEEN '2026-09-02' AND '2026-09-03'"))
    );
}

#[tokio::test]
async fn a_wait_is_written_down_and_respected() {
    let place = Place::new(&GOOGLE).await;
    let quota = json!([{"error": {"code": 429, "status": "RESOURCE_EXHAUSTED", "details": [{"errors": [{"errorCode": {"quotaError": "RESOURCE_EXHAUSTED"},
        "details": {"quotaErrorDetails": {"rateScope": "ACCOUNT", "retryDelay": "3600s"}}}]}]}}]);
    let upstream = Upstream::start(move |_, asked| {
        if asked.path == "/token" {
            told(200, TOKEN)
        } else {
            told(429, &quota)
        }
    })
    .await;
    assert_eq!(
        place
            .sync(&ads(), &upstream, &AS_OF, &[])
            .await
            .status
            .code(),
        Some(1)
    );
    let run = place.last_run().await;
    assert_eq!(
        (
            &run["class"],
            &run["wait_seconds"],
            &run["errors"][0]["reason"]
        ),
        (&json!("rate_limited"), &json!(3600), &json!("RateLimited"))
    );
    let asked = upstream.asked().len();
    place
        .sync(&ads(), &upstream, &["--as-of", "2026-09-03T12:30:00Z"], &[])
        .await;
    assert_eq!(
        (
            upstream.asked().len(),
            &place.last_run().await["wait_seconds"]
        ),
        (asked, &json!(1800)),
        "nothing is asked while the wait lasts"
    );
    let well = Upstream::start(|_, asked| account(asked)).await;
    place
        .sync(&ads(), &well, &["--as-of", "2026-09-03T13:00:01Z"], &[])
        .await;
    assert_eq!(place.last_run().await["class"], "ok", "it heals by itself");
}

#[tokio::test]
async fn what_is_wrong_with_the_secret_is_in_the_run_row() {
    let place = Place::new(&[]).await;
    let upstream = Upstream::start(|_, asked| account(asked)).await;
    let expect = async |reason: &str| {
        assert_eq!(
            place
                .sync(&ads(), &upstream, &AS_OF, &[])
                .await
                .status
                .code(),
            Some(1)
        );
        let run = place.last_run().await;
        assert_eq!(
            (&run["class"], &run["errors"][0]["reason"]),
            (&json!("auth_revoked"), &json!(reason)),
            "{run}"
        );
        assert!(run["message"].as_str().unwrap().contains("credentialsRef"));
    };
    expect("SecretMissing").await;
    place.mount(&[("platform", "shopify")]);
    expect("WrongPlatform").await;
    place.mount(&[("platform", "google_ads"), ("client_id", "i")]);
    expect("KeyMissing").await;
    assert!(upstream.asked().is_empty());
    place.mount(&GOOGLE);
    place.sync(&ads(), &upstream, &AS_OF, &[]).await;
    assert_eq!(place.last_run().await["class"], "ok", "it heals by itself");
}

#[tokio::test]
async fn a_spec_that_cannot_be_read_and_the_future_are_refused() {
    let place = Place::new(&GOOGLE).await;
    let upstream = Upstream::start(|_, asked| account(asked)).await;
    place
        .sync(
            &json!({"organizationRef": {"name": "o"}, "credentialsRef": {"name": "c"}}),
            &upstream,
            &AS_OF,
            &[],
        )
        .await;
    assert_eq!(place.last_run().await["class"], "permanent_bug");
    let future = place
        .sync(&ads(), &upstream, &["--as-of", "2999-01-01T00:00:00Z"], &[])
        .await;
    assert_eq!(future.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&future.stderr).contains("in the future"));
}

/// A shop whose refresh tokens rotate: each is good once.
async fn rotating_shop() -> Upstream {
    let generation = std::sync::atomic::AtomicU32::new(0);
    Upstream::start(move |_, asked| {
        let current = generation.load(std::sync::atomic::Ordering::SeqCst);
        match asked.path.as_str() {
            "/admin/oauth/access_token" if asked.body.ends_with(&format!("refresh_token=rt-{current}")) => {
                let next = current + 1;
                generation.store(next, std::sync::atomic::Ordering::SeqCst);
                told(200, json!({"access_token": format!("at-{next}"), "expires_in": 60, "refresh_token": format!("rt-{next}")}))
            }
            "/admin/oauth/access_token" => told(400, json!({"error": "invalid_grant"})),
            _ if asked.header("x-shopify-access-token") != format!("at-{current}") => told(401, "{}"),
            _ if asked.body.contains("ianaTimezone") => {
                told(200, json!({"data": {"shop": {"name": "S", "currencyCode": "VND", "ianaTimezone": "Asia/Ho_Chi_Minh"}}}))
            }
            _ if asked.body.contains("AccessScopes") => told(200, json!({"data": {"currentAppInstallation": null}})),
            _ => told(200, json!({"data": {"orders": {"nodes": [], "pageInfo": {"hasNextPage": false}}}})),
        }
    })
    .await
}

fn shop() -> Value {
    json!({"organizationRef": {"name": "o"}, "credentialsRef": {"name": "c"}, "shopify": {"shop": "s.myshopify.com"}})
}

const SHOP: [(&str, &str); 4] = [
    ("platform", "shopify"),
    ("client_id", "i"),
    ("client_secret", "s"),
    ("refresh_token", "rt-0"),
];

#[tokio::test]
async fn rotated_tokens_are_kept_for_the_next_run() {
    let (place, upstream) = (Place::new(&SHOP).await, rotating_shop().await);
    for _ in 0..3 {
        place.sync(&shop(), &upstream, &AS_OF, &[]).await;
        assert_eq!(place.last_run().await["class"], "empty_ok");
    }
    assert!(
        upstream.asked_at("access_token") >= 3,
        "each token lives a minute only and is renewed in time"
    );
    assert_eq!(place.number(&format!("SELECT count(*) FROM {TENANT}.rotated_tokens WHERE position('rt-'::bytea in sealed) > 0")).await, 0);
    assert_eq!(
        place
            .number(&format!(
                "SELECT count(*) FROM {TENANT}.rotated_tokens WHERE length(sealed) > 40"
            ))
            .await,
        1,
        "the counter sees a kept token"
    );
}

#[tokio::test]
async fn a_rotated_token_that_a_crash_lost_asks_for_a_new_one_and_heals_with_it() {
    let (place, upstream) = (Place::new(&SHOP).await, rotating_shop().await);
    let crashed = place
        .sync(
            &shop(),
            &upstream,
            &AS_OF,
            &[("DPO_KILL_POINT", "token.before_commit")],
        )
        .await;
    assert_eq!(crashed.status.code(), None, "the process was killed");
    assert!(
        upstream
            .asked()
            .iter()
            .all(|asked| asked.path.ends_with("access_token")),
        "nothing is read before the token is kept"
    );
    place.sync(&shop(), &upstream, &AS_OF, &[]).await;
    let run = place.last_run().await;
    assert_eq!(
        (&run["class"], &run["errors"][0]["reason"]),
        (&json!("auth_revoked"), &json!("AuthRevoked"))
    );
    assert!(
        run["message"]
            .as_str()
            .unwrap()
            .contains("lost when a run was cut off")
    );
    place.mount(&[("refresh_token", "rt-1")]);
    place.sync(&shop(), &upstream, &AS_OF, &[]).await;
    assert_eq!(place.last_run().await["class"], "empty_ok");
}

#[tokio::test]
async fn a_deleted_order_leaves_when_two_weekly_reviews_miss_it() {
    let deleted = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let is_deleted = deleted.clone();
    let upstream = Upstream::start(move |_, asked| {
        if asked.body.contains("ianaTimezone") {
            return told(200, json!({"data": {"shop": {"name": "S", "currencyCode": "VND", "ianaTimezone": "Asia/Ho_Chi_Minh"}}}));
        }
        let order = json!({"id": "gid://shopify/Order/1", "processedAt": "2026-08-20T10:00:00Z", "updatedAt": "2026-08-20T11:00:00Z",
            "totalPriceSet": {"shopMoney": {"amount": "250000", "currencyCode": "VND"}}, "lineItems": {"nodes": []},
            "refunds": [{"id": "gid://shopify/Refund/7", "createdAt": "2026-08-21T10:00:00Z", "transactions": {"nodes": [
                {"kind": "REFUND", "status": "SUCCESS", "amountSet": {"shopMoney": {"amount": "1000", "currencyCode": "VND"}}}]}}]});
        let nodes = if is_deleted.load(std::sync::atomic::Ordering::SeqCst) { vec![] } else { vec![order] };
        told(200, json!({"data": {"orders": {"nodes": nodes, "pageInfo": {"hasNextPage": false}}}}))
    })
    .await;
    let place = Place::new(&[("platform", "shopify"), ("access_token", "shpat_1")]).await;
    let facts = |which: &str| format!("SELECT count(*) FROM {TENANT}.ledger WHERE {which}");
    let days =
        format!("SELECT count(*) FROM {TENANT}.daily_aggregates WHERE orders <> 0 OR refunds <> 0");
    let review = [AS_OF[0], AS_OF[1], "--all-tiers"];
    place.sync(&shop(), &upstream, &review, &[]).await;
    assert_eq!(place.number(&facts("missing_since IS NULL")).await, 2);
    deleted.store(true, std::sync::atomic::Ordering::SeqCst);
    place.sync(&shop(), &upstream, &review, &[]).await;
    assert_eq!(place.number(&facts("missing_since IS NOT NULL")).await, 1);
    assert_eq!(place.number(&days).await, 2, "one absence proves nothing");
    place
        .execute(&format!(
            "UPDATE {TENANT}.ledger SET missing_since = missing_since - interval '7 days'"
        ))
        .await;
    place.sync(&shop(), &upstream, &review, &[]).await;
    assert_eq!(place.number(&facts("removed")).await, 2);
    assert_eq!(place.number(&days).await, 0);
}
