//! Whether a row satisfies a condition.

use std::cmp::Ordering;

use super::gaql::{Comparison, Condition, Test};
use super::report::{Cell, Row};

/// Whether the condition holds for the row; a field that the row lacks satisfies nothing.
pub fn holds(condition: &Condition, row: &Row) -> bool {
    let Some(cell) = row.get(condition.field.as_str()) else {
        return false;
    };
    match &condition.test {
        Test::Compare(comparison, value) => compares(cell, *comparison, value),
        Test::In(values) => values
            .iter()
            .any(|value| compares(cell, Comparison::Equal, value)),
        Test::NotIn(values) => !values
            .iter()
            .any(|value| compares(cell, Comparison::Equal, value)),
        Test::Between(low, high) => {
            compares(cell, Comparison::AtLeast, low) && compares(cell, Comparison::AtMost, high)
        }
        Test::During(_) => true,
        Test::Like(pattern, wanted) => {
            matches(&text(cell).to_lowercase(), &pattern.to_lowercase()) == *wanted
        }
        Test::Null(wanted) => text(cell).is_empty() == *wanted,
    }
}

fn compares(cell: &Cell, comparison: Comparison, value: &str) -> bool {
    let order = order(cell, value);
    match comparison {
        Comparison::Equal => order == Some(Ordering::Equal),
        Comparison::NotEqual => order != Some(Ordering::Equal),
        Comparison::Less => order == Some(Ordering::Less),
        Comparison::AtMost => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        Comparison::Greater => order == Some(Ordering::Greater),
        Comparison::AtLeast => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
    }
}

fn order(cell: &Cell, value: &str) -> Option<Ordering> {
    match cell {
        Cell::Int(number) => value.parse::<i64>().ok().map(|value| number.cmp(&value)),
        Cell::Amount(amount) => {
            let number: f64 = amount.to_string().parse().ok()?;
            number.partial_cmp(&value.parse().ok()?)
        }
        Cell::Text(text) => Some(text.as_str().cmp(value)),
        Cell::Flag(flag) => value
            .to_lowercase()
            .parse::<bool>()
            .ok()
            .map(|value| flag.cmp(&value)),
    }
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Int(number) => number.to_string(),
        Cell::Amount(amount) => amount.to_string(),
        Cell::Text(text) => text.clone(),
        Cell::Flag(flag) => flag.to_string(),
    }
}

/// `%` stands for any text, `_` for one character.
fn matches(text: &str, pattern: &str) -> bool {
    let Some(first) = pattern.chars().next() else {
        return text.is_empty();
    };
    let rest = &pattern[first.len_utf8()..];
    match first {
        '%' => (0..=text.len())
            .filter(|at| text.is_char_boundary(*at))
            .any(|at| matches(&text[at..], rest)),
        '_' => text
            .chars()
            .next()
            .is_some_and(|one| matches(&text[one.len_utf8()..], rest)),
        _ => text
            .strip_prefix(first)
            .is_some_and(|text| matches(text, rest)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::google_ads::gaql::parse;

    fn passes(condition: &str) -> bool {
        let query = parse(&format!(
            "SELECT campaign.id FROM campaign WHERE {condition}"
        ))
        .unwrap();
        let row = Row::from([
            ("campaign.id", Cell::Int(12)),
            ("campaign.name", Cell::Text("Tìm kiếm – Cà phê".to_owned())),
            ("campaign.status", Cell::Text("REMOVED".to_owned())),
        ]);
        holds(&query.conditions[0], &row)
    }

    #[test]
    fn numbers_compare_as_numbers_and_text_as_text() {
        assert!(passes("campaign.id > 9"));
        assert!(!passes("campaign.id IN (1, 2)"));
        assert!(passes("campaign.status = 'REMOVED'"));
        assert!(passes("campaign.status != ENABLED"));
        assert!(passes("campaign.status NOT IN ('ENABLED', 'PAUSED')"));
    }

    #[test]
    fn patterns_match_parts() {
        assert!(passes("campaign.name LIKE '%cà phê'"));
        assert!(!passes("campaign.name NOT LIKE 'Tìm%'"));
        assert!(!passes("campaign.name LIKE 'phê%'"));
    }
}
