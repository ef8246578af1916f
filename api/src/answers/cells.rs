//! Exact cells and their cursor.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dpo_warehouse::model::{Level, canonical};
use dpo_warehouse::serve::{AccountKey, CellCursor, CellPage, DateRange, FigureCell};
use jiff::civil::Date;

use super::estate::{Estate, archived_ranges};
use super::periods::{day_state, range};
use crate::dto::figures::{FigureRow, Figures, FiguresQuery, Grain};
use crate::problem::Problem;

const LONGEST_DAYS: i32 = 400;
const LONGEST_DAYS_OF_HOURS: i32 = 31;
const MOST_ROWS: u32 = 5_000;
const ROWS: u32 = 1_000;

/// A checked query.
#[derive(Debug, Clone)]
pub struct AskedCells {
    /// Of which account.
    pub account: AccountKey,
    /// At which level.
    pub level: Level,
    /// Local dates.
    pub range: DateRange,
    /// At most so many.
    pub limit: u32,
    /// Only those after this one.
    pub after: Option<CellCursor>,
}

/// Checks a query.
///
/// # Errors
/// A sentence for the parameter that must be corrected.
pub fn asked(query: &FiguresQuery) -> Result<AskedCells, Problem> {
    let longest = match query.grain {
        Grain::Day => LONGEST_DAYS,
        Grain::Hour => LONGEST_DAYS_OF_HOURS,
    };
    let range = range(("from", query.from), ("to", query.to), longest)?;
    let limit = query.limit.unwrap_or(ROWS);
    if !(1..=MOST_ROWS).contains(&limit) {
        return Err(Problem::parameter(
            "limit",
            format!("`limit` must lie between 1 and {MOST_ROWS}."),
        ));
    }
    Ok(AskedCells {
        account: AccountKey {
            source: query.source.into(),
            account: account(&query.account)?,
        },
        level: query.level.parse().map_err(|_| {
            Problem::parameter(
                "level",
                "`level` must be account, campaign, channel_group or source_medium.",
            )
        })?,
        range,
        limit,
        after: query
            .cursor
            .as_deref()
            .map(|text| cursor(text, range))
            .transpose()?,
    })
}

fn account(text: &str) -> Result<dpo_warehouse::model::AccountId, Problem> {
    let wrong = || {
        Problem::parameter(
            "account",
            "`account` must be the account's id on the platform, 1 to 200 characters.",
        )
    };
    if text.chars().any(char::is_control) {
        return Err(wrong());
    }
    text.parse().map_err(|_| wrong())
}

fn cursor(text: &str, range: DateRange) -> Result<CellCursor, Problem> {
    let decoded = URL_SAFE_NO_PAD.decode(text).ok();
    let cursor = decoded.and_then(|bytes| serde_json::from_slice::<CellCursor>(&bytes).ok());
    let clean = |text: &str| !text.chars().any(|letter| letter == '\0');
    cursor
        .filter(|cursor| (range.from..=range.to).contains(&cursor.date))
        .filter(|cursor| [&cursor.entity, &cursor.breakdown, &cursor.currency].into_iter().all(|text| clean(text)))
        .ok_or_else(|| Problem::parameter("cursor", "`cursor` must be the `nextCursor` of the page before, with the same other parameters."))
}

fn written(cursor: &CellCursor) -> Option<String> {
    serde_json::to_vec(cursor)
        .ok()
        .map(|json| URL_SAFE_NO_PAD.encode(json))
}

/// The answer.
#[must_use]
pub fn figures(
    query: &FiguresQuery,
    asked: &AskedCells,
    page: CellPage,
    archived: &[(AccountKey, Date)],
    estate: &Estate,
) -> Figures {
    let next = if page.more {
        page.cells.last().map(FigureCell::cursor)
    } else {
        None
    };
    let owner = estate
        .sources
        .iter()
        .filter(|source| source.accounts.contains(&asked.account));
    Figures {
        source: query.source,
        account: query.account.clone(),
        level: query.level.clone(),
        grain: query.grain,
        from: query.from,
        to: query.to,
        time_zone: estate.zone(&asked.account).map(str::to_owned),
        next_cursor: next.as_ref().and_then(written),
        rows: page.cells.into_iter().map(row).collect(),
        archived: archived_ranges(archived),
        freshness: owner.map(|source| source.freshness.clone()).collect(),
    }
}

fn row(cell: FigureCell) -> FigureRow {
    FigureRow {
        date: cell.date,
        hour: cell.hour.and_then(|hour| i8::try_from(hour).ok()),
        entity: cell.entity,
        breakdown: cell.breakdown,
        stream: cell.stream,
        currency: cell.currency.map(Into::into),
        metrics: cell
            .metrics
            .iter()
            .map(|(metric, value)| (metric.name().to_owned(), canonical(value)))
            .collect(),
        status: day_state(cell.status),
        flags: cell.flags,
        computed_at: cell.computed_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dto::value::SourceId;

    fn query() -> FiguresQuery {
        FiguresQuery {
            source: SourceId::GoogleAds,
            account: "1234567890".into(),
            level: "campaign".into(),
            grain: Grain::Day,
            from: "2026-10-01".parse().unwrap(),
            to: "2026-10-31".parse().unwrap(),
            limit: None,
            cursor: None,
        }
    }

    #[test]
    fn a_cursor_comes_back_as_it_was() {
        let place = CellCursor {
            date: "2026-10-07".parse().unwrap(),
            hour: 23,
            entity: "Chiến dịch 'x'".into(),
            breakdown: String::new(),
            currency: "VND".into(),
        };
        let query = FiguresQuery {
            cursor: written(&place),
            ..query()
        };
        assert_eq!(asked(&query).unwrap().after, Some(place));
    }

    #[test]
    fn bad_queries_get_a_sentence() {
        let wrong = [
            (
                "account",
                FiguresQuery {
                    account: "a\0b".into(),
                    ..query()
                },
            ),
            (
                "account",
                FiguresQuery {
                    account: String::new(),
                    ..query()
                },
            ),
            (
                "level",
                FiguresQuery {
                    level: "account; DROP".into(),
                    ..query()
                },
            ),
            (
                "limit",
                FiguresQuery {
                    limit: Some(0),
                    ..query()
                },
            ),
            (
                "cursor",
                FiguresQuery {
                    cursor: Some("e30".into()),
                    ..query()
                },
            ),
            (
                "to",
                FiguresQuery {
                    to: "2026-11-01".parse().unwrap(),
                    grain: Grain::Hour,
                    ..query()
                },
            ),
        ];
        for (parameter, query) in wrong {
            let problem = asked(&query).unwrap_err();
            assert_eq!(problem.about(), Some(parameter), "{query:?}");
        }
    }
}
