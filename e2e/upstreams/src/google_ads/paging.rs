//! Page tokens: they name their query, the snapshot they read and where to go on.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;

use super::errors::{AdsError, known};
use crate::calendar::instant;
use crate::random::text_key;

const LIFETIME_SECONDS: i64 = 2 * 3600;

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// The instant whose reports all pages show.
    pub snapshot: Timestamp,
    /// Rows that came before.
    pub offset: usize,
}

/// The token of a position.
pub fn token(query: &str, position: Position) -> String {
    URL_SAFE_NO_PAD.encode(format!(
        "{}.{}.{}",
        text_key(query),
        position.snapshot.as_second(),
        position.offset
    ))
}

/// The position of a token; the first page has none.
///
/// # Errors
/// `INVALID_PAGE_TOKEN` for another query's or a made-up token, `EXPIRED_PAGE_TOKEN` after two hours.
pub fn position(query: &str, token: Option<&str>, now: Timestamp) -> Result<Position, AdsError> {
    let Some(token) = token.filter(|token| !token.is_empty()) else {
        return Ok(Position {
            snapshot: now,
            offset: 0,
        });
    };
    let position = read(query, token).ok_or_else(|| known("INVALID_PAGE_TOKEN"))?;
    if now.as_second() - position.snapshot.as_second() > LIFETIME_SECONDS {
        return Err(known("EXPIRED_PAGE_TOKEN"));
    }
    Ok(position)
}

fn read(query: &str, token: &str) -> Option<Position> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()?;
    let parts: Vec<&str> = text.split('.').collect();
    let [key, snapshot, offset] = parts[..] else {
        return None;
    };
    (key.parse() == Ok(text_key(query))).then_some(())?;
    Some(Position {
        snapshot: instant(snapshot.parse().ok()?),
        offset: offset.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_belong_to_a_query_and_grow_old() {
        let now = instant(1_790_000_000);
        let next = Position {
            snapshot: now,
            offset: 10_000,
        };
        let token = token("SELECT 1", next);
        let code = |result: Result<Position, AdsError>| result.unwrap_err().code().to_owned();
        assert_eq!(position("SELECT 1", Some(&token), now), Ok(next));
        assert_eq!(
            code(position("SELECT 2", Some(&token), now)),
            "INVALID_PAGE_TOKEN"
        );
        assert_eq!(
            code(position("SELECT 1", Some("x"), now)),
            "INVALID_PAGE_TOKEN"
        );
        assert_eq!(
            code(position("SELECT 1", Some(&token), instant(1_790_010_000))),
            "EXPIRED_PAGE_TOKEN"
        );
    }
}
