//! Rows between Postgres and Parquet: named columns of five types.

use bigdecimal::BigDecimal;
use jiff::Timestamp;
use serde_json::Value;

use crate::digest::ContentDigest;
use crate::model::canonical;

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// UTF-8 text.
    Text,
    /// An instant with microseconds.
    Instant,
    /// A 64-bit integer.
    Integer,
    /// True or false.
    Flag,
    /// An exact number.
    Number,
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// Its type.
    pub kind: Type,
}

impl Column {
    pub(super) const fn new(name: &'static str, kind: Type) -> Self {
        Self { name, kind }
    }
}

/// A value; its variant fits its column's type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// No value.
    Null,
    /// Text.
    Text(String),
    /// An instant.
    Instant(Timestamp),
    /// An integer.
    Integer(i64),
    /// True or false.
    Flag(bool),
    /// An exact number.
    Number(BigDecimal),
}

impl Cell {
    /// A value, or none.
    pub(super) fn from<T>(value: Option<T>, of: impl FnOnce(T) -> Self) -> Self {
        value.map_or(Self::Null, of)
    }

    /// The one JSON form that digests are made of: equal values give equal text.
    fn json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Text(text) => Value::from(text.as_str()),
            Self::Instant(instant) => Value::from(instant.as_microsecond()),
            Self::Integer(integer) => Value::from(*integer),
            Self::Flag(flag) => Value::from(*flag),
            Self::Number(number) => Value::from(canonical(number)),
        }
    }
}

/// Rows with their columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The columns.
    pub columns: &'static [Column],
    /// The rows, each with a cell a column.
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// The digest of all rows.
    pub(super) fn digest(&self) -> ContentDigest {
        let mut digest = ContentDigest::default();
        for row in &self.rows {
            let (key, payload) = self.digest_parts(row);
            digest.add(&key, &payload);
        }
        digest
    }

    /// Raw records are digested as they are landed, by key and payload; other rows as a whole.
    fn digest_parts(&self, row: &[Cell]) -> (String, String) {
        if let (Some(Cell::Text(key)), Some(Cell::Text(payload))) =
            (self.cell(row, "key"), self.cell(row, "payload"))
        {
            return (key.clone(), payload.clone());
        }
        (
            String::new(),
            row.iter().map(Cell::json).collect::<Value>().to_string(),
        )
    }

    /// The cell of a row by its column's name.
    #[must_use]
    pub fn cell<'r>(&self, row: &'r [Cell], column: &str) -> Option<&'r Cell> {
        row.get(
            self.columns
                .iter()
                .position(|candidate| candidate.name == column)?,
        )
    }
}
