//! Bodies with a bound: on the wire, and after unpacking.

use bytes::{Bytes, BytesMut};
use flate2::read::MultiGzDecoder;
use futures::StreamExt as _;
use std::io::Read as _;
use std::time::Duration;

/// How large an answer may be and how long it may take.
#[derive(Debug, Clone, Copy)]
pub struct AnswerLimits {
    /// Bytes as they come over the wire.
    pub wire: usize,
    /// Bytes after unpacking.
    pub unpacked: usize,
    /// How long nothing may come.
    pub silence: Duration,
    /// How long all of it may take.
    pub whole: Duration,
}

impl Default for AnswerLimits {
    fn default() -> Self {
        Self {
            wire: 32 << 20,
            unpacked: 128 << 20,
            silence: Duration::from_mins(1),
            whole: Duration::from_mins(5),
        }
    }
}

/// Why a body could not be read.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// Over one of the limits.
    #[error("the answer is larger than {0} MiB")]
    TooLarge(usize),
    /// Broken off or badly packed.
    #[error("the answer broke off")]
    BrokenOff,
}

/// Reads a body to its end.
///
/// # Errors
/// It is over a limit, breaks off, or is badly packed.
pub async fn read(response: reqwest::Response, limits: AnswerLimits) -> Result<Bytes, BodyError> {
    let encoding = response
        .headers()
        .get(http::header::CONTENT_ENCODING)
        .and_then(|value| value.to_str().ok());
    let packed = encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case("gzip"));
    let mut received = BytesMut::new();
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| BodyError::BrokenOff)?;
        if received.len() + chunk.len() > limits.wire {
            return Err(BodyError::TooLarge(limits.wire >> 20));
        }
        received.extend_from_slice(&chunk);
    }
    if packed {
        unpack(&received, limits.unpacked)
    } else {
        Ok(received.freeze())
    }
}

fn unpack(packed: &[u8], limit: usize) -> Result<Bytes, BodyError> {
    let mut unpacked = Vec::new();
    let reader = MultiGzDecoder::new(packed);
    let bound = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    reader
        .take(bound)
        .read_to_end(&mut unpacked)
        .map_err(|_| BodyError::BrokenOff)?;
    if unpacked.len() > limit {
        Err(BodyError::TooLarge(limit >> 20))
    } else {
        Ok(unpacked.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use std::io::Write as _;

    fn packed(plain: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_bomb_is_refused_at_the_limit() {
        let bomb = packed(&vec![b' '; 4 << 20]);
        assert!(bomb.len() < 8192);
        assert!(matches!(
            unpack(&bomb, 1 << 20),
            Err(BodyError::TooLarge(1))
        ));
        assert_eq!(unpack(&bomb, 4 << 20).unwrap().len(), 4 << 20);
    }

    #[test]
    fn a_cut_off_package_is_noticed() {
        let whole = packed(b"[1, 2, 3]");
        let cut = whole.get(..whole.len() - 6).unwrap();
        assert!(matches!(unpack(cut, 1 << 20), Err(BodyError::BrokenOff)));
        assert_eq!(unpack(&whole, 1 << 20).unwrap().as_ref(), b"[1, 2, 3]");
        let two = [packed(b"[1, "), packed(b"2]")].concat();
        assert_eq!(unpack(&two, 1 << 20).unwrap().as_ref(), b"[1, 2]");
    }
}
