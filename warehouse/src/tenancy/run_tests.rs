//! Rows of runs: which of them conditions speak of, and which go.

use serde_json::json;
use sqlx::{AssertSqlSafe, Executor, Row};

use super::{
    records::{LAST_DUTIES, LAST_GOOD_SYNC, LAST_SYNC},
    tests::{connect, new_uid, number, provisioned},
};
use crate::{
    invariants::Invariant::{self, FactsAreOnce, HoursAreOnce},
    model::TenantId,
    testing::{Installation, server},
};

#[tokio::test]
async fn the_last_runs_are_those_that_finished_last() {
    let installation = Installation::create(server()).await;
    let tenant = installation.tenant(&new_uid()).await;
    let runs = format!(
        "INSERT INTO control.runs (tenant, id, run_name, kind, source_uid, as_of, started_at, finished_at, class, message) VALUES
         ('{tenant}', gen_random_uuid(), 'good', 'sync', 's', now(), now(), '2026-11-23 01:00Z', 'ok', NULL),
         ('{tenant}', gen_random_uuid(), 'bad', 'sync', 's', now(), now(), '2026-11-23 02:00Z', 'auth_revoked', 'Connect it again.'),
         ('{tenant}', gen_random_uuid(), 'running', 'sync', 's', now(), now(), NULL, NULL, NULL),
         ('{tenant}', gen_random_uuid(), 'old', 'archive', NULL, now(), now(), '2026-11-23 01:00Z', 'transient', NULL),
         ('{tenant}', gen_random_uuid(), 'new', 'archive', NULL, now(), now(), '2026-11-23 02:00Z', 'ok', NULL)"
    );
    installation.administrator_executes(&runs).await;
    let tenancy = installation.tenancy();
    let (last, success) = tenancy.last_sync(&tenant, "s").await.unwrap();
    assert_eq!(last.unwrap().name, "bad");
    assert_eq!(success, "2026-11-23T01:00:00Z".parse().ok());
    let duties = tenancy.last_duties(&tenant).await.unwrap();
    assert_eq!(
        duties
            .iter()
            .map(|(kind, run)| (kind.as_str(), run.name.as_str()))
            .collect::<Vec<_>>(),
        [("archive", "new")]
    );
    assert!(
        tenancy
            .finished_run(&tenant, "running")
            .await
            .unwrap()
            .is_none()
    );
}

/// Runs of one source every hour of 120 days, the good ones long ago, and a duty that ran once.
fn old_runs(tenant: &TenantId) -> String {
    format!(
        "INSERT INTO control.runs (tenant, id, run_name, kind, source_uid, as_of, started_at, finished_at, class)
         SELECT '{tenant}', gen_random_uuid(), 'hour-' || hours, 'sync', 's', begun, begun,
             CASE WHEN hours % 7 > 0 THEN begun + interval '1 minute' END,
             CASE WHEN hours % 7 > 0 THEN CASE WHEN hours > 2640 THEN 'ok' ELSE 'auth_revoked' END END
         FROM (SELECT hours, now() - hours * interval '1 hour' AS begun FROM generate_series(1, 2880) AS hours) AS all_runs;
         INSERT INTO control.runs (tenant, id, run_name, kind, as_of, started_at, finished_at, class) VALUES
             ('{tenant}', gen_random_uuid(), 'archive', 'archive', now(), now() - interval '1 year', now() - interval '1 year', 'ok');
         ANALYZE control.runs"
    )
}

#[tokio::test]
async fn old_runs_go_and_those_that_conditions_speak_of_stay() {
    let (installation, mut desired) = provisioned(server()).await;
    let (tenancy, tenant) = (installation.tenancy(), desired.tenant.clone());
    let other = installation.tenant(&new_uid()).await;
    for tenant in [&tenant, &other] {
        installation.administrator_executes(&old_runs(tenant)).await;
    }
    let before = tenancy.last_sync(&tenant, "s").await.unwrap();
    assert!(before.1.is_some(), "it ended well once");
    desired.legal_hold = Some(true);
    tenancy.provision(&desired).await.unwrap();
    let count =
        |tenant: &TenantId| format!("SELECT count(*) FROM control.runs WHERE tenant = '{tenant}'");
    let url = installation.administrator_url();
    assert_eq!(number(&url, &count(&tenant)).await, 2881, "held");
    desired.legal_hold = Some(false);
    let change = tenancy.provision(&desired).await.unwrap();
    assert!(
        change.contains(&"remove the rows of old runs".to_string()),
        "{change:?}"
    );
    assert!(tenancy.provision(&desired).await.unwrap().is_empty());
    // Those of 90 days, the last good sync and the archive's.
    assert_eq!(number(&url, &count(&tenant)).await, 90 * 24 - 1 + 2);
    assert_eq!(number(&url, &count(&other)).await, 2881);
    assert_eq!(tenancy.last_sync(&tenant, "s").await.unwrap(), before);
    let duties = tenancy.last_duties(&tenant).await.unwrap();
    assert_eq!(duties.len(), 1);
}

#[tokio::test]
async fn rules_count_in_each_organization_whose_last_daily_roll_up_found_them_broken() {
    let installation = Installation::create(server()).await;
    let tenants = [
        installation.tenant(&new_uid()).await,
        installation.tenant(&new_uid()).await,
        installation.tenant(&new_uid()).await,
    ];
    let run = |tenant: &TenantId, day: u8, broken: &[Invariant]| {
        let errors: Vec<_> = broken
            .iter()
            .map(|rule| json!({"stream": rule.place(), "account": "", "class": "permanent_bug"}))
            .chain([json!({"stream": "raw", "account": "", "class": "transient"})])
            .collect();
        format!(
            "INSERT INTO control.runs (tenant, id, run_name, kind, as_of, started_at, finished_at, class, errors) VALUES
             ('{tenant}', gen_random_uuid(), 'day-{day}', 'rollup_daily', now(), now(), '2026-11-{day} 01:00Z', 'permanent_bug', '{}')",
            json!(errors)
        )
    };
    for sql in [
        run(&tenants[0], 20, &[FactsAreOnce, HoursAreOnce]),
        run(&tenants[0], 21, &[FactsAreOnce]),
        run(&tenants[1], 20, &[FactsAreOnce]),
        run(&tenants[2], 20, &[HoursAreOnce]),
        run(&tenants[2], 21, &[]),
    ] {
        installation.administrator_executes(&sql).await;
    }
    let broken = installation.tenancy().broken_rules().await.unwrap();
    assert_eq!(broken.into_iter().collect::<Vec<_>>(), [(FactsAreOnce, 2)]);
}

#[tokio::test]
async fn the_last_runs_are_found_without_sorting() {
    let (installation, desired) = provisioned(server()).await;
    installation
        .administrator_executes(&old_runs(&desired.tenant))
        .await;
    let mut administrator = connect(&installation.administrator_url()).await;
    for (sql, second) in [
        (LAST_SYNC, "'s'"),
        (LAST_GOOD_SYNC, "'s'"),
        (LAST_DUTIES, "'{archive}'"),
    ] {
        let sql = sql
            .replace("$1", &format!("'{}'", desired.tenant))
            .replace("$2", second);
        let plan = administrator
            .fetch_all(AssertSqlSafe(format!("EXPLAIN {sql}")))
            .await
            .unwrap();
        let plan: Vec<String> = plan.iter().map(|line| line.get(0)).collect();
        assert!(
            plan.iter().any(|line| line.contains("runs_by_end")),
            "{plan:#?}"
        );
        let sorted = plan.iter().any(|line| line.contains("Sort Key: runs"));
        assert!(!sorted, "{plan:#?}");
    }
}
