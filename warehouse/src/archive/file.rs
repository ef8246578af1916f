//! Parquet files: ZSTD, typed columns, numbers as DECIMAL(38, 18) and never through a float.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray as _, BooleanArray, Decimal128Array, Int64Array, RecordBatch,
    StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{
    DataType, Decimal128Type, Field, Int64Type, Schema, TimeUnit, TimestampMicrosecondType,
};
use bigdecimal::num_bigint::BigInt;
use bigdecimal::{BigDecimal, ToPrimitive as _};
use bytes::Bytes;
use jiff::Timestamp;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use super::cells::{Cell, Column, Table, Type};
use crate::model::canonical;

const PRECISION: u8 = 38;
const SCALE: i8 = 18;

/// A column beside the declared ones: JSON of the numbers that DECIMAL(38, 18) cannot hold exactly, by column.
const EXACT: &str = "exact";

/// A file that cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// From the Parquet library.
    #[error("an archive file could not be written or read: {0}")]
    Parquet(#[from] parquet::errors::ParquetError),
    /// From the Arrow library.
    #[error("an archive file could not be written or read: {0}")]
    Arrow(#[from] arrow::error::ArrowError),
    /// A column is missing or has another type.
    #[error("an archive file has no column {0} of the right type")]
    Column(&'static str),
    /// A value is out of its range.
    #[error("an archive file has a value in column {0} that cannot be read")]
    Value(&'static str),
}

/// Writes a table; the notes become the file's key-value metadata. Equal tables give equal bytes.
pub(super) fn encode(
    table: &Table,
    notes: &BTreeMap<&'static str, String>,
) -> Result<Bytes, FileError> {
    let fields: Vec<Field> = table
        .columns
        .iter()
        .map(field)
        .chain([Field::new(EXACT, DataType::Utf8, true)])
        .collect();
    let schema = Arc::new(Schema::new(fields));
    let mut arrays: Vec<ArrayRef> = (0..table.columns.len())
        .map(|index| array(table, index))
        .collect();
    arrays.push(Arc::new(
        table
            .rows
            .iter()
            .map(|row| exact_texts(table.columns, row))
            .collect::<StringArray>(),
    ));
    let notes = notes
        .iter()
        .map(|(key, value)| KeyValue::new(format!("dpo.{key}"), value.clone()))
        .collect();
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(ZstdLevel::try_new(3)?))
        .set_created_by("dpo".to_owned())
        .set_key_value_metadata(Some(notes))
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), Arc::clone(&schema), Some(properties))?;
    writer.write(&RecordBatch::try_new(schema, arrays)?)?;
    Ok(writer.into_inner()?.into())
}

fn field(column: &Column) -> Field {
    let kind = match column.kind {
        Type::Text => DataType::Utf8,
        Type::Instant => DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())),
        Type::Integer => DataType::Int64,
        Type::Flag => DataType::Boolean,
        Type::Number => DataType::Decimal128(PRECISION, SCALE),
    };
    Field::new(column.name, kind, true)
}

fn array(table: &Table, index: usize) -> ArrayRef {
    let cells = || {
        table
            .rows
            .iter()
            .map(move |row| row.get(index).unwrap_or(&Cell::Null))
    };
    match table
        .columns
        .get(index)
        .map_or(Type::Text, |column| column.kind)
    {
        Type::Text => {
            let texts = cells().map(|cell| {
                if let Cell::Text(text) = cell {
                    Some(text.as_str())
                } else {
                    None
                }
            });
            Arc::new(texts.collect::<StringArray>())
        }
        Type::Instant => {
            let micros = cells().map(|cell| {
                if let Cell::Instant(time) = cell {
                    Some(time.as_microsecond())
                } else {
                    None
                }
            });
            Arc::new(
                micros
                    .collect::<TimestampMicrosecondArray>()
                    .with_timezone("UTC"),
            )
        }
        Type::Integer => {
            let integers = cells().map(|cell| {
                if let Cell::Integer(integer) = cell {
                    Some(*integer)
                } else {
                    None
                }
            });
            Arc::new(integers.collect::<Int64Array>())
        }
        Type::Flag => {
            let flags = cells().map(|cell| {
                if let Cell::Flag(flag) = cell {
                    Some(*flag)
                } else {
                    None
                }
            });
            Arc::new(flags.collect::<BooleanArray>())
        }
        Type::Number => {
            let numbers = cells().map(|cell| {
                if let Cell::Number(number) = cell {
                    scaled(number)
                } else {
                    None
                }
            });
            let typed = DataType::Decimal128(PRECISION, SCALE);
            Arc::new(numbers.collect::<Decimal128Array>().with_data_type(typed))
        }
    }
}

/// The number times 10^18, where that is a whole number of at most 38 digits.
fn scaled(number: &BigDecimal) -> Option<i128> {
    let number = number.normalized();
    let (_, scale) = number.as_bigint_and_exponent();
    if scale > i64::from(SCALE) {
        return None;
    }
    let (digits, _) = number
        .with_scale(i64::from(SCALE))
        .into_bigint_and_exponent();
    digits
        .to_i128()
        .filter(|value| value.unsigned_abs() < 10_u128.pow(u32::from(PRECISION)))
}

fn exact_texts(columns: &[Column], row: &[Cell]) -> Option<String> {
    let texts: BTreeMap<&str, String> = columns
        .iter()
        .zip(row)
        .filter_map(|(column, cell)| match cell {
            Cell::Number(number) if scaled(number).is_none() => {
                Some((column.name, canonical(number)))
            }
            _ => None,
        })
        .collect();
    if texts.is_empty() {
        None
    } else {
        serde_json::to_string(&texts).ok()
    }
}

/// Reads every row of a file.
///
/// # Errors
/// Where the bytes are no such file.
pub fn decode(bytes: Bytes, columns: &'static [Column]) -> Result<Table, FileError> {
    let mut rows = Vec::new();
    for batch in ParquetRecordBatchReaderBuilder::try_new(bytes)?.build()? {
        decode_batch(&batch?, columns, &mut rows)?;
    }
    Ok(Table { columns, rows })
}

fn decode_batch(
    batch: &RecordBatch,
    columns: &'static [Column],
    rows: &mut Vec<Vec<Cell>>,
) -> Result<(), FileError> {
    let arrays = columns
        .iter()
        .map(|column| {
            batch
                .column_by_name(column.name)
                .ok_or(FileError::Column(column.name))
        })
        .collect::<Result<Vec<_>, _>>()?;
    let exact = batch
        .column_by_name(EXACT)
        .and_then(|array| array.as_string_opt::<i32>());
    let exact = exact.ok_or(FileError::Column(EXACT))?;
    for index in 0..batch.num_rows() {
        let mut row = columns
            .iter()
            .zip(&arrays)
            .map(|(column, array)| cell(column, array, index))
            .collect::<Result<Vec<_>, _>>()?;
        if exact.is_valid(index) {
            put_exact(columns, &mut row, exact.value(index))?;
        }
        rows.push(row);
    }
    Ok(())
}

fn put_exact(columns: &[Column], row: &mut [Cell], json: &str) -> Result<(), FileError> {
    let texts: BTreeMap<String, String> =
        serde_json::from_str(json).map_err(|_| FileError::Value(EXACT))?;
    for (column, cell) in columns.iter().zip(row) {
        if let Some(text) = texts.get(column.name) {
            *cell = Cell::Number(text.parse().map_err(|_| FileError::Value(EXACT))?);
        }
    }
    Ok(())
}

fn cell(column: &Column, array: &ArrayRef, index: usize) -> Result<Cell, FileError> {
    let wrong_type = FileError::Column(column.name);
    if array.is_null(index) {
        return Ok(Cell::Null);
    }
    Ok(match column.kind {
        Type::Text => Cell::Text(
            array
                .as_string_opt::<i32>()
                .ok_or(wrong_type)?
                .value(index)
                .to_owned(),
        ),
        Type::Instant => {
            let micros = array
                .as_primitive_opt::<TimestampMicrosecondType>()
                .ok_or(wrong_type)?
                .value(index);
            Cell::Instant(
                Timestamp::from_microsecond(micros).map_err(|_| FileError::Value(column.name))?,
            )
        }
        Type::Integer => Cell::Integer(
            array
                .as_primitive_opt::<Int64Type>()
                .ok_or(wrong_type)?
                .value(index),
        ),
        Type::Flag => Cell::Flag(array.as_boolean_opt().ok_or(wrong_type)?.value(index)),
        Type::Number => {
            let value = array
                .as_primitive_opt::<Decimal128Type>()
                .ok_or(wrong_type)?
                .value(index);
            Cell::Number(
                BigDecimal::from_bigint(BigInt::from(value), i64::from(SCALE)).normalized(),
            )
        }
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::shape::Kind;
    use super::*;

    fn daily(spend: &str, entity: &str) -> Vec<Cell> {
        let mut row = vec![Cell::Null; Kind::Daily.columns().len()];
        row[2] = Cell::Text(entity.into());
        row[7] = Cell::Number(spend.parse().unwrap());
        row[17] = Cell::Instant(Timestamp::from_microsecond(1_788_000_000_123_456).unwrap());
        row
    }

    fn table(rows: Vec<Vec<Cell>>) -> Table {
        Table {
            columns: Kind::Daily.columns(),
            rows,
        }
    }

    fn round_trip(table: &Table) -> Table {
        decode(encode(table, &BTreeMap::new()).unwrap(), table.columns).unwrap()
    }

    #[test]
    fn numbers_that_no_decimal_column_holds_stay_exact() {
        let odd = [
            "0.1234567890123456789",
            "-1e-30",
            "99999999999999999999",
            "123456789012345678901234567890.5",
        ];
        let given = table(odd.iter().map(|text| daily(text, "7")).collect());
        let read = round_trip(&given);
        assert_eq!(read.digest(), given.digest());
        assert_eq!(
            scaled(&"0.79".parse().unwrap()),
            Some(790_000_000_000_000_000)
        );
        assert!(
            odd.iter()
                .filter(|text| scaled(&text.parse().unwrap()).is_none())
                .count()
                >= 3
        );
    }

    #[test]
    fn equal_tables_give_equal_bytes_and_an_empty_table_is_a_file() {
        let given = table(vec![daily("1.5", "7"), daily("0", "8")]);
        assert_eq!(
            encode(&given, &BTreeMap::new()).unwrap(),
            encode(&given, &BTreeMap::new()).unwrap()
        );
        assert_eq!(round_trip(&table(vec![])).rows.len(), 0);
    }

    #[test]
    fn a_flipped_byte_never_reads_as_the_same_content() {
        let given = table(
            (0..50)
                .map(|index| daily(&format!("{index}.25"), &format!("e{index}")))
                .collect(),
        );
        let bytes = encode(&given, &BTreeMap::new()).unwrap();
        let reads_the_same = |changed: Bytes| {
            decode(changed, given.columns).is_ok_and(|read| read.digest() == given.digest())
        };
        assert!(
            reads_the_same(bytes.clone()),
            "the check sees equal content"
        );
        let sound = sha2::Sha256::digest(&bytes);
        for position in (0..bytes.len()).step_by(bytes.len() / 100) {
            let mut changed = bytes.to_vec();
            changed[position] ^= 1;
            assert_ne!(
                sha2::Sha256::digest(&changed),
                sound,
                "the hash of the bytes sees position {position}"
            );
        }
    }

    use sha2::Digest as _;

    proptest! {
        #[test]
        fn whatever_is_written_is_read(values in proptest::collection::vec((any::<i64>(), -6_i64..30, ".{0,12}"), 0..20)) {
            let rows = values.iter().map(|(digits, scale, entity)| {
                daily(&format!("{digits}e{}", -scale), entity)
            });
            let given = table(rows.collect());
            let read = round_trip(&given);
            prop_assert_eq!(read.digest(), given.digest());
            prop_assert_eq!(read.rows.len(), given.rows.len());
        }
    }
}
