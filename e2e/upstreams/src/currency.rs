//! Currencies: smallest payable step, and one fixed rate to the dollar for the whole simulation.

use crate::micros::Micros;

/// Millionths of a dollar that one unit of the currency is worth.
const DOLLAR_MICROS: &[(&str, i64)] = &[
    ("USD", 1_000_000),
    ("EUR", 1_083_417),
    ("GBP", 1_271_903),
    ("AUD", 655_211),
    ("SGD", 744_329),
    ("THB", 29_387),
    ("JPY", 6_611),
    ("VND", 39),
];

const WITHOUT_CENTS: &[&str] = &["VND", "JPY", "KRW", "CLP", "ISK"];

/// The smallest amount that can be paid.
pub fn step(currency: &str) -> Micros {
    if WITHOUT_CENTS.contains(&currency) {
        Micros::whole(1)
    } else {
        Micros(10_000)
    }
}

/// The smallest difference between two values that a platform computes, for instance of conversions: fifteen digits
/// are enough for every sum of a day, so that a JSON number shows it exactly.
pub fn value_step(currency: &str) -> Micros {
    if WITHOUT_CENTS.contains(&currency) {
        Micros(1000)
    } else {
        Micros(1)
    }
}

/// Whether the simulator has a rate for the currency.
pub fn is_known(currency: &str) -> bool {
    DOLLAR_MICROS.iter().any(|(code, _)| *code == currency)
}

/// The amount in another currency, rounded to the given step.
pub fn convert(amount: Micros, from: &str, to: &str, step: Micros) -> Micros {
    if from == to {
        amount
    } else {
        amount.share(rate(from), rate(to), step)
    }
}

fn rate(currency: &str) -> i64 {
    DOLLAR_MICROS
        .iter()
        .find(|(code, _)| *code == currency)
        .map_or(1_000_000, |(_, rate)| *rate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dong_has_no_cents_and_converts_exactly() {
        assert_eq!(step("VND"), Micros::whole(1));
        let dollars = convert(Micros::whole(100_000), "VND", "USD", Micros(1));
        assert_eq!(dollars.to_string(), "3.9");
        assert_eq!(convert(Micros(1), "EUR", "EUR", step("EUR")), Micros(1));
    }
}
