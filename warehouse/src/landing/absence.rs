//! Facts that a pull of everything no longer holds. Absence proves nothing: a platform may lag, a fact may change while
//! it is read. The second sweep that misses a fact, a day or more after the first, removes it with all that belongs to it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::{Date as SqlDate, ToSqlx as _};
use sqlx::{Postgres, Row as _, Transaction};

use super::EventPull;
use crate::database::{DatabaseError, Tenant};
use crate::partition_query::stream_query;

/// Which facts a pull must hold if they still exist.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sweep {
    /// Their version is at or after this…
    pub since: Timestamp,
    /// …and before this.
    pub until: Timestamp,
    /// They happened at or after this.
    pub happened_from: Timestamp,
}

/// The attribute that names the fact without which another does not exist: the order of a refund.
pub const PARENT: &str = "parent";

/// Notes which facts are there and, if the pull holds everything, which are missing; gives the days of those that are
/// removed for good.
pub(super) async fn sweep(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    pull: &EventPull,
) -> Result<BTreeSet<Date>, DatabaseError> {
    let present: Vec<String> = pull.facts.iter().map(|fact| fact.key.clone()).collect();
    stream_query(tenant, &pull.stream, PRESENT)
        .bind(present.clone())
        .execute(&mut **tx)
        .await?;
    let Some(sweep) = pull.sweep else {
        return Ok(BTreeSet::new());
    };
    let on_missing = |template| {
        stream_query(tenant, &pull.stream, template)
            .bind(present.clone())
            .bind(sweep.since.to_sqlx())
            .bind(sweep.until.to_sqlx())
            .bind(sweep.happened_from.to_sqlx())
            .bind(pull.fetched_at.to_sqlx())
    };
    let removed = on_missing(REMOVE).fetch_all(&mut **tx).await?;
    on_missing(MARK).execute(&mut **tx).await?;
    let days = removed
        .iter()
        .map(|row| Ok(row.try_get::<SqlDate, _>("date")?.to_jiff()));
    Ok(days.collect::<Result<_, sqlx::Error>>()?)
}

const PRESENT: &str = "UPDATE {schema}.ledger SET missing_since = NULL
    WHERE source = $1 AND account = $2 AND stream = $3 AND key = ANY($4) AND missing_since IS NOT NULL";

/// The fingerprint changes too, so that a fact that comes again is written again.
const REMOVE: &str = "WITH gone AS (
        SELECT key FROM {schema}.ledger AS l
        WHERE source = $1 AND account = $2 AND stream = $3 AND NOT removed AND NOT attributes ? 'parent'
            AND version >= $5 AND version < $6 AND instant >= $7 AND missing_since <= $8 - interval '1 day'
            AND NOT EXISTS (SELECT FROM unnest($4::text[]) AS present (key) WHERE present.key = l.key))
    UPDATE {schema}.ledger AS l SET removed = true, fingerprint = ~l.fingerprint, missing_since = NULL
    FROM gone
    WHERE l.source = $1 AND l.account = $2 AND l.stream = $3 AND NOT l.removed
        AND gone.key IN (l.key, l.attributes ->> 'parent')
    RETURNING l.date";

const MARK: &str = "UPDATE {schema}.ledger AS l SET missing_since = $8
    WHERE source = $1 AND account = $2 AND stream = $3 AND NOT removed AND NOT attributes ? 'parent'
        AND version >= $5 AND version < $6 AND instant >= $7 AND missing_since IS NULL
        AND NOT EXISTS (SELECT FROM unnest($4::text[]) AS present (key) WHERE present.key = l.key)";
