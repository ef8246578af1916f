//! What was asked: never a token, never a secret.

use std::collections::VecDeque;

use serde::Serialize;

const KEPT: usize = 5000;

/// One request.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// Its number since the start.
    pub number: u64,
    /// The simulator's clock.
    pub time: String,
    /// Source that the path belongs to.
    pub source: &'static str,
    /// Customer, property or shop.
    pub account: Option<String>,
    /// Method.
    pub method: String,
    /// The platform's host, when the client told it.
    pub host: Option<String>,
    /// Path.
    pub path: String,
    /// Query or body; of token requests only the grant.
    pub text: String,
    /// Status of the answer.
    pub status: u16,
    /// The planned failure that hit it.
    pub fault: Option<u64>,
}

/// The latest requests.
#[derive(Debug, Default)]
pub struct RequestLog {
    entries: VecDeque<Entry>,
    count: u64,
}

impl RequestLog {
    /// Adds a request and numbers it.
    pub fn add(&mut self, mut entry: Entry) {
        self.count += 1;
        entry.number = self.count;
        self.entries.push_back(entry);
        if self.entries.len() > KEPT {
            self.entries.pop_front();
        }
    }

    /// Requests with a higher number, of one source or of all.
    pub fn since(&self, number: u64, source: Option<&str>) -> Vec<&Entry> {
        let wanted = |entry: &&Entry| {
            entry.number > number && source.is_none_or(|source| source == entry.source)
        };
        self.entries.iter().filter(wanted).collect()
    }
}
