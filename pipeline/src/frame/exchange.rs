//! Requests and answers as values: connectors build and read them without touching the network.

use bytes::Bytes;
use dpo_warehouse::model::RunClass;
use http::{HeaderMap, Method};
use jiff::Timestamp;
use secrecy::SecretString;
use serde::de::DeserializeOwned;

use super::failure::Failure;
use super::wait;

/// How a request proves who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authentication {
    /// Not at all (token endpoints).
    None,
    /// `Authorization: Bearer …`.
    Bearer,
    /// The access token in a header of its own.
    Header(&'static str),
}

/// What a request carries.
#[derive(Debug, Clone)]
pub enum Body {
    /// Nothing.
    None,
    /// JSON text.
    Json(String),
    /// Form fields; among them are secrets.
    Form(Vec<(&'static str, SecretString)>),
}

/// One request to a platform's host; always https unless the platform team maps the host elsewhere.
#[derive(Debug, Clone)]
pub struct Request {
    /// GET or POST.
    pub method: Method,
    /// The platform's host name.
    pub host: String,
    /// The path, percent-encoded, with its leading slash.
    pub path: String,
    /// Query parameters.
    pub query: Vec<(&'static str, String)>,
    /// Further headers; values that are secret are marked so.
    pub headers: Vec<(&'static str, SecretString)>,
    /// The body.
    pub body: Body,
    /// How it authenticates.
    pub authentication: Authentication,
    /// Figures do not depend on it: after a failure of one of these classes the pull goes on with an empty answer.
    pub dispensable: &'static [RunClass],
}

impl Request {
    /// A GET with a bearer token.
    #[must_use]
    pub fn get(host: impl Into<String>, path: impl Into<String>) -> Self {
        Self::new(Method::GET, host, path, Body::None)
    }

    /// A POST of JSON with a bearer token.
    #[must_use]
    pub fn post_json(
        host: impl Into<String>,
        path: impl Into<String>,
        json: &serde_json::Value,
    ) -> Self {
        Self::new(Method::POST, host, path, Body::Json(json.to_string()))
    }

    /// A POST of a form without a token.
    #[must_use]
    pub fn post_form(
        host: impl Into<String>,
        path: impl Into<String>,
        form: Vec<(&'static str, SecretString)>,
    ) -> Self {
        let request = Self::new(Method::POST, host, path, Body::Form(form));
        Self {
            authentication: Authentication::None,
            ..request
        }
    }

    fn new(method: Method, host: impl Into<String>, path: impl Into<String>, body: Body) -> Self {
        let (host, path) = (host.into(), path.into());
        Self {
            method,
            host,
            path,
            query: Vec::new(),
            headers: Vec::new(),
            body,
            authentication: Authentication::Bearer,
            dispensable: &[],
        }
    }
}

/// What came back, whole and unpacked.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body after decompression.
    pub body: Bytes,
    /// Our own clock when the answer came.
    pub received_at: Timestamp,
}

impl Answer {
    /// What a pull reads in the place of an answer that was refused and that it can do without.
    #[must_use]
    pub fn nothing() -> Self {
        Self {
            status: 200,
            headers: HeaderMap::new(),
            body: Bytes::from_static(b"{}"),
            received_at: Timestamp::now(),
        }
    }

    /// The platform's clock, or ours where it does not say.
    #[must_use]
    pub fn server_time(&self) -> Timestamp {
        wait::server_time(&self.headers).unwrap_or(self.received_at)
    }

    /// Whether the status is one of success.
    #[must_use]
    pub const fn is_success(&self) -> bool {
        matches!(self.status, 200..=299)
    }

    /// The body as text without a byte order mark.
    ///
    /// # Errors
    /// The body is not UTF-8, which counts as cut off.
    pub fn text(&self) -> Result<&str, Failure> {
        let text = std::str::from_utf8(&self.body)
            .map_err(|_| Failure::malformed("the body is not UTF-8"))?;
        Ok(text.trim_start_matches('\u{feff}').trim())
    }

    /// Whether the body is a web page instead of JSON; what looks like JSON is none, whatever its header says.
    #[must_use]
    pub fn is_html(&self) -> bool {
        let header = self
            .headers
            .get(http::header::CONTENT_TYPE)
            .and_then(|value| value.to_str().ok());
        match self.text().ok().and_then(|text| text.chars().next()) {
            Some('<') => true,
            Some('{' | '[') => false,
            _ => header.is_some_and(|value| value.starts_with("text/html")),
        }
    }

    /// Checks that the body is whole JSON.
    ///
    /// # Errors
    /// It is cut off or something else (`transient`).
    pub fn check_json(&self) -> Result<(), Failure> {
        let text = self.text()?;
        serde_json::from_str::<serde::de::IgnoredAny>(text)
            .map(drop)
            .map_err(|error| Failure::malformed(error.to_string()))
    }

    /// Reads the body as JSON.
    ///
    /// # Errors
    /// Cut-off or other text is `transient`; sound JSON of another shape is `permanent_bug`.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        parse_json(self.text()?)
    }

    /// Reads the body as a JSON object; a list would pass for one with fields in order.
    ///
    /// # Errors
    /// Cut-off or other text is `transient`; sound JSON of another shape is `permanent_bug`.
    pub fn json_object<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        if self.text()?.starts_with('{') {
            return self.json();
        }
        self.check_json()?;
        Err(Failure::unexpected("the answer is no object"))
    }
}

/// Reads JSON text of an answer.
///
/// # Errors
/// Cut-off or other text is `transient`; sound JSON of another shape is `permanent_bug`.
pub fn parse_json<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
    serde_json::from_str(text).map_err(|error| match error.classify() {
        serde_json::error::Category::Data if is_sound_json(text) => {
            Failure::unexpected(error.to_string())
        }
        _ => Failure::malformed(error.to_string()),
    })
}

fn is_sound_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

#[cfg(test)]
pub(crate) mod fixtures {
    use super::*;

    /// An answer as a platform would give it.
    pub fn answer(status: u16, body: &str) -> Answer {
        let received_at = "2026-09-01T12:00:00Z".parse().unwrap();
        Answer {
            status,
            headers: HeaderMap::new(),
            body: Bytes::copy_from_slice(body.as_bytes()),
            received_at,
        }
    }

    /// The same with headers.
    pub fn answer_with(
        status: u16,
        headers: &[(&'static str, &'static str)],
        body: &str,
    ) -> Answer {
        let headers = headers
            .iter()
            .map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap()))
            .collect();
        Answer {
            headers,
            ..answer(status, body)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::fixtures::{answer, answer_with};
    use dpo_warehouse::model::RunClass;

    #[test]
    fn a_cut_off_body_is_transient_and_another_shape_is_a_bug() {
        let class = |body: &str| answer(200, body).json::<Vec<u32>>().unwrap_err().class;
        assert_eq!(class("[1, 2"), RunClass::Transient);
        assert_eq!(class(""), RunClass::Transient);
        assert_eq!(class("<html>"), RunClass::Transient);
        assert_eq!(class(r#"{"a": 1}"#), RunClass::PermanentBug);
        assert_eq!(class(r#"{"a": 1"#), RunClass::Transient);
    }

    #[test]
    fn a_list_is_no_object() {
        #[derive(Debug, serde::Deserialize)]
        struct Named {
            #[serde(default)]
            name: String,
        }
        let named = |body: &str| answer(200, body).json_object::<Named>();
        assert_eq!(named(r#" {"name": "a"}"#).unwrap().name, "a");
        assert_eq!(named(r#"["a"]"#).unwrap_err().class, RunClass::PermanentBug);
        assert_eq!(named("[").unwrap_err().class, RunClass::Transient);
    }

    #[test]
    fn a_byte_order_mark_is_ignored() {
        assert_eq!(answer(200, "\u{feff} [1]").json::<Vec<u32>>().unwrap(), [1]);
    }

    #[test]
    fn pages_are_told_from_json() {
        assert!(answer(502, "<!DOCTYPE html><h1>Bad gateway</h1>").is_html());
        assert!(
            answer_with(
                404,
                &[("content-type", "text/html; charset=UTF-8")],
                "Not found"
            )
            .is_html()
        );
        assert!(!answer_with(200, &[("content-type", "application/json")], "{}").is_html());
        assert!(!answer_with(200, &[("content-type", "text/html")], " {}").is_html());
    }

    #[test]
    fn the_servers_clock_wins() {
        let told = answer_with(200, &[("date", "Tue, 01 Sep 2026 12:30:00 GMT")], "{}");
        assert_eq!(told.server_time().to_string(), "2026-09-01T12:30:00Z");
        assert_eq!(
            answer(200, "{}").server_time().to_string(),
            "2026-09-01T12:00:00Z"
        );
    }
}
