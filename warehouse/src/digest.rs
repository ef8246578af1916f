//! Content digests that do not depend on the order of rows.

use sha2::{Digest as _, Sha256};

/// How many rows, and the sum of their hashes: equal content gives equal digests in any order, and a row can be taken
/// out again. Each row counts with the first 128 bits of its SHA-256.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ContentDigest {
    rows: u64,
    sum: u128,
}

impl ContentDigest {
    /// Adds one row.
    pub fn add(&mut self, key: &str, payload: &str) {
        self.rows += 1;
        self.sum = self.sum.wrapping_add(hash(key, payload));
    }

    /// Takes out one row that was added before.
    pub fn remove(&mut self, key: &str, payload: &str) {
        self.rows = self.rows.saturating_sub(1);
        self.sum = self.sum.wrapping_sub(hash(key, payload));
    }

    /// The number of rows.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// The text form: rows and 32 hexadecimal digits, `3-00…`.
    #[must_use]
    pub fn text(&self) -> String {
        format!("{}-{:032x}", self.rows, self.sum)
    }

    /// Reads the text form.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (rows, sum) = text.split_once('-')?;
        Some(Self {
            rows: rows.parse().ok()?,
            sum: u128::from_str_radix(sum, 16).ok()?,
        })
    }
}

/// The first 64 bits of the text's SHA-256.
#[must_use]
pub fn fingerprint(text: &str) -> i64 {
    let hash = Sha256::digest(text.as_bytes());
    i64::from_be_bytes(first_bytes(&hash))
}

fn hash(key: &str, payload: &str) -> u128 {
    let mut hasher = Sha256::new();
    hasher.update((key.len() as u64).to_be_bytes());
    hasher.update(key.as_bytes());
    hasher.update(payload.as_bytes());
    u128::from_be_bytes(first_bytes(&hasher.finalize()))
}

fn first_bytes<const N: usize>(hash: &[u8]) -> [u8; N] {
    let mut bytes = [0; N];
    for (target, byte) in bytes.iter_mut().zip(hash) {
        *target = *byte;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(rows: &[(&str, &str)]) -> ContentDigest {
        let mut digest = ContentDigest::default();
        for (key, payload) in rows {
            digest.add(key, payload);
        }
        digest
    }

    #[test]
    fn order_does_not_matter_but_content_does() {
        assert_eq!(
            digest(&[("a", "1"), ("b", "2")]),
            digest(&[("b", "2"), ("a", "1")])
        );
        assert_ne!(
            digest(&[("a", "1"), ("b", "2")]),
            digest(&[("a", "2"), ("b", "1")])
        );
        assert_ne!(digest(&[("a", "b")]), digest(&[("ab", "")]));
        assert_ne!(digest(&[]), digest(&[("", "")]));
    }

    #[test]
    fn a_row_can_be_taken_out() {
        let mut changed = digest(&[("a", "1"), ("b", "2")]);
        changed.remove("a", "1");
        assert_eq!(changed, digest(&[("b", "2")]));
    }

    #[test]
    fn the_text_form_is_read_back() {
        let given = digest(&[("a", "1"), ("b", "2")]);
        assert_eq!(ContentDigest::parse(&given.text()), Some(given));
        assert_eq!(ContentDigest::parse("x"), None);
    }
}
