//! Reading answers: an array of batches, or one page with a token.

use bigdecimal::BigDecimal;
use dpo_warehouse::model::{AccountId, EntityRow, Level, RawRecord, RunClass};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

use crate::frame::declaration::{StreamDeclaration, StreamKind};
use crate::frame::exchange::{Answer, parse_json};
use crate::frame::failure::{Failure, Reason, Scope};
use crate::frame::number::{NotANumber, wire_number};
use crate::frame::pull::{Batch, DatedRecord, Next, Page, Span};
use crate::frame::wire::{WireText, or_default};

/// What one page or one batch of a stream holds.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResultBatch {
    #[serde(default, alias = "next_page_token")]
    next_page_token: WireText,
    results: Option<Vec<Box<RawValue>>>,
}

/// One row; fields that we do not ask for are ignored.
#[derive(Deserialize)]
pub struct Row {
    pub campaign: Option<Campaign>,
    pub customer: Option<Customer>,
    #[serde(default, deserialize_with = "or_default")]
    segments: BTreeMap<String, Box<RawValue>>,
    #[serde(default, deserialize_with = "or_default")]
    metrics: BTreeMap<String, Box<RawValue>>,
}

impl Row {
    /// The text of a segment, if the row carries it.
    pub fn segment(&self, name: &str) -> Option<String> {
        let text: WireText = serde_json::from_str(self.segments.get(name)?.get()).ok()?;
        text.get().map(str::to_owned)
    }

    /// Whether the row carries a metric, named as in answers or as in queries.
    pub fn has_metric(&self, name: &str) -> bool {
        self.raw_metric(name).is_some()
    }

    /// The value of a metric, named as in answers or as in queries; zero where it is left out, as defaults are.
    ///
    /// # Errors
    /// It is there and no number.
    pub fn metric(&self, name: &str) -> Result<BigDecimal, NotANumber> {
        self.raw_metric(name).map_or_else(
            || Ok(BigDecimal::default()),
            |raw| wire_number(raw.get()).map(|number| number.or_zero()),
        )
    }

    fn raw_metric(&self, name: &str) -> Option<&RawValue> {
        let raw = self.metrics.get(name);
        raw.or_else(|| self.metrics.get(&snake_case(name)))
            .map(AsRef::as_ref)
    }
}

/// A name as queries have it.
pub fn snake_case(name: &str) -> String {
    let letters = name.chars().map(|letter| {
        if letter.is_ascii_uppercase() {
            format!("_{}", letter.to_ascii_lowercase())
        } else {
            letter.to_string()
        }
    });
    letters.collect()
}

#[derive(Deserialize)]
pub struct Campaign {
    #[serde(default)]
    id: WireText,
    #[serde(default, rename = "resourceName", alias = "resource_name")]
    resource_name: WireText,
    #[serde(default)]
    name: WireText,
    #[serde(default)]
    status: WireText,
}

#[derive(Deserialize)]
pub struct Customer {
    #[serde(default, rename = "descriptiveName", alias = "descriptive_name")]
    descriptive_name: WireText,
    #[serde(default, rename = "currencyCode", alias = "currency_code")]
    currency_code: WireText,
    #[serde(default, rename = "timeZone", alias = "time_zone")]
    time_zone: WireText,
    #[serde(default)]
    status: WireText,
    manager: Option<bool>,
}

impl Campaign {
    /// The campaign's id, also where only its resource name is given.
    pub fn id(&self) -> Option<&str> {
        let last_part = || {
            self.resource_name
                .get()
                .and_then(|name| name.rsplit('/').next())
        };
        self.id.get().or_else(last_part)
    }
}

/// Reads one answer.
pub fn page(
    stream: &StreamDeclaration,
    account: &AccountId,
    span: &Span,
    answer: &Answer,
) -> Result<Page, Failure> {
    let text = answer.text()?;
    let batches: Vec<ResultBatch> = if text.starts_with('[') {
        parse_json(text)?
    } else {
        vec![parse_json(text)?]
    };
    let next = batches
        .iter()
        .find_map(|batch| batch.next_page_token.get())
        .map(str::to_owned);
    let rows = batches
        .into_iter()
        .flat_map(|batch| batch.results.unwrap_or_default());
    let mut batch = Batch::default();
    for raw in rows {
        let row: Row = parse_json(raw.get())?;
        match (stream.kind, span) {
            (StreamKind::Window(_), Span::Days(range)) => {
                let record = record(&row, raw.get(), range.single())?;
                batch
                    .records
                    .extend(Some(record).filter(|record| range.contains(record.date)));
            }
            _ => batch.entities.extend(entity(stream, account, &row)?),
        }
    }
    Ok(Page {
        batch,
        next: next.map_or(Next::Done, Next::Token),
    })
}

/// Rows are told apart by campaign and by every segment they carry: rows of devices or networks stay apart and add up,
/// a row that comes twice counts once.
fn record(row: &Row, raw: &str, only_date: Option<Date>) -> Result<DatedRecord, Failure> {
    let campaign = row
        .campaign
        .as_ref()
        .and_then(Campaign::id)
        .ok_or_else(|| Failure::unexpected("a row without campaign.id"))?;
    let date = match row.segment("date") {
        Some(text) => text.parse().ok(),
        None => only_date,
    };
    let date = date.ok_or_else(|| Failure::unexpected("a row without segments.date"))?;
    let segments = row.segments.iter().filter(|(name, _)| *name != "date");
    let key = segments.fold(campaign.to_owned(), |key, (name, value)| {
        format!("{key}/{name}={}", value.get().trim_matches('"'))
    });
    Ok(DatedRecord {
        date,
        record: RawRecord {
            key,
            payload: raw.to_owned(),
        },
    })
}

const MANAGER: &str = "This is a manager account, which has no figures of its own. Put the ids of its client accounts into customerIds and this id into loginCustomerId.";

fn entity(
    stream: &StreamDeclaration,
    account: &AccountId,
    row: &Row,
) -> Result<Option<EntityRow>, Failure> {
    let blank = EntityRow {
        account: account.clone(),
        level: Level::Account,
        id: account.as_str().to_owned(),
        name: None,
        status: None,
        parent: None,
        currency: None,
        time_zone: None,
    };
    if stream.name == "customer" {
        let Some(customer) = &row.customer else {
            return Ok(None);
        };
        if customer.manager == Some(true) {
            return Err(Failure::new(
                RunClass::PermanentBug,
                Scope::Account,
                Reason::ManagerAccount,
                MANAGER,
            ));
        }
        let currency = customer
            .currency_code
            .get()
            .and_then(|code| code.parse().ok());
        let time_zone = customer.time_zone.get().map(str::to_owned);
        return Ok(Some(EntityRow {
            name: owned(&customer.descriptive_name),
            status: owned(&customer.status),
            currency,
            time_zone,
            ..blank
        }));
    }
    let Some(campaign) = &row.campaign else {
        return Ok(None);
    };
    let Some(id) = campaign.id() else {
        return Ok(None);
    };
    Ok(Some(EntityRow {
        level: Level::Campaign,
        id: id.to_owned(),
        name: owned(&campaign.name),
        status: owned(&campaign.status),
        parent: Some(account.as_str().to_owned()),
        ..blank
    }))
}

fn owned(text: &WireText) -> Option<String> {
    text.get().map(str::to_owned)
}
