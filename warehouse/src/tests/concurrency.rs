//! Two jobs of one kind at once, as a CronJob may start them, and connections that break.

use futures::future::join_all;

use super::fixture::*;
use crate::Tenant;
use crate::invariants::check;
use crate::rollup::{DEFAULT_GRACE, close_due, fold_due};

async fn assert_no_violations(tenant: &Tenant) {
    let broken: Vec<_> = check(tenant)
        .await
        .unwrap()
        .into_iter()
        .filter(|finding| finding.violations > 0)
        .collect();
    assert!(broken.is_empty(), "{broken:?}");
}

/// A sync and a roll-up, again and again, while others do the same.
async fn work(tenant: Tenant, worker: i64) {
    for round in 0..6 {
        let second = worker * 10 + round;
        let spend = second.to_string();
        land(
            &tenant,
            "daily",
            second,
            &[
                (day(1), &[row("7", None, &spend, "0")]),
                (day(2), &[row("8", None, &spend, "0")]),
            ],
        )
        .await;
        land(
            &tenant,
            "hourly",
            second,
            &[(day(1), &[row("7", Some(9), &spend, "0")])],
        )
        .await;
        land_orders(
            &tenant,
            vec![order(
                "1",
                day(1 + i8::from(round % 2 == 0)),
                9,
                &spend,
                second,
            )],
        )
        .await;
        compute(&tenant).await;
        let now = time("2026-09-02T20:00:00Z");
        close_due(&tenant, now, DEFAULT_GRACE).await.unwrap();
        fold_due(&tenant, now, 0).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn jobs_that_run_at_once_end_with_the_newest_figures() {
    let tenant = tenant().await;
    join_all((1..=4).map(|worker| tokio::spawn(work(tenant.clone(), worker))))
        .await
        .into_iter()
        .for_each(|done| done.unwrap());
    compute(&tenant).await;
    assert_no_violations(&tenant).await;
    let newest: Vec<String> = days(&tenant)
        .await
        .iter()
        .map(|line| line.split(' ').skip(4).collect::<Vec<_>>().join(" "))
        .collect();
    assert_eq!(
        newest
            .iter()
            .filter(|figures| figures.contains("spend=45"))
            .count(),
        4,
        "{newest:?}"
    );
    assert_eq!(
        newest
            .iter()
            .filter(|figures| figures.contains("revenue=45"))
            .count(),
        1,
        "{newest:?}"
    );
    assert_eq!(newest.len(), 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn broken_connections_lose_nothing_that_a_next_run_does_not_bring() {
    let tenant = tenant().await;
    let url = crate::testing::server().superuser_url("postgres");
    let mut broken = 0;
    for second in 1..=10 {
        let victim = Tenant::connect_throwaway(&url, tenant.id().clone())
            .await
            .unwrap();
        let job = tokio::spawn(async move {
            let spend = second.to_string();
            land(
                &victim,
                "daily",
                second,
                &[(day(1), &[row("7", None, &spend, "0")])],
            )
            .await;
            compute(&victim).await;
        });
        tokio::time::sleep(std::time::Duration::from_millis(
            u64::try_from(second).unwrap() * 2,
        ))
        .await;
        end_connections(&tenant).await;
        broken += u32::from(job.await.is_err());
        assert_no_violations(&tenant).await;
    }
    assert!(
        broken > 0,
        "no connection was broken in the middle of its work"
    );
    land(
        &tenant,
        "daily",
        20,
        &[(day(1), &[row("7", None, "20", "0")])],
    )
    .await;
    compute(&tenant).await;
    assert_no_violations(&tenant).await;
    assert!(
        days(&tenant)
            .await
            .iter()
            .all(|line| line.contains("spend=20"))
    );
}

/// Ends every other connection that has spoken of this tenant.
async fn end_connections(tenant: &Tenant) {
    let sql = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE pid <> pg_backend_pid() AND query LIKE '%{schema}%'";
    count(tenant, sql).await;
}
