//! Closing, folding and deleting.

use jiff::{SignedDuration, Timestamp};

use super::fixture::*;
use crate::Tenant;
use crate::landing::{WindowPull, land_window};
use crate::model::{QualityFlag, Source};
use crate::retention::{Policy, purge_raw};
use crate::rollup::{DEFAULT_GRACE, close_due, fold_due};
use crate::watermarks::Progress;

async fn closed_dates(tenant: &Tenant, now: &str) -> Vec<String> {
    let closed = close_due(tenant, time(now), DEFAULT_GRACE).await.unwrap();
    let mut lines = Vec::new();
    for account in closed {
        lines.extend(
            account
                .dates
                .iter()
                .map(|date| format!("{} {date}", account.account.source)),
        );
    }
    lines
}

#[tokio::test]
async fn each_account_closes_at_its_own_midnight() {
    let tenant = tenant().await;
    know_account(&tenant, Source::GoogleAds, "America/Los_Angeles").await;
    land(
        &tenant,
        "daily",
        1,
        &[(day(1), &[row("7", None, "1", "0")])],
    )
    .await;
    land_orders(&tenant, vec![order("1", day(1), 9, "100", 1)]).await;
    compute(&tenant).await;
    assert!(
        closed_dates(&tenant, "2026-09-01T18:59:59Z")
            .await
            .is_empty()
    );
    assert_eq!(
        closed_dates(&tenant, "2026-09-01T19:00:00Z").await,
        ["shopify 2026-09-01"]
    );
    assert!(
        closed_dates(&tenant, "2026-09-02T08:59:59Z")
            .await
            .is_empty()
    );
    assert_eq!(
        closed_dates(&tenant, "2026-09-02T09:00:00Z").await,
        ["google_ads 2026-09-01"]
    );
    let open = "SELECT count(*) FROM {schema}.daily_aggregates WHERE status <> 'closed'";
    assert_eq!(count(&tenant, open).await, 0);
}

#[tokio::test]
async fn days_of_23_and_25_hours_close_once() {
    let tenant = tenant_in("America/New_York").await;
    let (spring, autumn) = (
        jiff::civil::date(2026, 3, 8),
        jiff::civil::date(2026, 11, 1),
    );
    land(
        &tenant,
        "daily",
        1,
        &[
            (spring, &[row("7", None, "1", "0")]),
            (autumn, &[row("7", None, "1", "0")]),
        ],
    )
    .await;
    compute(&tenant).await;
    assert!(
        closed_dates(&tenant, "2026-03-09T05:59:59Z")
            .await
            .is_empty()
    );
    assert_eq!(
        closed_dates(&tenant, "2026-03-09T06:00:00Z").await,
        ["google_ads 2026-03-08"]
    );
    assert!(
        closed_dates(&tenant, "2026-11-02T06:59:59Z")
            .await
            .is_empty()
    );
    assert_eq!(
        closed_dates(&tenant, "2026-11-02T07:00:00Z").await,
        ["google_ads 2026-11-01"]
    );
    assert!(
        closed_dates(&tenant, "2026-12-01T00:00:00Z")
            .await
            .is_empty()
    );
}

#[tokio::test]
async fn a_day_that_must_be_computed_again_stays_open() {
    let tenant = tenant().await;
    land(
        &tenant,
        "daily",
        1,
        &[(day(1), &[row("7", None, "1", "0")])],
    )
    .await;
    assert!(
        closed_dates(&tenant, "2026-09-03T00:00:00Z")
            .await
            .is_empty()
    );
    compute(&tenant).await;
    assert_eq!(
        closed_dates(&tenant, "2026-09-03T00:00:00Z").await,
        ["google_ads 2026-09-01"]
    );
}

#[tokio::test]
async fn what_changes_after_closing_reads_restated() {
    let tenant = tenant().await;
    land(
        &tenant,
        "daily",
        1,
        &[(
            day(1),
            &[row("7", None, "1", "0"), row("8", None, "5", "0")],
        )],
    )
    .await;
    compute(&tenant).await;
    closed_dates(&tenant, "2026-09-03T00:00:00Z").await;
    land(
        &tenant,
        "daily",
        2,
        &[(
            day(1),
            &[row("7", None, "2", "0"), row("8", None, "5", "0")],
        )],
    )
    .await;
    compute(&tenant).await;
    assert_eq!(
        days(&tenant).await,
        [
            "account 123 2026-09-01 restated spend=7 view_through_conversions=0",
            "campaign 7 2026-09-01 restated spend=2 view_through_conversions=0",
            "campaign 8 2026-09-01 closed spend=5 view_through_conversions=0",
        ]
    );
}

#[tokio::test]
async fn a_backfill_of_a_closed_day_by_another_stream_is_no_restatement() {
    let tenant = tenant().await;
    land(
        &tenant,
        "hourly",
        1,
        &[(day(1), &[row("7", Some(3), "1", "0")])],
    )
    .await;
    compute(&tenant).await;
    closed_dates(&tenant, "2026-09-03T00:00:00Z").await;
    land(
        &tenant,
        "daily",
        2,
        &[(day(1), &[row("7", None, "2", "0")])],
    )
    .await;
    compute(&tenant).await;
    assert!(
        days(&tenant)
            .await
            .iter()
            .all(|line| line.contains(" closed "))
    );
}

#[tokio::test]
async fn hours_fold_into_profiles_and_stay_exact_when_restated() {
    let tenant = tenant().await;
    let hourly = [
        row("7", Some(0), "1.50", "2"),
        row("7", Some(23), "0.1", "0"),
    ];
    land(
        &tenant,
        "hourly",
        1,
        &[(day(1), &hourly), (day(2), &hourly)],
    )
    .await;
    compute(&tenant).await;
    let now = time("2026-09-01T20:00:00Z");
    closed_dates(&tenant, "2026-09-01T20:00:00Z").await;
    assert_eq!(fold_due(&tenant, now, 0).await.unwrap(), 1);
    assert_eq!(fold_due(&tenant, now, 0).await.unwrap(), 0);
    let open = hours(&tenant).await;
    assert_eq!(open.len(), 4);
    assert!(open.iter().all(|line| line.contains("2026-09-02")));
    assert_eq!(profile_values(&tenant, "spend", 23).await, ["0.1", "0.1"]);
    land(
        &tenant,
        "hourly",
        2,
        &[(day(1), &[row("7", Some(23), "0.3", "0")])],
    )
    .await;
    compute(&tenant).await;
    assert_eq!(profile_values(&tenant, "spend", 23).await, ["0.3", "0.3"]);
    assert_eq!(profile_values(&tenant, "spend", 0).await, ["null", "null"]);
    assert_eq!(
        hours(&tenant).await,
        open,
        "a folded day gets no hourly rows again"
    );
}

async fn profile_values(tenant: &Tenant, metric: &str, hour: usize) -> Vec<String> {
    let mut values = Vec::new();
    for line in profiles(tenant).await {
        let json = &line[line.find('{').unwrap()..];
        let hours: serde_json::Value = serde_json::from_str(json).unwrap();
        let value = &hours[metric][hour];
        values.push(
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned),
        );
    }
    values
}

#[tokio::test]
async fn hours_stay_as_long_as_the_policy_says() {
    let tenant = tenant().await;
    land(
        &tenant,
        "hourly",
        1,
        &[(day(1), &[row("7", Some(3), "1", "0")])],
    )
    .await;
    compute(&tenant).await;
    closed_dates(&tenant, "2026-09-02T20:00:00Z").await;
    assert_eq!(
        fold_due(&tenant, time("2026-09-04T16:59:59Z"), 4)
            .await
            .unwrap(),
        0
    );
    assert_eq!(
        fold_due(&tenant, time("2026-09-04T17:00:00Z"), 4)
            .await
            .unwrap(),
        1
    );
}

async fn landed_and_computed(tenant: &Tenant) {
    land(tenant, "daily", 1, &[(day(1), &[row("7", None, "1", "0")])]).await;
    compute(tenant).await;
}

async fn purged(tenant: &Tenant, policy: &Policy, now: Timestamp) -> (u64, i64) {
    let partitions = purge_raw(tenant, policy, now).await.unwrap();
    (
        partitions,
        count(tenant, "SELECT count(*) FROM {schema}.raw_records").await,
    )
}

#[tokio::test]
async fn raw_records_go_once_their_day_is_over_and_aggregated() {
    let tenant = tenant().await;
    land(
        &tenant,
        "daily",
        1,
        &[(day(1), &[row("7", None, "1", "0")])],
    )
    .await;
    let over = time("2026-09-01T20:00:00Z");
    assert_eq!(
        purged(&tenant, &policy(), over).await,
        (0, 1),
        "not aggregated"
    );
    compute(&tenant).await;
    assert_eq!(
        purged(&tenant, &policy(), over - SignedDuration::from_hours(2)).await,
        (0, 1),
        "not over"
    );
    assert_eq!(purged(&tenant, &policy(), over).await, (1, 0));
    let again = land(
        &tenant,
        "daily",
        2,
        &[(day(1), &[row("7", None, "1", "0")])],
    )
    .await;
    assert!(again.touched.is_empty(), "the digest outlives the rows");
    assert_eq!(days(&tenant).await.len(), 2);
    land(
        &tenant,
        "daily",
        3,
        &[(day(1), &[row("7", None, "4", "0")])],
    )
    .await;
    compute(&tenant).await;
    assert!(days(&tenant).await[0].contains("spend=4"));
    assert_eq!(purged(&tenant, &policy(), over).await, (1, 0));
}

#[tokio::test]
async fn a_required_backup_and_a_legal_hold_keep_raw_records() {
    let tenant = tenant().await;
    landed_and_computed(&tenant).await;
    let over = time("2026-09-01T20:00:00Z");
    let mut backed_up = policy();
    backed_up.raw.backup_required = true;
    assert_eq!(purged(&tenant, &backed_up, over).await, (0, 1));
    assert_eq!(
        purged(
            &tenant,
            &Policy {
                legal_hold: true,
                ..policy()
            },
            over
        )
        .await,
        (0, 1)
    );
    let sql = "UPDATE {control}.organizations SET legal_hold = true";
    sqlx::query(tenant.sql(sql))
        .execute(tenant.pool())
        .await
        .unwrap();
    assert_eq!(
        purged(&tenant, &policy(), over).await,
        (0, 1),
        "the control schema knows a hold too"
    );
}

#[tokio::test]
async fn figures_whose_records_are_gone_are_never_computed_away() {
    let tenant = tenant().await;
    landed_and_computed(&tenant).await;
    assert_eq!(
        purged(&tenant, &policy(), time("2026-09-01T20:00:00Z")).await,
        (1, 0)
    );
    let mark = "INSERT INTO {schema}.touched_days (source, account, stream, date)
        SELECT source, account, stream, date FROM {schema}.partition_digests";
    execute(&tenant, mark).await;
    let report = compute(&tenant).await;
    assert!(
        report.failures[0]
            .error
            .to_string()
            .contains("fetch the day again")
    );
    assert_eq!(days(&tenant).await.len(), 2);
}

#[tokio::test]
async fn a_changed_flag_of_a_day_without_records_brings_the_records_back() {
    let tenant = tenant().await;
    landed_and_computed(&tenant).await;
    purged(&tenant, &policy(), time("2026-09-01T20:00:00Z")).await;
    let mut flagged = partition(day(1), &[row("7", None, "1", "0")]);
    flagged.flags = vec![QualityFlag::Sampled];
    let pull = WindowPull {
        stream: stream("daily"),
        fetched_at: at(2),
        partitions: vec![flagged],
        progress: Progress::default(),
    };
    land_window(&tenant, pull).await.unwrap();
    assert!(compute(&tenant).await.failures.is_empty());
    assert_eq!(
        count(
            &tenant,
            "SELECT count(*) FROM {schema}.daily_aggregates WHERE flags = '{sampled}'"
        )
        .await,
        2
    );
}
