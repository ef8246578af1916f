//! The wire form of rows: nested lowerCamel objects, 64-bit integers as strings, defaults mostly left out.

use serde_json::{Map, Value, json};

use super::fields::{self, Field, Wire};
use super::plan::Plan;
use super::report::{Cell, Row};
use crate::random::{hash, text_key};

/// One row as sent. Values that equal their type's default are left out, except in every seventh row: readers must
/// understand both.
pub fn result(row: &Row, plan: &Plan) -> Value {
    let explicit = hash(&[text_key(&format!("{row:?}"))]).is_multiple_of(7);
    let mut object = Map::new();
    let names = row.keys().filter_map(|name| fields::find(name));
    let sent = names
        .filter(|field| plan.selected.contains(field) || field.name.ends_with(".resource_name"));
    for field in sent {
        let Some(cell) = row.get(field.name) else {
            continue;
        };
        let (resource, name) = field.json_path();
        let part = object
            .entry(resource)
            .or_insert_with(|| Value::Object(Map::new()));
        if let (Some(part), true) = (part.as_object_mut(), explicit || !is_default(cell)) {
            part.insert(name, value(field, cell));
        }
    }
    Value::Object(object)
}

fn is_default(cell: &Cell) -> bool {
    match cell {
        Cell::Int(number) => *number == 0,
        Cell::Amount(amount) => amount.is_zero(),
        Cell::Text(text) => text.is_empty(),
        Cell::Flag(flag) => !flag,
    }
}

fn value(field: Field, cell: &Cell) -> Value {
    match (field.wire, cell) {
        (Wire::Int64, Cell::Int(number)) => Value::from(number.to_string()),
        (_, Cell::Int(number)) => Value::from(*number),
        (_, Cell::Amount(amount)) => amount.number(),
        (_, Cell::Text(text)) => Value::from(text.as_str()),
        (_, Cell::Flag(flag)) => Value::from(*flag),
    }
}

/// The selected fields as a field mask.
pub fn field_mask(plan: &Plan) -> String {
    let path = |field: &Field| {
        let (resource, name) = field.json_path();
        format!("{resource}.{name}")
    };
    plan.selected.iter().map(path).collect::<Vec<_>>().join(",")
}

/// A page or batch; `results` is missing when there are none.
pub fn page(rows: &[Row], plan: &Plan) -> Value {
    let mut page = json!({
        "fieldMask": field_mask(plan),
        "queryResourceConsumption": (rows.len() * plan.selected.len() / 4 + 3).to_string(),
    });
    if !rows.is_empty() {
        page["results"] = rows.iter().map(|row| result(row, plan)).collect();
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::google_ads::{gaql, plan};
    use crate::micros::Micros;
    use jiff::civil::date;

    fn planned() -> Plan {
        let text = "SELECT campaign.id, segments.date, segments.hour, metrics.clicks, metrics.cost_micros, metrics.conversions \
                    FROM campaign WHERE segments.date = '2026-09-01'";
        plan::plan(gaql::parse(text).unwrap(), date(2026, 11, 23)).unwrap()
    }

    fn row(clicks: i64, cost: i64) -> Row {
        Row::from([
            (
                "campaign.resource_name",
                Cell::Text("customers/1/campaigns/9007199254740993".to_owned()),
            ),
            ("campaign.id", Cell::Int(9_007_199_254_740_993)),
            ("campaign.name", Cell::Text("not selected".to_owned())),
            ("segments.hour", Cell::Int(13)),
            ("metrics.clicks", Cell::Int(clicks)),
            ("metrics.cost_micros", Cell::Int(cost)),
            ("metrics.conversions", Cell::Amount(Micros(333_333))),
        ])
    }

    #[test]
    fn integers_of_64_bits_are_strings_and_others_numbers() {
        let expected = json!({
            "campaign": {"resourceName": "customers/1/campaigns/9007199254740993", "id": "9007199254740993"},
            "segments": {"hour": 13},
            "metrics": {"clicks": "4", "costMicros": "1234567", "conversions": 0.333_333},
        });
        assert_eq!(result(&row(4, 1_234_567), &planned()), expected);
    }

    #[test]
    fn defaults_are_left_out_of_most_rows_and_explicit_in_some() {
        let sent: Vec<Value> = (1..60)
            .map(|cost| result(&row(0, cost), &planned()))
            .collect();
        let explicit = sent
            .iter()
            .filter(|row| row["metrics"]["clicks"] == "0")
            .count();
        assert!(
            (1..30).contains(&explicit),
            "{explicit} of 59 rows show a zero"
        );
    }

    #[test]
    fn an_empty_page_has_no_results() {
        let page = page(&[], &planned());
        assert!(page.get("results").is_none());
        assert_eq!(
            page["fieldMask"],
            "campaign.id,segments.date,segments.hour,metrics.clicks,metrics.costMicros,metrics.conversions"
        );
        assert_eq!(page["queryResourceConsumption"], "3");
    }
}
