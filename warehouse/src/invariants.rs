//! What must always hold in a tenant's tables, as SQL that counts violations. Tests ask after every fault, and the daily
//! roll-up asks in production. Days that are marked as touched are in motion and count once they have come to rest.

use serde::Serialize;
use sqlx::Row as _;
use strum::{AsRefStr, Display, EnumIter, EnumString, IntoEnumIterator as _, IntoStaticStr};

use crate::Tenant;
use crate::database::DatabaseError;

/// A rule, with the number that the reliability goals give it.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    AsRefStr,
    Display,
    EnumIter,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Invariant {
    /// I1: the days of event sources are the sums of their ledger, exactly.
    DaysAreLedgerSums,
    /// I1: the hours of event sources are the sums of their ledger, exactly.
    HoursAreLedgerSums,
    /// I1: the figures of every partition were computed from its present content.
    PartitionsAreAggregated,
    /// I2: a fact is in the ledger or in the archive, not in both.
    FactsAreOnce,
    /// I2: an hour is an hourly row or in a profile, not both.
    HoursAreOnce,
    /// I3: the figures of an archived day are not in Postgres as well.
    ArchivedDaysHaveLeft,
    /// I3: an archived day has a committed file.
    ArchivedDaysAreCommitted,
    /// I3: figures and facts belong to a day that is known.
    FiguresHaveTheirDay,
    /// I3: open days are provisional, and no others.
    OpenDaysAreProvisional,
    /// I4: data and watermark move together.
    WatermarksCoverTheirData,
    /// I5: a finished run has a class and ends after it began.
    RunsEndWell,
    /// I6: a file that readers may follow has a name, a hash and a size, and no other has its name.
    ManifestIsComplete,
}

/// How often a rule is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule.
    pub invariant: Invariant,
    /// The number of violations; zero is right.
    pub violations: i64,
}

/// Counts the violations of every rule.
///
/// # Errors
/// Where the database fails.
pub async fn check(tenant: &Tenant) -> Result<Vec<Finding>, DatabaseError> {
    let mut findings = Vec::new();
    for invariant in Invariant::iter() {
        let row = sqlx::query(tenant.sql(invariant.statement()))
            .bind(tenant.id().as_str())
            .fetch_one(tenant.pool())
            .await?;
        findings.push(Finding {
            invariant,
            violations: row.try_get(0)?,
        });
    }
    Ok(findings)
}

/// How the errors of a run name a broken rule: this and the rule's own name.
pub const PLACE: &str = "invariants/";

impl Invariant {
    /// The place of the error by which a run tells that the rule is broken.
    #[must_use]
    pub fn place(self) -> String {
        format!("{PLACE}{self}")
    }

    /// The rule that is broken at this place of a run, if it is one.
    #[must_use]
    pub fn of_place(place: &str) -> Option<Self> {
        place.strip_prefix(PLACE)?.parse().ok()
    }

    const fn statement(self) -> &'static str {
        match self {
            Self::DaysAreLedgerSums => DAYS_ARE_LEDGER_SUMS,
            Self::HoursAreLedgerSums => HOURS_ARE_LEDGER_SUMS,
            Self::PartitionsAreAggregated => PARTITIONS_ARE_AGGREGATED,
            Self::FactsAreOnce => FACTS_ARE_ONCE,
            Self::HoursAreOnce => HOURS_ARE_ONCE,
            Self::ArchivedDaysHaveLeft => ARCHIVED_DAYS_HAVE_LEFT,
            Self::ArchivedDaysAreCommitted => ARCHIVED_DAYS_ARE_COMMITTED,
            Self::FiguresHaveTheirDay => FIGURES_HAVE_THEIR_DAY,
            Self::OpenDaysAreProvisional => OPEN_DAYS_ARE_PROVISIONAL,
            Self::WatermarksCoverTheirData => WATERMARKS_COVER_THEIR_DATA,
            Self::RunsEndWell => RUNS_END_WELL,
            Self::ManifestIsComplete => MANIFEST_IS_COMPLETE,
        }
    }
}

const DAYS_ARE_LEDGER_SUMS: &str = "WITH facts AS (
        SELECT source, account, date, currency, m.key AS metric, sum(m.value::numeric) AS value
        FROM {schema}.ledger CROSS JOIN LATERAL jsonb_each_text(metrics) m WHERE NOT removed
        GROUP BY source, account, date, currency, m.key
    ), figures AS (
        SELECT source, account, date, currency, m.key AS metric, m.value::numeric AS value
        FROM {schema}.daily_aggregates d CROSS JOIN LATERAL jsonb_each_text(jsonb_strip_nulls(jsonb_build_object(
            'impressions', impressions::text, 'clicks', clicks::text, 'spend', spend::text,
            'conversions', conversions::text, 'conversions_value', conversions_value::text,
            'sessions', sessions::text, 'orders', orders::text, 'revenue', revenue::text,
            'refunds', refunds::text)) || extra) m
        WHERE d.stream = 'ledger'
    )
    SELECT count(*) FROM (
        SELECT source, account, date FROM facts f
        FULL JOIN figures g USING (source, account, date, currency, metric)
        WHERE f.value IS DISTINCT FROM g.value) x
    WHERE $1 <> '' AND NOT EXISTS (
        SELECT 1 FROM {schema}.touched_days t
        WHERE t.source = x.source AND t.account = x.account AND t.date = x.date)";

const HOURS_ARE_LEDGER_SUMS: &str = "WITH facts AS (
        SELECT source, account, date, currency, hour::int AS hour, m.key AS metric, sum(m.value::numeric) AS value
        FROM {schema}.ledger CROSS JOIN LATERAL jsonb_each_text(metrics) m WHERE NOT removed
        GROUP BY source, account, date, currency, hour, m.key
    ), figures AS (
        SELECT source, account, date, currency, hour::int AS hour, m.key AS metric, m.value::numeric AS value
        FROM {schema}.hourly_aggregates d CROSS JOIN LATERAL jsonb_each_text(jsonb_strip_nulls(jsonb_build_object(
            'impressions', impressions::text, 'clicks', clicks::text, 'spend', spend::text,
            'conversions', conversions::text, 'conversions_value', conversions_value::text,
            'sessions', sessions::text, 'orders', orders::text, 'revenue', revenue::text,
            'refunds', refunds::text)) || extra) m
        WHERE d.stream = 'ledger'
        UNION ALL
        SELECT source, account, date, currency, v.position::int - 1, m.key, v.value::numeric
        FROM {schema}.hour_profiles p CROSS JOIN LATERAL jsonb_each(p.hours) m
        CROSS JOIN LATERAL jsonb_array_elements_text(m.value) WITH ORDINALITY v (value, position)
        WHERE p.stream = 'ledger' AND v.value IS NOT NULL
    )
    SELECT count(*) FROM (
        SELECT source, account, date FROM facts f
        FULL JOIN figures g USING (source, account, date, currency, hour, metric)
        WHERE f.value IS DISTINCT FROM g.value) x
    WHERE $1 <> '' AND NOT EXISTS (
        SELECT 1 FROM {schema}.touched_days t
        WHERE t.source = x.source AND t.account = x.account AND t.date = x.date)";

const PARTITIONS_ARE_AGGREGATED: &str = "SELECT count(*) FROM {schema}.partition_digests d
    WHERE d.aggregated_hash IS DISTINCT FROM d.content_hash AND $1 <> '' AND NOT EXISTS (
        SELECT 1 FROM {schema}.touched_days t WHERE t.source = d.source AND t.account = d.account
            AND t.stream = d.stream AND t.date = d.date)";

const FACTS_ARE_ONCE: &str = "SELECT count(*) FROM {schema}.ledger l
    JOIN {schema}.archived_ledger_keys a USING (source, account, stream, key)
    WHERE $1 <> '' AND NOT EXISTS (
        SELECT 1 FROM {schema}.touched_days t WHERE t.source = l.source AND t.account = l.account
            AND t.date IN (l.date, a.date))";

const HOURS_ARE_ONCE: &str = "SELECT count(*) FROM {schema}.account_days d
    WHERE $1 <> '' AND (
        (d.hours_folded_at IS NOT NULL AND EXISTS (SELECT 1 FROM {schema}.hourly_aggregates h
            WHERE h.source = d.source AND h.account = d.account AND h.date = d.date))
        OR (d.hours_folded_at IS NULL AND EXISTS (SELECT 1 FROM {schema}.hour_profiles h
            WHERE h.source = d.source AND h.account = d.account AND h.date = d.date)))";

const ARCHIVED_DAYS_HAVE_LEFT: &str = "SELECT count(*) FROM {schema}.account_days d
    WHERE d.state = 'archived' AND $1 <> '' AND NOT EXISTS (
        SELECT 1 FROM {schema}.touched_days t
        WHERE t.source = d.source AND t.account = d.account AND t.date = d.date)
    AND (EXISTS (SELECT 1 FROM {schema}.daily_aggregates x
            WHERE x.source = d.source AND x.account = d.account AND x.date = d.date)
        OR EXISTS (SELECT 1 FROM {schema}.ledger x
            WHERE x.source = d.source AND x.account = d.account AND x.date = d.date)
        OR EXISTS (SELECT 1 FROM {schema}.hour_profiles x
            WHERE x.source = d.source AND x.account = d.account AND x.date = d.date))";

const ARCHIVED_DAYS_ARE_COMMITTED: &str = "SELECT count(*) FROM {schema}.account_days d
    WHERE d.state = 'archived' AND NOT EXISTS (
        SELECT 1 FROM {control}.archive_manifest m WHERE m.tenant = $1 AND m.kind = 'daily' AND m.source = d.source
            AND m.account = d.account AND m.date = d.date AND m.state IN ('committed', 'purged'))";

const FIGURES_HAVE_THEIR_DAY: &str = "SELECT count(*) FROM (
        SELECT source, account, date FROM {schema}.daily_aggregates
        UNION SELECT source, account, date FROM {schema}.hourly_aggregates
        UNION SELECT source, account, date FROM {schema}.hour_profiles
        UNION SELECT source, account, date FROM {schema}.ledger
        UNION SELECT source, account, date FROM {schema}.touched_days) x
    WHERE $1 <> '' AND NOT EXISTS (SELECT 1 FROM {schema}.account_days d
        WHERE d.source = x.source AND d.account = x.account AND d.date = x.date)";

const OPEN_DAYS_ARE_PROVISIONAL: &str = "SELECT count(*) FROM {schema}.daily_aggregates a
    JOIN {schema}.account_days d USING (source, account, date)
    WHERE $1 <> '' AND (d.state = 'open') <> (a.status = 'provisional')";

const WATERMARKS_COVER_THEIR_DATA: &str = "SELECT count(*) FROM {schema}.partition_digests d
    WHERE NOT EXISTS (SELECT 1 FROM {control}.watermarks w WHERE w.tenant = $1 AND w.source = d.source
        AND w.account = d.account AND w.stream = d.stream AND w.fetched_at >= d.fetched_at)";

const RUNS_END_WELL: &str = "SELECT count(*) FROM {control}.runs
    WHERE tenant = $1 AND finished_at IS NOT NULL AND (class IS NULL OR finished_at < started_at)";

const MANIFEST_IS_COMPLETE: &str = "SELECT count(*) FROM {control}.archive_manifest m
    WHERE m.tenant = $1 AND m.state IN ('verified', 'committed', 'purged') AND (
        m.object_path IS NULL OR m.content_hash IS NULL OR m.rows IS NULL OR m.bytes IS NULL OR m.verified_at IS NULL
        OR EXISTS (SELECT 1 FROM {control}.archive_manifest o WHERE o.tenant = m.tenant
            AND o.object_path = m.object_path
            AND (o.kind, o.source, o.account, o.stream, o.date, o.version)
                <> (m.kind, m.source, m.account, m.stream, m.date, m.version)))";
