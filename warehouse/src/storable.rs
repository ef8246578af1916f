//! Text of platforms as Postgres can keep it: no text of it has U+0000, and one that a platform sends (a campaign's tag, an
//! entity's name) would make every landing of its source fail. It becomes U+FFFD, the sign for what cannot be shown. Done
//! before digests and fingerprints are computed, so that what is known and what is kept stay the same.

use crate::model::{EntityRow, LedgerFact, RawRecord};

const REPLACEMENT: &str = "\u{FFFD}";
/// How JSON writes U+0000. There, too, Postgres takes it neither as JSON nor as the text that is read from it.
const ESCAPED: &str = "\\u0000";
const ESCAPED_REPLACEMENT: &str = "\\ufffd";

/// A text without U+0000.
pub(crate) fn text(text: String) -> String {
    if text.contains('\0') {
        text.replace('\0', REPLACEMENT)
    } else {
        text
    }
}

/// A JSON text without U+0000, written as a character or as an escape.
pub(crate) fn json(json: String) -> String {
    if !json.contains(ESCAPED) {
        return text(json);
    }
    let mut storable = String::with_capacity(json.len());
    let mut rest = json.as_str();
    while let Some(position) = rest.find('\\') {
        let (before, escape) = rest.split_at(position);
        storable.push_str(before);
        if let Some(after) = escape.strip_prefix(ESCAPED) {
            storable.push_str(ESCAPED_REPLACEMENT);
            rest = after;
        } else {
            // The backslash and what it escapes, which may be a backslash.
            let length = escape.chars().take(2).map(char::len_utf8).sum();
            let (whole, after) = escape.split_at(length);
            storable.push_str(whole);
            rest = after;
        }
    }
    storable.push_str(rest);
    text(storable)
}

pub(crate) fn record(record: RawRecord) -> RawRecord {
    RawRecord {
        key: text(record.key),
        payload: json(record.payload),
    }
}

pub(crate) fn fact(fact: LedgerFact) -> LedgerFact {
    let attributes = fact.attributes.into_iter();
    LedgerFact {
        key: text(fact.key),
        kind: text(fact.kind),
        attributes: attributes
            .map(|(name, value)| (text(name), text(value)))
            .collect(),
        customer_key: fact.customer_key.map(text),
        ..fact
    }
}

pub(crate) fn entity(entity: EntityRow) -> EntityRow {
    EntityRow {
        id: text(entity.id),
        name: entity.name.map(text),
        status: entity.status.map(text),
        parent: entity.parent.map(text),
        time_zone: entity.time_zone.map(text),
        ..entity
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_text_stays_as_it_is() {
        for ordinary in ["", "cà phê", "u0000", "a\u{FFFD}"] {
            assert_eq!(text(ordinary.into()), ordinary);
        }
        for ordinary in [
            r#"{"spend": 1.50, "name": "a\\u0000b"}"#,
            r#"["\\\\u0000", "\u0001"]"#,
            r#""\""#,
            "\\",
        ] {
            assert_eq!(json(ordinary.into()), ordinary);
        }
    }

    #[test]
    fn every_form_of_the_character_is_replaced() {
        assert_eq!(text("a\0b\0".into()), "a\u{FFFD}b\u{FFFD}");
        for (given, parsed) in [
            (r#""a\u0000b""#, "a\u{FFFD}b"),
            (r#""\\\u0000\u00000""#, "\\\u{FFFD}\u{FFFD}0"),
            (r#""\\u0000\u0000ổ""#, "\\u0000\u{FFFD}ổ"),
            ("\"raw \0\"", "raw \u{FFFD}"),
        ] {
            let storable = json(given.into());
            let read: String = serde_json::from_str(&storable).unwrap();
            assert_eq!(read, parsed, "{given}");
        }
    }
}
