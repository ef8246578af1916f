//! Figures computed from sums.

use bigdecimal::num_bigint::BigInt;
use bigdecimal::{BigDecimal, RoundingMode, Zero as _};

use super::Metric;
use crate::model::Metrics;

/// Digits after the point that a quotient keeps.
const QUOTIENT_SCALE: i64 = 12;

/// `factor × numerator / denominator`, each a sum of terms; without a denominator the numerator alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Formula {
    /// What is divided.
    pub numerator: &'static [Term],
    /// What it is divided by; empty where nothing is divided.
    pub denominator: &'static [Term],
    /// A constant factor, such as 1000 for costs per thousand.
    pub factor: u32,
}

/// A metric in a sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Term {
    /// Added; where it is unknown, so is the figure.
    Plus(Metric),
    /// Taken away where it is known.
    Minus(Metric),
}

impl Formula {
    pub(super) const fn quotient(numerator: &'static [Term], denominator: &'static [Term]) -> Self {
        Self {
            numerator,
            denominator,
            factor: 1,
        }
    }

    /// The value for these sums, rounded half to even at 12 digits after the point. `None` where a needed sum is
    /// unknown or the denominator is zero.
    #[must_use]
    pub fn evaluate(&self, sums: &Metrics) -> Option<BigDecimal> {
        let numerator = add_up(self.numerator, sums)? * BigDecimal::from(self.factor);
        if self.denominator.is_empty() {
            return Some(numerator.normalized());
        }
        let denominator = add_up(self.denominator, sums)?;
        (!denominator.is_zero()).then(|| divide(&numerator, &denominator))
    }

    /// The metrics whose sums it needs.
    pub fn metrics(&self) -> impl Iterator<Item = Metric> + use<> {
        self.numerator
            .iter()
            .chain(self.denominator)
            .map(|term| match term {
                Term::Plus(metric) | Term::Minus(metric) => *metric,
            })
    }
}

fn divide(numerator: &BigDecimal, denominator: &BigDecimal) -> BigDecimal {
    (numerator / denominator)
        .with_scale_round(QUOTIENT_SCALE, RoundingMode::HalfEven)
        .normalized()
}

fn add_up(terms: &[Term], sums: &Metrics) -> Option<BigDecimal> {
    terms
        .iter()
        .try_fold(BigDecimal::from(BigInt::ZERO), |total, term| match term {
            Term::Plus(metric) => sums.get(metric).map(|value| total + value),
            Term::Minus(metric) => Some(
                sums.get(metric)
                    .map_or_else(|| total.clone(), |value| &total - value),
            ),
        })
}

#[cfg(test)]
mod tests {
    use super::super::{Computation, Ratio, definition};
    use super::*;
    use crate::model::{canonical, parse_decimal};

    fn value_of(ratio: Ratio, sums: &[(Metric, &str)]) -> Option<String> {
        let Computation::Ratio(formula) = definition(ratio.name()).unwrap().computation else {
            panic!("{ratio} is no ratio")
        };
        let sums = sums
            .iter()
            .map(|(metric, text)| (*metric, parse_decimal(text).unwrap()))
            .collect();
        formula.evaluate(&sums).as_ref().map(canonical)
    }

    #[test]
    fn ratios_come_from_sums() {
        use Metric::{Clicks, Conversions, Impressions, Orders, Refunds, Revenue, Spend};
        assert_eq!(
            value_of(Ratio::Ctr, &[(Clicks, "3"), (Impressions, "40")]).unwrap(),
            "0.075"
        );
        assert_eq!(
            value_of(Ratio::Cpm, &[(Spend, "0.79"), (Impressions, "40")]).unwrap(),
            "19.75"
        );
        assert_eq!(
            value_of(
                Ratio::CostPerConversion,
                &[(Spend, "10"), (Conversions, "3")]
            )
            .unwrap(),
            "3.333333333333"
        );
        assert_eq!(
            value_of(
                Ratio::AverageOrderValue,
                &[(Revenue, "900000"), (Orders, "3")]
            )
            .unwrap(),
            "300000"
        );
        assert_eq!(
            value_of(
                Ratio::Mer,
                &[(Revenue, "120"), (Refunds, "20"), (Spend, "50")]
            )
            .unwrap(),
            "2"
        );
    }

    #[test]
    fn nothing_divided_by_nothing_is_unknown() {
        assert_eq!(
            value_of(
                Ratio::Ctr,
                &[(Metric::Clicks, "0"), (Metric::Impressions, "0")]
            ),
            None
        );
        assert_eq!(value_of(Ratio::Ctr, &[(Metric::Clicks, "1")]), None);
    }

    #[test]
    fn a_shop_without_refunds_keeps_its_revenue() {
        assert_eq!(
            value_of(Ratio::NetRevenue, &[(Metric::Revenue, "120.50")]).unwrap(),
            "120.5"
        );
        assert_eq!(value_of(Ratio::NetRevenue, &[(Metric::Refunds, "5")]), None);
    }
}
