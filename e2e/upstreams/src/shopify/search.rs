//! Shopify's search syntax for orders: terms joined by AND or blanks.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::business::orders::Order;

/// One understood term.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Term {
    field: Field,
    operator: Operator,
    value: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Updated,
    Created,
    Processed,
    Id,
    Test,
    Name,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Equal,
    Less,
    AtMost,
    Greater,
    AtLeast,
}

/// A search with the terms that Shopify would ignore with a warning.
#[derive(Debug, Default)]
pub struct Search {
    terms: Vec<Term>,
    ignored: Vec<(String, String)>,
    text: String,
}

impl Search {
    /// Reads a search.
    pub fn parse(text: &str) -> Self {
        let mut search = Self {
            text: text.to_owned(),
            ..Self::default()
        };
        for part in parts(text) {
            let (name, rest) = part.split_once(':').unwrap_or(("", &part));
            let (operator, value) = operator(rest);
            let value = value.trim_matches(['\'', '"']).to_owned();
            match field(name) {
                Some(field) => search.terms.push(Term {
                    field,
                    operator,
                    value,
                }),
                None if name == "status" && value == "any" => {}
                None => search.ignored.push((name.to_owned(), value)),
            }
        }
        search
    }

    /// Whether an order is found.
    pub fn finds(&self, order: &Order, now: Timestamp, zone: &TimeZone) -> bool {
        self.terms.iter().all(|term| term.holds(order, now, zone))
    }

    /// The earliest and latest instants between which an order must have been changed.
    pub fn changed_between(&self, zone: &TimeZone) -> (Option<Timestamp>, Option<Timestamp>) {
        let of_change = || {
            self.terms
                .iter()
                .filter(|term| term.field == Field::Updated)
        };
        let from = of_change()
            .filter(|term| matches!(term.operator, Operator::Greater | Operator::AtLeast));
        let to =
            of_change().filter(|term| matches!(term.operator, Operator::Less | Operator::AtMost));
        (
            from.filter_map(|term| instant(&term.value, zone)).max(),
            to.filter_map(|term| instant(&term.value, zone)).min(),
        )
    }

    /// `extensions.search`, when terms were ignored.
    pub fn warnings(&self) -> Option<Value> {
        let warn = |(field, value): &(String, String)| {
            json!({
                "path": ["orders"],
                "query": self.text,
                "parsed": { "field": field, "match_all": value },
                "warnings": [{ "field": field, "message": "Invalid search field for this query.", "code": "invalid_field" }],
            })
        };
        (!self.ignored.is_empty()).then(|| self.ignored.iter().map(warn).collect())
    }
}

/// Terms between blanks; quotes hold blanks together.
fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quote = None;
    for character in text.chars() {
        match (quote, character) {
            (None, ' ' | '(' | ')') => parts.push(String::new()),
            (None, '\'' | '"') => quote = Some(character),
            (Some(open), close) if open == close => quote = None,
            (_, other) => parts
                .last_mut()
                .into_iter()
                .for_each(|part| part.push(other)),
        }
    }
    parts
        .into_iter()
        .filter(|part| !part.is_empty() && part != "AND")
        .collect()
}

fn operator(text: &str) -> (Operator, &str) {
    let signs = [
        (">=", Operator::AtLeast),
        ("<=", Operator::AtMost),
        (">", Operator::Greater),
        ("<", Operator::Less),
    ];
    let found = signs
        .into_iter()
        .find_map(|(sign, operator)| text.strip_prefix(sign).map(|rest| (operator, rest)));
    found.unwrap_or((Operator::Equal, text))
}

fn field(name: &str) -> Option<Field> {
    Some(match name {
        "updated_at" => Field::Updated,
        "created_at" => Field::Created,
        "processed_at" => Field::Processed,
        "id" => Field::Id,
        "test" => Field::Test,
        "name" => Field::Name,
        _ => return None,
    })
}

impl Term {
    fn holds(&self, order: &Order, now: Timestamp, zone: &TimeZone) -> bool {
        match self.field {
            Field::Updated => self.compares_instant(order.updated_at(now), zone),
            Field::Created => self.compares_instant(order.created_at, zone),
            Field::Processed => self.compares_instant(order.processed_at, zone),
            Field::Id => self
                .value
                .parse()
                .is_ok_and(|id: u64| self.compares(&order.id, &id)),
            Field::Test => self
                .value
                .parse()
                .is_ok_and(|test: bool| order.test == test),
            Field::Name => order.name.trim_start_matches('#') == self.value.trim_start_matches('#'),
        }
    }

    fn compares_instant(&self, actual: Timestamp, zone: &TimeZone) -> bool {
        instant(&self.value, zone).is_some_and(|wanted| self.compares(&actual, &wanted))
    }

    fn compares<T: Ord>(&self, actual: &T, wanted: &T) -> bool {
        match self.operator {
            Operator::Equal => actual == wanted,
            Operator::Less => actual < wanted,
            Operator::AtMost => actual <= wanted,
            Operator::Greater => actual > wanted,
            Operator::AtLeast => actual >= wanted,
        }
    }
}

/// An instant with offset, or a local time or date of the shop.
fn instant(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant);
    }
    let local = text
        .parse::<DateTime>()
        .ok()
        .or_else(|| text.parse::<Date>().ok().map(|date| date.at(0, 0, 0, 0)))?;
    zone.to_ambiguous_zoned(local)
        .compatible()
        .ok()
        .map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_of_change_are_understood() {
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        let search = Search::parse(
            "updated_at:>='2026-09-01T00:00:00Z' AND updated_at:<'2026-09-02T07:00:00+07:00' status:any",
        );
        let (from, to) = search.changed_between(&zone);
        assert_eq!(from, Some("2026-09-01T00:00:00Z".parse().unwrap()));
        assert_eq!(to, Some("2026-09-02T00:00:00Z".parse().unwrap()));
        assert!(search.warnings().is_none());
        assert_eq!(
            Search::parse("created_at:>2026-09-01").terms[0].operator,
            Operator::Greater
        );
    }

    #[test]
    fn a_date_is_the_shops_midnight() {
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        assert_eq!(
            instant("2026-09-01", &zone),
            Some("2026-08-31T17:00:00Z".parse().unwrap())
        );
    }

    #[test]
    fn unknown_terms_are_ignored_with_a_warning() {
        let warnings = Search::parse("colour:red test:false").warnings().unwrap();
        assert_eq!(warnings[0]["warnings"][0]["code"], "invalid_field");
    }
}
