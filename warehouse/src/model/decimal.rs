//! Decimal text. Numbers are parsed from text and never pass through a float.

use bigdecimal::BigDecimal;

/// The one text form of a number: plain digits, no exponent, no trailing zeros after the point (`4000000`, `0.79`).
#[must_use]
pub fn canonical(number: &BigDecimal) -> String {
    number.normalized().to_plain_string()
}

/// Reads decimal text as platforms send it: `12`, `-0.50`, `1.5E-7`.
///
/// # Errors
/// Where the text is no number.
pub fn parse_decimal(text: &str) -> Result<BigDecimal, bigdecimal::ParseBigDecimalError> {
    text.trim().parse()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_numbers_have_equal_text() {
        for (given, expected) in [
            ("4e6", "4000000"),
            ("0.790", "0.79"),
            ("0.0", "0"),
            ("-2E-3", "-0.002"),
            ("100", "100"),
        ] {
            assert_eq!(canonical(&parse_decimal(given).unwrap()), expected);
        }
    }

    #[test]
    fn a_word_is_no_number() {
        assert!(parse_decimal("NaN").is_err());
        assert!(parse_decimal("").is_err());
    }
}
