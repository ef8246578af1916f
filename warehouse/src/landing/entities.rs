//! Names and states of what figures refer to.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx as _;

use crate::database::{DatabaseError, Tenant};
use crate::model::{EntityRow, Source};
use crate::storable;

/// Writes the entities that are new or changed and gives their number. What a row does not know (`None`) is kept.
///
/// # Errors
/// Where the database fails.
pub async fn upsert_entities(
    tenant: &Tenant,
    source: Source,
    entities: &[EntityRow],
    seen_at: Timestamp,
) -> Result<u64, DatabaseError> {
    if entities.is_empty() {
        return Ok(0);
    }
    let entities: Vec<EntityRow> = entities.iter().cloned().map(storable::entity).collect();
    let unique = last_of_each(&entities);
    let text = |of: fn(&EntityRow) -> &str| {
        unique
            .iter()
            .map(|row| of(row).to_owned())
            .collect::<Vec<_>>()
    };
    let optional = |of: fn(&EntityRow) -> Option<&str>| {
        unique
            .iter()
            .map(|row| of(row).map(str::to_owned))
            .collect::<Vec<_>>()
    };
    let result = sqlx::query(tenant.sql(UPSERT))
        .bind(source.as_ref())
        .bind(seen_at.to_sqlx())
        .bind(text(|row| row.account.as_str()))
        .bind(text(|row| row.level.into()))
        .bind(text(|row| &row.id))
        .bind(optional(|row| row.name.as_deref()))
        .bind(optional(|row| row.status.as_deref()))
        .bind(optional(|row| row.parent.as_deref()))
        .bind(optional(|row| {
            row.currency.as_ref().map(crate::model::Currency::as_str)
        }))
        .bind(optional(|row| row.time_zone.as_deref()))
        .execute(tenant.pool())
        .await?;
    Ok(result.rows_affected())
}

const UPSERT: &str = "INSERT INTO {schema}.entities AS e
        (source, account, level, id, name, status, parent, currency, time_zone, seen_at)
    SELECT $1, n.account, n.level, n.id, n.name, n.status, n.parent, n.currency, n.time_zone, $2
    FROM unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[])
        AS n (account, level, id, name, status, parent, currency, time_zone)
    ON CONFLICT (source, account, level, id) DO UPDATE SET
        name = COALESCE(excluded.name, e.name), status = COALESCE(excluded.status, e.status),
        parent = COALESCE(excluded.parent, e.parent), currency = COALESCE(excluded.currency, e.currency),
        time_zone = COALESCE(excluded.time_zone, e.time_zone), seen_at = excluded.seen_at
    WHERE excluded.seen_at >= e.seen_at
        AND (COALESCE(excluded.name, e.name), COALESCE(excluded.status, e.status),
             COALESCE(excluded.parent, e.parent), COALESCE(excluded.currency, e.currency),
             COALESCE(excluded.time_zone, e.time_zone))
        IS DISTINCT FROM (e.name, e.status, e.parent, e.currency, e.time_zone)";

/// One statement may not write a row twice: the last of equal keys counts.
fn last_of_each(entities: &[EntityRow]) -> Vec<&EntityRow> {
    let by_key: std::collections::BTreeMap<_, _> = entities
        .iter()
        .map(|row| ((&row.account, row.level, &row.id), row))
        .collect();
    by_key.into_values().collect()
}
