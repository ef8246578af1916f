//! Every rule holds after ordinary work, and its check sees a planted violation.

use strum::IntoEnumIterator as _;

use super::fixture::*;
use crate::Tenant;
use crate::invariants::{Invariant, check};
use crate::rollup::{DEFAULT_GRACE, close_due, fold_due};

/// A tenant with closed and open days at rest, and one day in motion.
async fn at_rest() -> Tenant {
    let tenant = tenant().await;
    let rows = [row("7", None, "1", "0")];
    land(
        &tenant,
        "daily",
        1,
        &[(day(1), &rows), (day(2), &rows), (day(3), &rows)],
    )
    .await;
    land_orders(
        &tenant,
        vec![
            order("1", day(1), 9, "100", 1),
            order("2", day(2), 9, "5", 1),
            order("3", day(3), 9, "5", 1),
        ],
    )
    .await;
    compute(&tenant).await;
    let now = time("2026-09-02T20:00:00Z");
    close_due(&tenant, now, DEFAULT_GRACE).await.unwrap();
    fold_due(&tenant, now, 0).await.unwrap();
    land(&tenant, "daily", 2, &[(day(4), &rows)]).await;
    tenant
}

async fn violated(tenant: &Tenant) -> Vec<Invariant> {
    let findings = check(tenant).await.unwrap();
    assert_eq!(findings.len(), Invariant::iter().count());
    findings
        .into_iter()
        .filter(|finding| finding.violations > 0)
        .map(|finding| finding.invariant)
        .collect()
}

#[tokio::test]
async fn nothing_is_violated_at_rest() {
    assert_eq!(violated(&at_rest().await).await, []);
}

#[tokio::test]
async fn each_check_sees_a_planted_violation() {
    for invariant in Invariant::iter() {
        let tenant = at_rest().await;
        execute(&tenant, planted(invariant)).await;
        let found = violated(&tenant).await;
        assert!(
            found.contains(&invariant),
            "{invariant} is not among {found:?}"
        );
    }
}

#[allow(clippy::too_many_lines, reason = "a table")]
fn planted(invariant: Invariant) -> &'static str {
    match invariant {
        Invariant::DaysAreLedgerSums => {
            "UPDATE {schema}.daily_aggregates SET revenue = revenue + 0.01 WHERE stream = 'ledger' AND date = '2026-09-01'"
        }
        Invariant::HoursAreLedgerSums => {
            "UPDATE {schema}.hour_profiles SET hours = jsonb_set(hours, '{revenue,9}', '\"1\"') WHERE stream = 'ledger'"
        }
        Invariant::PartitionsAreAggregated => "UPDATE {schema}.partition_digests SET aggregated_hash = NULL WHERE stream = 'daily'",
        Invariant::FactsAreOnce => {
            "INSERT INTO {schema}.archived_ledger_keys (source, account, stream, key, date, version, fingerprint)
             SELECT source, account, stream, key, date, version, fingerprint FROM {schema}.ledger"
        }
        Invariant::HoursAreOnce => "UPDATE {schema}.account_days SET hours_folded_at = NULL WHERE date = '2026-09-01'",
        Invariant::ArchivedDaysHaveLeft | Invariant::ArchivedDaysAreCommitted => {
            "UPDATE {schema}.account_days SET state = 'archived' WHERE date = '2026-09-01'"
        }
        Invariant::FiguresHaveTheirDay => "DELETE FROM {schema}.account_days WHERE date = '2026-09-03'",
        Invariant::OpenDaysAreProvisional => "UPDATE {schema}.account_days SET state = 'open' WHERE date = '2026-09-01'",
        Invariant::WatermarksCoverTheirData => "UPDATE {control}.watermarks SET fetched_at = NULL",
        Invariant::RunsEndWell => {
            "INSERT INTO {control}.runs (tenant, id, run_name, kind, as_of, started_at, finished_at)
             SELECT tenant, gen_random_uuid(), 'r', 'sync', now(), now(), now() FROM {control}.organizations"
        }
        Invariant::ManifestIsComplete => {
            "INSERT INTO {control}.archive_manifest (tenant, kind, source, account, date, version, state, planned_at)
             SELECT tenant, 'daily', 'shopify', '123', '2026-09-01', 1, 'committed', now() FROM {control}.organizations"
        }
    }
}
