//! The ledger: typed facts, replaced by key when a newer version says something else.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::{Date as SqlDate, Timestamp as SqlTimestamp, ToSqlx as _};
use sqlx::postgres::PgRow;
use sqlx::{Postgres, Row as _, Transaction};

use crate::database::{DatabaseError, Tenant};
use crate::digest;
use crate::model::{LedgerFact, StreamKey, canonical};

/// A fact's identity within (source, account).
type FactKey = (String, String);

/// What is known of a fact: in the ledger, or archived with its day.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    date: Date,
    version: Timestamp,
    fingerprint: i64,
    archived: bool,
}

/// What an incoming fact means.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Change {
    /// Nothing new.
    Nothing,
    /// The same content under a newer version.
    NewerVersion { archived: bool },
    /// New content; these days must be computed again.
    Write { touched: BTreeSet<Date> },
}

fn decide(known: Option<&Known>, fact: &LedgerFact, fingerprint: i64) -> Change {
    let Some(known) = known else {
        return Change::Write {
            touched: BTreeSet::from([fact.date]),
        };
    };
    if fact.version < known.version {
        return Change::Nothing;
    }
    if fingerprint != known.fingerprint {
        return Change::Write {
            touched: BTreeSet::from([known.date, fact.date]),
        };
    }
    if fact.version > known.version {
        Change::NewerVersion {
            archived: known.archived,
        }
    } else {
        Change::Nothing
    }
}

/// A hash of all that a fact says, without its version.
pub(crate) fn fingerprint(fact: &LedgerFact) -> i64 {
    let metrics: BTreeMap<&str, String> = fact
        .metrics
        .iter()
        .map(|(metric, value)| (metric.name(), canonical(value)))
        .collect();
    let instant = fact.instant.to_string();
    let said = (
        &fact.kind,
        instant,
        fact.date,
        fact.hour,
        fact.currency.as_str(),
        metrics,
        &fact.attributes,
    );
    let text = serde_json::to_string(&(said, &fact.customer_key, fact.removed)).unwrap_or_default();
    digest::fingerprint(&text)
}

/// Writes what is new among the facts and gives the touched days and the number of rows written.
pub(super) async fn write(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    stream: &StreamKey,
    facts: Vec<LedgerFact>,
) -> Result<(BTreeSet<Date>, u64), DatabaseError> {
    let facts = newest_of_each(facts);
    let known = load_known(tx, tenant, stream, &facts).await?;
    let mut touched = BTreeSet::new();
    let (mut changed, mut newer, mut newer_archived) = (Vec::new(), Vec::new(), Vec::new());
    for (key, fact) in facts {
        let fingerprint = fingerprint(&fact);
        match decide(known.get(&key), &fact, fingerprint) {
            Change::Nothing => {}
            Change::NewerVersion { archived: false } => newer.push(fact),
            Change::NewerVersion { archived: true } => newer_archived.push(fact),
            Change::Write { touched: days } => {
                touched.extend(days);
                changed.push((fact, fingerprint));
            }
        }
    }
    let rows = u64::try_from(changed.len()).unwrap_or(u64::MAX);
    upsert(tx, tenant, stream, &changed).await?;
    raise_versions(tx, tenant, stream, &newer, RAISE_LEDGER).await?;
    raise_versions(tx, tenant, stream, &newer_archived, RAISE_ARCHIVED).await?;
    Ok((touched, rows))
}

/// Of several versions in one pull the newest counts; of equal versions the last.
fn newest_of_each(facts: Vec<LedgerFact>) -> BTreeMap<FactKey, LedgerFact> {
    let mut newest: BTreeMap<FactKey, LedgerFact> = BTreeMap::new();
    for fact in facts {
        let key = (fact.stream.to_string(), fact.key.clone());
        if newest
            .get(&key)
            .is_none_or(|other| other.version <= fact.version)
        {
            newest.insert(key, fact);
        }
    }
    newest
}

async fn load_known(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    stream: &StreamKey,
    facts: &BTreeMap<FactKey, LedgerFact>,
) -> Result<BTreeMap<FactKey, Known>, DatabaseError> {
    let (streams, keys): (Vec<&str>, Vec<&str>) = facts
        .keys()
        .map(|(stream, key)| (stream.as_str(), key.as_str()))
        .unzip();
    let rows = sqlx::query(tenant.sql(
        "SELECT k.stream, k.key, COALESCE(l.date, a.date) AS date, COALESCE(l.version, a.version) AS version,
                COALESCE(l.fingerprint, a.fingerprint) AS fingerprint, l.key IS NULL AS archived
         FROM unnest($3::text[], $4::text[]) AS k (stream, key)
         LEFT JOIN {schema}.ledger l
             ON l.source = $1 AND l.account = $2 AND l.stream = k.stream AND l.key = k.key
         LEFT JOIN {schema}.archived_ledger_keys a
             ON a.source = $1 AND a.account = $2 AND a.stream = k.stream AND a.key = k.key
         WHERE l.key IS NOT NULL OR a.key IS NOT NULL",
    ))
    .bind(stream.source.as_ref())
    .bind(stream.account.as_str())
    .bind(streams)
    .bind(keys)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows
        .iter()
        .map(read_known)
        .collect::<Result<_, sqlx::Error>>()?)
}

fn read_known(row: &PgRow) -> Result<(FactKey, Known), sqlx::Error> {
    let known = Known {
        date: row.try_get::<SqlDate, _>("date")?.to_jiff(),
        version: row.try_get::<SqlTimestamp, _>("version")?.to_jiff(),
        fingerprint: row.try_get("fingerprint")?,
        archived: row.try_get("archived")?,
    };
    Ok(((row.try_get("stream")?, row.try_get("key")?), known))
}

async fn upsert(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    stream: &StreamKey,
    facts: &[(LedgerFact, i64)],
) -> Result<(), DatabaseError> {
    if facts.is_empty() {
        return Ok(());
    }
    let json = |value: Result<String, serde_json::Error>| value.unwrap_or_else(|_| "{}".to_owned());
    let metrics = |fact: &LedgerFact| {
        let texts: BTreeMap<&str, String> = fact
            .metrics
            .iter()
            .map(|(metric, value)| (metric.name(), canonical(value)))
            .collect();
        json(serde_json::to_string(&texts))
    };
    let column =
        |of: fn(&LedgerFact) -> String| facts.iter().map(|(fact, _)| of(fact)).collect::<Vec<_>>();
    sqlx::query(tenant.sql(UPSERT))
        .bind(stream.source.as_ref())
        .bind(stream.account.as_str())
        .bind(column(|fact| fact.stream.to_string()))
        .bind(column(|fact| fact.key.clone()))
        .bind(column(|fact| fact.kind.clone()))
        .bind(
            facts
                .iter()
                .map(|(fact, _)| fact.instant.to_sqlx())
                .collect::<Vec<_>>(),
        )
        .bind(
            facts
                .iter()
                .map(|(fact, _)| fact.date.to_sqlx())
                .collect::<Vec<_>>(),
        )
        .bind(
            facts
                .iter()
                .map(|(fact, _)| i16::from(fact.hour))
                .collect::<Vec<_>>(),
        )
        .bind(column(|fact| fact.currency.to_string()))
        .bind(
            facts
                .iter()
                .map(|(fact, _)| metrics(fact))
                .collect::<Vec<_>>(),
        )
        .bind(
            facts
                .iter()
                .map(|(fact, _)| json(serde_json::to_string(&fact.attributes)))
                .collect::<Vec<_>>(),
        )
        .bind(
            facts
                .iter()
                .map(|(fact, _)| fact.customer_key.clone())
                .collect::<Vec<_>>(),
        )
        .bind(
            facts
                .iter()
                .map(|(fact, _)| fact.version.to_sqlx())
                .collect::<Vec<_>>(),
        )
        .bind(
            facts
                .iter()
                .map(|(fact, _)| fact.removed)
                .collect::<Vec<_>>(),
        )
        .bind(
            facts
                .iter()
                .map(|(_, fingerprint)| *fingerprint)
                .collect::<Vec<_>>(),
        )
        .execute(&mut **tx)
        .await?;
    Ok(())
}

const UPSERT: &str = "INSERT INTO {schema}.ledger AS l (source, account, stream, key, kind, instant, date, hour, currency,
        metrics, attributes, customer_key, version, removed, fingerprint)
    SELECT $1, $2, f.stream, f.key, f.kind, f.instant, f.date, f.hour, f.currency, f.metrics::jsonb,
        f.attributes::jsonb, f.customer_key, f.version, f.removed, f.fingerprint
    FROM unnest($3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::date[], $8::smallint[], $9::text[],
        $10::text[], $11::text[], $12::text[], $13::timestamptz[], $14::boolean[], $15::bigint[])
        AS f (stream, key, kind, instant, date, hour, currency, metrics, attributes, customer_key, version, removed,
              fingerprint)
    ON CONFLICT (source, account, stream, key) DO UPDATE SET kind = excluded.kind, instant = excluded.instant,
        date = excluded.date, hour = excluded.hour, currency = excluded.currency, metrics = excluded.metrics,
        attributes = excluded.attributes, customer_key = excluded.customer_key, version = excluded.version,
        removed = excluded.removed, fingerprint = excluded.fingerprint
    WHERE excluded.version >= l.version";

const RAISE_LEDGER: &str = "UPDATE {schema}.ledger AS l SET version = f.version
    FROM unnest($3::text[], $4::text[], $5::timestamptz[]) AS f (stream, key, version)
    WHERE l.source = $1 AND l.account = $2 AND l.stream = f.stream AND l.key = f.key AND l.version < f.version";

const RAISE_ARCHIVED: &str = "UPDATE {schema}.archived_ledger_keys AS l SET version = f.version
    FROM unnest($3::text[], $4::text[], $5::timestamptz[]) AS f (stream, key, version)
    WHERE l.source = $1 AND l.account = $2 AND l.stream = f.stream AND l.key = f.key AND l.version < f.version";

async fn raise_versions(
    tx: &mut Transaction<'_, Postgres>,
    tenant: &Tenant,
    stream: &StreamKey,
    facts: &[LedgerFact],
    statement: &'static str,
) -> Result<(), DatabaseError> {
    if facts.is_empty() {
        return Ok(());
    }
    sqlx::query(tenant.sql(statement))
        .bind(stream.source.as_ref())
        .bind(stream.account.as_str())
        .bind(
            facts
                .iter()
                .map(|fact| fact.stream.to_string())
                .collect::<Vec<_>>(),
        )
        .bind(
            facts
                .iter()
                .map(|fact| fact.key.clone())
                .collect::<Vec<_>>(),
        )
        .bind(
            facts
                .iter()
                .map(|fact| fact.version.to_sqlx())
                .collect::<Vec<_>>(),
        )
        .execute(&mut **tx)
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::Metric;
    use crate::model::StreamId;
    use jiff::civil::date;

    fn order(day: i8, revenue: &str, version: i64) -> LedgerFact {
        LedgerFact {
            stream: StreamId::from_static("orders"),
            key: "1".into(),
            kind: "order".into(),
            instant: Timestamp::from_second(1_000_000).unwrap(),
            date: date(2026, 9, day),
            hour: 3,
            currency: "VND".parse().unwrap(),
            metrics: [(Metric::Revenue, revenue.parse().unwrap())].into(),
            attributes: BTreeMap::new(),
            customer_key: None,
            version: Timestamp::from_second(version).unwrap(),
            removed: false,
        }
    }

    fn known(fact: &LedgerFact, archived: bool) -> Known {
        Known {
            date: fact.date,
            version: fact.version,
            fingerprint: fingerprint(fact),
            archived,
        }
    }

    fn change(before: &LedgerFact, archived: bool, after: &LedgerFact) -> Change {
        decide(Some(&known(before, archived)), after, fingerprint(after))
    }

    #[test]
    fn a_moved_order_touches_its_old_and_its_new_day() {
        let days = BTreeSet::from([date(2026, 9, 1), date(2026, 9, 2)]);
        assert_eq!(
            change(&order(1, "10", 1), false, &order(2, "10", 2)),
            Change::Write {
                touched: days.clone()
            }
        );
        assert_eq!(
            change(&order(1, "10", 1), true, &order(2, "10", 2)),
            Change::Write { touched: days }
        );
    }

    #[test]
    fn an_older_version_says_nothing() {
        assert_eq!(
            change(&order(1, "10", 2), false, &order(1, "99", 1)),
            Change::Nothing
        );
    }

    #[test]
    fn the_same_content_only_raises_the_version() {
        assert_eq!(
            change(&order(1, "10", 1), false, &order(1, "10.00", 2)),
            Change::NewerVersion { archived: false }
        );
        assert_eq!(
            change(&order(1, "10", 1), true, &order(1, "10", 2)),
            Change::NewerVersion { archived: true }
        );
        assert_eq!(
            change(&order(1, "10", 1), false, &order(1, "10", 1)),
            Change::Nothing
        );
    }

    #[test]
    fn the_newest_of_a_pull_counts() {
        let newest = newest_of_each(vec![order(1, "2", 2), order(1, "3", 3), order(1, "1", 1)]);
        assert_eq!(
            newest.into_values().collect::<Vec<_>>(),
            vec![order(1, "3", 3)]
        );
    }
}
