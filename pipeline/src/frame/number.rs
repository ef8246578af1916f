//! Exact decimals from JSON text: never through a float.

use bigdecimal::BigDecimal;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use std::str::FromStr;

/// More digits or a wider exponent than any platform sends is an attack or an accident.
const LONGEST_NUMBER: usize = 64;
const WIDEST_EXPONENT: i32 = 40;

/// A value that is no number in any form a platform uses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a number")]
pub struct NotANumber(String);

/// Parses one decimal from its text, plain (`12.50`) or scientific (`-2E-18`).
///
/// # Errors
/// The text is no finite decimal, or longer or wider than any platform sends.
pub fn decimal(text: &str) -> Result<BigDecimal, NotANumber> {
    let text = text.trim();
    let reject = || NotANumber(text.chars().take(LONGEST_NUMBER).collect());
    if text.is_empty()
        || text.len() > LONGEST_NUMBER
        || text.contains('_')
        || !exponent_is_sane(text)
    {
        return Err(reject());
    }
    BigDecimal::from_str(text).map_err(|_| reject())
}

fn exponent_is_sane(text: &str) -> bool {
    match text.split_once(['e', 'E']) {
        None => true,
        Some((_, exponent)) => exponent
            .parse::<i32>()
            .is_ok_and(|width| width.abs() <= WIDEST_EXPONENT),
    }
}

/// Millionths of a unit, as Google Ads counts money, to units: exact.
#[must_use]
pub fn from_micros(micros: &BigDecimal) -> BigDecimal {
    let (digits, scale) = micros.as_bigint_and_exponent();
    BigDecimal::new(digits, scale + 6)
}

/// A number on the wire: a JSON number, a string that holds one, or nothing (`null`, empty, `-`, `NaN`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WireNumber(pub Option<BigDecimal>);

impl WireNumber {
    /// The value, zero where the platform left it out.
    #[must_use]
    pub fn or_zero(&self) -> BigDecimal {
        self.0.clone().unwrap_or_default()
    }
}

impl<'de> Deserialize<'de> for WireNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        wire_number(raw.get()).map_err(serde::de::Error::custom)
    }
}

/// Reads a number from the JSON text of one value.
///
/// # Errors
/// The value is an object, an array, a boolean or a text that holds no number.
pub fn wire_number(json: &str) -> Result<WireNumber, NotANumber> {
    let text = match serde_json::from_str::<String>(json) {
        Ok(unquoted) => unquoted,
        Err(_) => json.to_owned(),
    };
    match text.trim() {
        "" | "-" | "null" | "NaN" => Ok(WireNumber(None)),
        number => decimal(number).map(|value| WireNumber(Some(value))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bigdecimal::BigDecimal;

    fn plain(json: &str) -> String {
        wire_number(json)
            .unwrap()
            .or_zero()
            .normalized()
            .to_plain_string()
    }

    #[test]
    fn numbers_and_strings_give_the_same_exact_decimal() {
        assert_eq!(plain("760000"), "760000");
        assert_eq!(plain("\"760000\""), "760000");
        assert_eq!(plain("\"9223372036854775807\""), "9223372036854775807");
        assert_eq!(plain("0.1"), "0.1");
        assert_eq!(plain("\"-2E-18\""), "-0.000000000000000002");
        assert_eq!(plain("1.7976931348623157"), "1.7976931348623157");
    }

    #[test]
    fn missing_values_are_nothing() {
        for json in ["null", "\"\"", "\"-\"", "\"NaN\""] {
            assert_eq!(wire_number(json).unwrap(), WireNumber(None), "{json}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for json in [
            "true",
            "{}",
            "[1]",
            "\"abc\"",
            "\"1_000\"",
            "\"1,5\"",
            "1e400",
            "\"1e999999999\"",
            "\"Infinity\"",
        ] {
            assert!(wire_number(json).is_err(), "{json}");
        }
        assert!(decimal(&"9".repeat(65)).is_err());
    }

    #[test]
    fn micros_are_exact() {
        let micros = BigDecimal::from_str("790000").unwrap();
        assert_eq!(from_micros(&micros), BigDecimal::from_str("0.79").unwrap());
        let one = BigDecimal::from_str("1").unwrap();
        assert_eq!(from_micros(&one).to_plain_string(), "0.000001");
    }
}
