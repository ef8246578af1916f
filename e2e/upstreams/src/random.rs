//! Deterministic randomness: the same key always gives the same draws, whatever was drawn before.

/// A stream of draws that belongs to one key.
#[derive(Debug, Clone)]
pub struct Draws {
    state: u64,
}

impl Draws {
    /// The draws of a key, for instance seed, kind of thing, day, index.
    pub fn of(key: &[u64]) -> Self {
        Self { state: hash(key) }
    }

    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.state)
    }

    /// A number in `0..limit`; zero when the limit is zero.
    pub fn below(&mut self, limit: u64) -> u64 {
        if limit == 0 { 0 } else { self.next() % limit }
    }

    /// A number between both ends, which are included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = high.abs_diff(low).saturating_add(1);
        low.saturating_add_unsigned(self.below(span))
    }

    /// True in `per_mille` of 1000 cases.
    pub fn chance(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// A count whose mean is `mean_milli` / 1000.
    pub fn count(&mut self, mean_milli: u64) -> u64 {
        let spread = self.below(mean_milli.saturating_mul(2).saturating_add(1));
        spread / 1000 + u64::from(self.chance(spread % 1000))
    }

    /// One of the choices, which must not be empty.
    pub fn pick<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.index(choices.len())].clone()
    }

    /// An index below `length`.
    pub fn index(&mut self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap_or(0)
    }
}

/// A well-mixed number for a key.
pub fn hash(key: &[u64]) -> u64 {
    key.iter().fold(0x51_7C_C1_B7_27_22_0A_95, |state, part| {
        mix(state ^ mix(part.wrapping_add(0x9E37_79B9_7F4A_7C15)))
    })
}

/// A number for a text (FNV-1a).
pub fn text_key(text: &str) -> u64 {
    text.bytes().fold(0xCBF2_9CE4_8422_2325, |state, byte| {
        (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
    })
}

fn mix(value: u64) -> u64 {
    let value = (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    value ^ (value >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_key_gives_the_same_draws() {
        let first: Vec<u64> = (0..5).map(|_| Draws::of(&[7, 9]).below(1000)).collect();
        assert!(first.windows(2).all(|pair| pair[0] == pair[1]));
        assert_ne!(hash(&[1, 2]), hash(&[2, 1]));
    }

    #[test]
    fn counts_keep_their_mean() {
        let mut draws = Draws::of(&[1]);
        let sum: u64 = (0..10_000).map(|_| draws.count(2_500)).sum();
        assert!(
            (24_000..26_000).contains(&sum),
            "mean of 2.5 gave {sum} in 10,000 draws"
        );
    }

    #[test]
    fn between_includes_both_ends() {
        let mut draws = Draws::of(&[2]);
        let seen: std::collections::BTreeSet<i64> =
            (0..200).map(|_| draws.between(-1, 1)).collect();
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), [-1, 0, 1]);
    }
}
