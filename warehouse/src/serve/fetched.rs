//! How far each account was fetched.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::Timestamp as SqlTimestamp;
use serde::Deserialize;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Row as _};

use super::days::{account_key, date};
use super::{AccountKey, DateRange, TenantReader};
use crate::access::AccessError;

/// From which local date on everything was read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Reach {
    /// The first date after which no date is missing.
    pub complete_from: Date,
    /// The IANA zone that cut the dates when they were read. Another zone makes the reach worthless.
    pub zone: String,
}

impl Reach {
    /// What a sync wrote into its stream's cursor; none where it has not read a day yet.
    #[must_use]
    pub fn of_cursor(cursor: &str) -> Option<Self> {
        serde_json::from_str(cursor).ok()
    }
}

/// How far an account was fetched: the least of the streams that feed its account totals, or of all its streams where
/// none does (event streams feed them together).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// When.
    pub at: Timestamp,
    /// From which date on; none where that is not known.
    pub reach: Option<Reach>,
}

struct StreamMark {
    account: AccountKey,
    feeds: bool,
    fetched: Fetched,
}

impl TenantReader {
    /// How far each account was fetched.
    ///
    /// # Errors
    /// Where the database is away or the query takes too long.
    pub async fn fetched(&mut self) -> Result<BTreeMap<AccountKey, Fetched>, AccessError> {
        let sql = format!(
            "SELECT mark.source, mark.account, mark.fetched_at, mark.cursor, fed.stream IS NOT NULL AS feeds \
             FROM control.watermarks AS mark \
             LEFT JOIN (SELECT DISTINCT source, account, stream FROM {}.daily_aggregates \
                        WHERE level = 'account' AND date > current_date - 7) AS fed USING (source, account, stream) \
             WHERE mark.tenant = $1 AND mark.fetched_at IS NOT NULL",
            self.tenant,
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(self.tenant.as_str())
            .fetch_all(&mut *self.transaction)
            .await?;
        let marks: Vec<StreamMark> = rows.iter().map(mark).collect::<Result<_, _>>()?;
        Ok(by_account(marks))
    }

    /// The days of these accounts that were fetched and not added up yet.
    ///
    /// # Errors
    /// Where the database is away or the query takes too long.
    pub async fn touched_days(
        &mut self,
        accounts: &[AccountKey],
        range: DateRange,
    ) -> Result<Vec<(AccountKey, Date)>, AccessError> {
        let sql = format!(
            "SELECT DISTINCT day.source, day.account, day.date FROM {}.touched_days AS day \
             JOIN unnest($1::text[], $2::text[]) AS wanted(source, account) USING (source, account) \
             WHERE day.date BETWEEN $3 AND $4",
            self.tenant,
        );
        let rows = self.rows_of(sql, accounts, range).await?;
        let days = rows.iter().map(|row| Ok((account_key(row)?, date(row)?)));
        Ok(days.collect::<Result<_, sqlx::Error>>()?)
    }
}

fn mark(row: &PgRow) -> Result<StreamMark, sqlx::Error> {
    let at: SqlTimestamp = row.try_get("fetched_at")?;
    let cursor: Option<String> = row.try_get("cursor")?;
    Ok(StreamMark {
        account: account_key(row)?,
        feeds: row.try_get("feeds")?,
        fetched: Fetched {
            at: at.to_jiff(),
            reach: cursor.as_deref().and_then(Reach::of_cursor),
        },
    })
}

fn by_account(marks: Vec<StreamMark>) -> BTreeMap<AccountKey, Fetched> {
    let mut grouped: BTreeMap<AccountKey, Vec<StreamMark>> = BTreeMap::new();
    for mark in marks {
        grouped.entry(mark.account.clone()).or_default().push(mark);
    }
    let least = |(account, marks): (AccountKey, Vec<StreamMark>)| Some((account, least(marks)?));
    grouped.into_iter().filter_map(least).collect()
}

fn least(marks: Vec<StreamMark>) -> Option<Fetched> {
    let (feeding, others): (Vec<_>, Vec<_>) = marks.into_iter().partition(|mark| mark.feeds);
    let counted = if feeding.is_empty() { others } else { feeding };
    let reaches = counted
        .iter()
        .filter_map(|mark| mark.fetched.reach.as_ref());
    Some(Fetched {
        at: counted.iter().map(|mark| mark.fetched.at).min()?,
        reach: reaches.max_by_key(|reach| reach.complete_from).cloned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Source;

    fn mark(feeds: bool, at: &str, complete_from: Option<&str>) -> StreamMark {
        StreamMark {
            account: AccountKey {
                source: Source::GoogleAds,
                account: "1".parse().unwrap(),
            },
            feeds,
            fetched: Fetched {
                at: at.parse().unwrap(),
                reach: complete_from.map(|date| Reach {
                    complete_from: date.parse().unwrap(),
                    zone: "Asia/Ho_Chi_Minh".into(),
                }),
            },
        }
    }

    fn read(marks: Vec<StreamMark>) -> (String, Option<String>) {
        let fetched = least(marks).unwrap();
        let from = fetched.reach.map(|reach| reach.complete_from.to_string());
        (fetched.at.to_string(), from)
    }

    #[test]
    fn the_streams_that_feed_the_totals_count_and_the_least_of_them() {
        let (early, late) = ("2026-10-01T00:00:00Z", "2026-10-02T00:00:00Z");
        let marks = || {
            vec![
                mark(true, late, Some("2026-08-01")),
                mark(true, late, Some("2026-07-01")),
                mark(false, early, Some("2026-09-01")),
            ]
        };
        assert_eq!(read(marks()), (late.into(), Some("2026-08-01".into())));
        let only_others = marks().split_off(2);
        assert_eq!(read(only_others), (early.into(), Some("2026-09-01".into())));
        assert_eq!(read(vec![mark(true, early, None)]), (early.into(), None));
        assert_eq!(least(Vec::new()), None);
    }

    #[test]
    fn a_cursor_that_says_nothing_of_dates_reaches_nowhere() {
        let reach = Reach::of_cursor(r#"{"complete_from":"2026-09-01","zone":"UTC"}"#);
        assert_eq!(reach.unwrap().complete_from.to_string(), "2026-09-01");
        for cursor in [r#"{"zone":"UTC"}"#, "page 7", ""] {
            assert_eq!(Reach::of_cursor(cursor), None, "{cursor}");
        }
    }
}
