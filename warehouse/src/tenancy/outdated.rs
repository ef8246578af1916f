//! Rows of runs that nobody asks for any more. The operator removes them: a tenant's own login may not delete, since with that
//! right it could lock the table for all.

use sqlx::{AssertSqlSafe, PgConnection, Row};

use super::{TenancyError, snapshot::Snapshot, step::Bound, step::Step};
use crate::model::TenantId;

/// Days that the rows of runs are kept. The newest finished run of each source and duty stays, and the newest that ended well.
const RUNS_KEPT_DAYS: i32 = 90;
/// So many days more are let pass, so that rows go once a day and not one by one.
const SLACK_DAYS: i32 = 1;

/// Runs of tenant `$1` that began more than `$2` days ago, those left out that conditions still speak of.
const OUTDATED: &str = "r.tenant = $1 AND r.started_at < now() - $2 * interval '1 day' AND (
    r.finished_at IS NULL OR r.class IS NULL OR (
        EXISTS (SELECT FROM control.runs newer WHERE newer.tenant = r.tenant AND newer.kind = r.kind
            AND coalesce(newer.source_uid, '') = coalesce(r.source_uid, '') AND newer.class IS NOT NULL
            AND newer.finished_at > r.finished_at)
        AND (r.class NOT IN ('ok', 'empty_ok') OR EXISTS (
            SELECT FROM control.runs newer WHERE newer.tenant = r.tenant AND newer.kind = r.kind
            AND coalesce(newer.source_uid, '') = coalesce(r.source_uid, '') AND newer.class IN ('ok', 'empty_ok')
            AND newer.finished_at > r.finished_at))))";

/// Whether it is time to remove some.
pub(super) async fn exist(
    connection: &mut PgConnection,
    tenant: &TenantId,
) -> Result<bool, TenancyError> {
    let sql = format!("SELECT EXISTS (SELECT FROM control.runs r WHERE {OUTDATED})");
    let row = sqlx::query(AssertSqlSafe(sql))
        .bind(tenant.as_str())
        .bind(RUNS_KEPT_DAYS + SLACK_DAYS)
        .fetch_one(connection)
        .await?;
    Ok(row.get(0))
}

/// The step that removes them, unless a legal hold forbids it.
pub(super) fn remove(snapshot: &Snapshot, tenant: &TenantId, legal_hold: bool) -> Option<Step> {
    (snapshot.outdated_runs && !legal_hold).then(|| {
        let values = [tenant.as_str().into(), Bound::Integer(RUNS_KEPT_DAYS)];
        let sql = format!("DELETE FROM control.runs r WHERE {OUTDATED}");
        Step::new("remove the rows of old runs", sql).with(values)
    })
}
