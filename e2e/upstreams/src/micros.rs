//! Exact amounts with six decimals; nothing in the simulator's arithmetic is a float.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub};

use serde_json::{Number, Value};

/// An amount in millionths of its unit: money of a major currency unit, or the credit of a conversion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Micros(pub i64);

const SCALE: i64 = 1_000_000;

impl Micros {
    /// No amount.
    pub const ZERO: Self = Self(0);

    /// A whole number of units.
    pub fn whole(units: i64) -> Self {
        Self(units * SCALE)
    }

    /// Whether nothing is left.
    pub fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// A number of pieces at this price.
    pub fn times(self, count: i64) -> Self {
        Self(self.0 * count)
    }

    /// The share `numerator / denominator`, rounded half away from zero to a multiple of `step`.
    pub fn share(self, numerator: i64, denominator: i64, step: Self) -> Self {
        let wide = i128::from(self.0) * i128::from(numerator);
        let unit = i128::from(denominator) * i128::from(step.0.max(1));
        let half = unit / 2 * wide.signum();
        let steps = (wide + half) / unit;
        Self(i64::try_from(steps * i128::from(step.0.max(1))).unwrap_or(i64::MAX))
    }

    /// The JSON number with exactly these decimals, whole amounts without a point.
    pub fn number(self) -> Value {
        if self.0 % SCALE == 0 {
            return Value::from(self.0 / SCALE);
        }
        let exact: f64 = self.to_string().parse().unwrap_or_default();
        Number::from_f64(exact).map_or(Value::Null, Value::Number)
    }

    /// The decimal text with at least one digit after the point, as Shopify writes amounts.
    pub fn with_point(self) -> String {
        let text = self.to_string();
        if text.contains('.') {
            text
        } else {
            format!("{text}.0")
        }
    }
}

impl fmt::Display for Micros {
    /// Plain decimal text without trailing zeros.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let magnitude = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        let whole = magnitude / SCALE.unsigned_abs();
        let fraction = format!("{:06}", magnitude % SCALE.unsigned_abs());
        match fraction.trim_end_matches('0') {
            "" => write!(formatter, "{sign}{whole}"),
            digits => write!(formatter, "{sign}{whole}.{digits}"),
        }
    }
}

impl Add for Micros {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl Sub for Micros {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

impl Neg for Micros {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl AddAssign for Micros {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sum for Micros {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self::ZERO, Add::add)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_exact_and_short() {
        assert_eq!(Micros(1_234_567).to_string(), "1.234567");
        assert_eq!(Micros(-500_000).to_string(), "-0.5");
        assert_eq!(Micros::whole(450_000).to_string(), "450000");
        assert_eq!(Micros::whole(450_000).with_point(), "450000.0");
        assert_eq!(Micros(29_990_000).with_point(), "29.99");
    }

    #[test]
    fn numbers_show_the_same_digits_as_the_text() {
        for amount in [
            Micros(333_333),
            Micros(12_345_678_123_457),
            Micros(100_000),
            Micros(7),
        ] {
            assert_eq!(
                amount.number().to_string(),
                small_as_decimal(&amount.to_string())
            );
        }
        assert_eq!(Micros::whole(3).number().to_string(), "3");
    }

    fn small_as_decimal(text: &str) -> String {
        if text == "0.000007" {
            "7e-6".to_owned()
        } else {
            text.to_owned()
        }
    }

    #[test]
    fn shares_round_half_away_from_zero() {
        assert_eq!(Micros(10).share(1, 4, Micros(1)), Micros(3));
        assert_eq!(Micros(-10).share(1, 4, Micros(1)), Micros(-3));
        assert_eq!(
            Micros(1_249_999).share(1, 1, Micros(10_000)),
            Micros(1_250_000)
        );
    }
}
