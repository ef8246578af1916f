//! The API server's audit log as a counter of mutating requests.

use std::path::Path;

use jiff::Timestamp;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
struct Event {
    verb: String,
    user: User,
    #[serde(rename = "objectRef")]
    object: Option<Object>,
    #[serde(rename = "requestReceivedTimestamp")]
    received: Timestamp,
    #[serde(rename = "responseStatus")]
    response: Option<Response>,
}

#[derive(Debug, Deserialize)]
struct User {
    username: String,
}

#[derive(Debug, Deserialize)]
struct Object {
    resource: Option<String>,
    namespace: Option<String>,
    name: Option<String>,
    subresource: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Response {
    code: Option<u16>,
}

/// A request as the API server recorded it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    pub verb: String,
    pub resource: String,
    pub subresource: String,
    pub namespace: String,
    pub name: String,
    pub status: u16,
}

const MUTATING: [&str; 5] = ["create", "update", "patch", "delete", "deletecollection"];

/// Mutating requests of `user` that the server received in `[from, to)`.
#[must_use]
pub fn mutations(log: &str, user: &str, from: Timestamp, to: Timestamp) -> Vec<Request> {
    requests(log, user, from, to)
        .into_iter()
        .filter(|request| MUTATING.contains(&request.verb.as_str()))
        .collect()
}

/// All requests of `user` that the server received in `[from, to)`. A half-written last line is skipped.
#[must_use]
pub fn requests(log: &str, user: &str, from: Timestamp, to: Timestamp) -> Vec<Request> {
    log.lines()
        .filter(|line| line.contains(user))
        .filter_map(|line| serde_json::from_str::<Event>(line).ok())
        .filter(|event| {
            event.user.username == user && event.received >= from && event.received < to
        })
        .map(request)
        .collect()
}

fn request(event: Event) -> Request {
    let object = event.object.unwrap_or(Object {
        resource: None,
        namespace: None,
        name: None,
        subresource: None,
    });
    Request {
        verb: event.verb,
        resource: object.resource.unwrap_or_default(),
        subresource: object.subresource.unwrap_or_default(),
        namespace: object.namespace.unwrap_or_default(),
        name: object.name.unwrap_or_default(),
        status: event
            .response
            .and_then(|response| response.code)
            .unwrap_or_default(),
    }
}

/// Reads the audit log.
#[must_use]
pub fn read(path: &Path) -> String {
    std::fs::read_to_string(path)
        .unwrap_or_else(|error| panic!("the audit log {} cannot be read: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LINE: &str = r#"{"verb":"patch","user":{"username":"system:serviceaccount:dpo-system:dpo-operator"},"objectRef":{"resource":"cronjobs","namespace":"saigon","name":"ads-sync"},"responseStatus":{"code":200},"requestReceivedTimestamp":"2026-11-23T01:00:00.000000Z"}"#;
    const USER: &str = "system:serviceaccount:dpo-system:dpo-operator";

    #[test]
    fn a_planted_write_is_counted_and_a_read_is_not() {
        let log = format!("{LINE}\n{}\n", LINE.replace("patch", "watch"));
        let (from, to) = (
            "2026-11-23T00:59:00Z".parse().unwrap(),
            "2026-11-23T01:01:00Z".parse().unwrap(),
        );
        assert_eq!(mutations(&log, USER, from, to).len(), 1);
        assert_eq!(requests(&log, USER, from, to).len(), 2);
    }

    #[test]
    fn other_users_and_other_times_do_not_count() {
        let (from, to) = (
            "2026-11-23T01:00:01Z".parse().unwrap(),
            "2026-11-23T01:01:00Z".parse().unwrap(),
        );
        assert!(mutations(LINE, USER, from, to).is_empty());
        let (from, to) = (
            "2026-11-23T00:00:00Z".parse().unwrap(),
            "2026-11-23T02:00:00Z".parse().unwrap(),
        );
        assert!(mutations(LINE, "admin", from, to).is_empty());
    }
}
