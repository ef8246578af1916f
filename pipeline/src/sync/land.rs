//! From a batch to rows: partitions, facts, entities, and the bookmark that moves with them.

use std::collections::BTreeMap;

use dpo_warehouse::landing::{self, EventPull, Landed, Sweep, WindowPull};
use dpo_warehouse::model::{QualityFlag, RawRecord, StreamKey, WindowPartition};
use dpo_warehouse::watermarks::{self, Progress, Watermark};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::{Stop, Sync};
use crate::frame::declaration::{StreamDeclaration, StreamKind};
use crate::frame::plan::{Step, TierState};
use crate::frame::pull::{Batch, DateRange, RaisedFlag, Slice, Span};

/// Where a stream stands: its tiers, and how far changes were followed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bookmark {
    /// When tiers were read, and from which date on nothing is missing.
    pub tiers: TierState,
    /// Up to when changes were followed.
    pub until: Option<Timestamp>,
}

/// The text form of what is no tier.
#[derive(Serialize, Deserialize)]
struct Cursor {
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    complete_from: Option<Date>,
    zone: String,
}

impl Bookmark {
    /// Reads a watermark. One that was made in another zone counts for nothing: a change of zone rewrites history.
    #[must_use]
    pub fn read(watermark: &Watermark, zone: &TimeZone) -> Self {
        let cursor: Option<Cursor> = watermark
            .cursor
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok());
        let Some(cursor) = cursor.filter(|cursor| cursor.zone == zone_name(zone)) else {
            return Self::default();
        };
        let tier = |name: &str| watermark.tiers.get(name).copied();
        let tiers = TierState {
            hot: tier("hot"),
            warm: tier("warm"),
            cold: tier("cold"),
            weekly: tier("weekly"),
            complete_from: cursor.complete_from,
        };
        Self {
            tiers,
            until: cursor.until,
        }
    }

    /// What is to be stored when a step has landed.
    #[must_use]
    pub fn progress(step: &Step, zone: &TimeZone) -> Progress {
        let state = &step.state;
        let tiers = [
            ("hot", state.hot),
            ("warm", state.warm),
            ("cold", state.cold),
            ("weekly", state.weekly),
        ];
        let tiers = tiers
            .into_iter()
            .filter_map(|(name, time)| Some((name.to_owned(), time?)))
            .collect();
        let cursor = Cursor {
            until: step.cursor,
            complete_from: state.complete_from,
            zone: zone_name(zone),
        };
        Progress {
            cursor: serde_json::to_string(&cursor).ok(),
            tiers,
        }
    }
}

fn zone_name(zone: &TimeZone) -> String {
    zone.iana_name().unwrap_or("UTC").to_owned()
}

impl Sync<'_> {
    pub(super) async fn land(
        &self,
        key: &StreamKey,
        stream: &StreamDeclaration,
        slice: &Slice,
        step: &Step,
        batch: Batch,
        begun: Timestamp,
    ) -> Result<Landed, Stop> {
        let progress = Bookmark::progress(step, &slice.zone);
        let entities =
            landing::upsert_entities(self.tenant, key.source, &batch.entities, begun).await?;
        match (&stream.kind, &slice.span) {
            (StreamKind::Window(_), Span::Days(range)) => {
                let partitions = partitions(*range, batch, self.today(slice));
                let pull = WindowPull {
                    stream: key.clone(),
                    fetched_at: begun,
                    partitions,
                    progress,
                };
                Ok(add(
                    entities,
                    landing::land_window(self.tenant, pull).await?,
                ))
            }
            (StreamKind::Event(_), span) => {
                let pull = EventPull {
                    stream: key.clone(),
                    fetched_at: begun,
                    landing_date: self.today(slice),
                    records: batch.payloads,
                    facts: batch.facts,
                    sweep: sweep(span, step.sweep_from),
                    progress,
                };
                Ok(add(
                    entities,
                    landing::land_events(self.tenant, pull).await?,
                ))
            }
            _ => {
                watermarks::move_to(self.tenant, key, &progress, begun).await?;
                Ok(add(entities, Landed::default()))
            }
        }
    }

    fn today(&self, slice: &Slice) -> Date {
        self.settings.as_of.to_zoned(slice.zone.clone()).date()
    }
}

/// What a span must hold if it still exists.
fn sweep(span: &Span, happened_from: Option<Timestamp>) -> Option<Sweep> {
    match (span, happened_from) {
        (Span::Changes { since, until }, Some(happened_from)) => Some(Sweep {
            since: *since,
            until: *until,
            happened_from,
        }),
        _ => None,
    }
}

fn add(entities: u64, landed: Landed) -> Landed {
    Landed {
        rows: entities + landed.rows,
        ..landed
    }
}

/// One partition for each date of the range, those without records included.
fn partitions(range: DateRange, batch: Batch, today: Date) -> Vec<WindowPartition> {
    let mut by_date: BTreeMap<Date, Vec<RawRecord>> =
        range.dates().map(|date| (date, Vec::new())).collect();
    for dated in batch.records {
        by_date.entry(dated.date).or_default().push(dated.record);
    }
    let flags = batch.flags;
    let partition = |(date, records)| WindowPartition {
        date,
        records,
        flags: flags_of(&flags, date, today),
    };
    by_date.into_iter().map(partition).collect()
}

/// A day that is not over is provisional; so is one of which the platform says that its figures are not exact.
fn flags_of(raised: &[RaisedFlag], date: Date, today: Date) -> Vec<QualityFlag> {
    let mut flags: Vec<QualityFlag> = raised
        .iter()
        .filter(|flag| flag.date.is_none_or(|of| of == date))
        .map(|flag| flag.flag)
        .collect();
    if !flags.is_empty() || date >= today {
        flags.push(QualityFlag::Provisional);
    }
    flags.sort_unstable();
    flags.dedup();
    flags
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::pull::DatedRecord;
    use jiff::civil::date;

    #[test]
    fn a_bookmark_is_read_back_in_its_own_zone_only() {
        let zone = |name| TimeZone::get(name).unwrap();
        let time: Timestamp = "2026-09-01T12:00:00Z".parse().unwrap();
        let state = TierState {
            hot: Some(time),
            warm: None,
            cold: Some(time),
            weekly: None,
            complete_from: Some(date(2026, 6, 1)),
        };
        let step = Step {
            span: Span::Now,
            state: state.clone(),
            cursor: Some(time),
            sweep_from: None,
        };
        let progress = Bookmark::progress(&step, &zone("Asia/Ho_Chi_Minh"));
        let watermark = Watermark {
            cursor: progress.cursor,
            tiers: progress.tiers,
            ..Watermark::default()
        };
        assert_eq!(
            Bookmark::read(&watermark, &zone("Asia/Ho_Chi_Minh")),
            Bookmark {
                tiers: state,
                until: Some(time)
            }
        );
        assert_eq!(
            Bookmark::read(&watermark, &zone("Europe/Berlin")),
            Bookmark::default()
        );
    }

    #[test]
    fn a_bookmark_says_how_far_a_stream_reaches_to_whoever_serves_its_figures() {
        let step = Step {
            span: Span::Now,
            state: TierState {
                complete_from: Some(date(2026, 6, 1)),
                ..TierState::default()
            },
            cursor: None,
            sweep_from: None,
        };
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        let cursor = Bookmark::progress(&step, &zone).cursor.unwrap();
        let reach = dpo_warehouse::serve::Reach::of_cursor(&cursor).unwrap();
        assert_eq!(reach.complete_from, date(2026, 6, 1));
        assert_eq!(reach.zone, "Asia/Ho_Chi_Minh");
    }

    #[test]
    fn every_date_of_the_range_is_a_partition() {
        let range = DateRange {
            first: date(2026, 9, 1),
            last: date(2026, 9, 3),
        };
        let record = RawRecord {
            key: "1".into(),
            payload: "{}".into(),
        };
        let flags = vec![RaisedFlag {
            date: Some(date(2026, 9, 2)),
            flag: QualityFlag::Sampled,
        }];
        let batch = Batch {
            records: vec![DatedRecord {
                date: date(2026, 9, 1),
                record,
            }],
            flags,
            ..Batch::default()
        };
        let made = partitions(range, batch, date(2026, 9, 3));
        let seen: Vec<_> = made
            .iter()
            .map(|partition| {
                (
                    partition.date.day(),
                    partition.records.len(),
                    partition.flags.clone(),
                )
            })
            .collect();
        assert_eq!(
            seen,
            [
                (1, 1, vec![]),
                (2, 0, vec![QualityFlag::Provisional, QualityFlag::Sampled]),
                (3, 0, vec![QualityFlag::Provisional]),
            ]
        );
    }
}
