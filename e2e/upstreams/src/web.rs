//! Requests and answers as plain values, so that platforms are functions and the server is thin.

use serde::de::DeserializeOwned;
use serde_json::Value;
use url::form_urlencoded;

/// A request, read completely.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// `GET`, `POST`, …
    pub method: String,
    /// Path without the query.
    pub path: String,
    /// Text after the question mark.
    pub query: String,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// Bytes of the body.
    pub body: Vec<u8>,
}

impl Request {
    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The host that the client meant, when it is known to be a platform's.
    pub(crate) fn platform_host(&self) -> Option<&str> {
        let named = self
            .header("x-forwarded-host")
            .or_else(|| self.header("host"))?;
        let host = named.split(':').next().unwrap_or(named);
        let platform = host.ends_with(".googleapis.com") || host.ends_with(".myshopify.com");
        platform.then_some(host)
    }

    /// The bearer token.
    pub(crate) fn bearer(&self) -> Option<&str> {
        self.header("authorization")?.strip_prefix("Bearer ")
    }

    /// A parameter of the query string.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        form_urlencoded::parse(self.query.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    /// The body's fields, from a form or a JSON object of texts.
    pub(crate) fn fields(&self) -> Vec<(String, String)> {
        if self
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("application/json"))
        {
            let object: serde_json::Map<String, Value> =
                serde_json::from_slice(&self.body).unwrap_or_default();
            let text = |value: Value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            };
            return object
                .into_iter()
                .map(|(key, value)| (key, text(value)))
                .collect();
        }
        form_urlencoded::parse(&self.body).into_owned().collect()
    }

    /// The body as JSON of a known form.
    ///
    /// # Errors
    /// What the reader stumbled over.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, serde_json::Error> {
        serde_json::from_slice(&self.body)
    }

    /// Parts of the path between slashes.
    pub(crate) fn segments(&self) -> Vec<&str> {
        self.path
            .split('/')
            .filter(|part| !part.is_empty())
            .collect()
    }
}

/// How the body travels.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Travel {
    /// At once.
    #[default]
    Whole,
    /// After so many seconds, in two parts.
    Slow(u64),
    /// The connection ends in the middle.
    Truncated,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers besides the length.
    pub headers: Vec<(String, String)>,
    /// The body's text.
    pub body: String,
    /// How the body travels.
    pub travel: Travel,
}

impl Answer {
    /// A JSON answer.
    pub(crate) fn json(status: u16, body: &Value) -> Self {
        Self::text(status, "application/json; charset=UTF-8", body.to_string())
    }

    /// An answer with a content type.
    pub(crate) fn text(status: u16, kind: &str, body: String) -> Self {
        let headers = vec![("content-type".to_owned(), kind.to_owned())];
        Self {
            status,
            headers,
            body,
            travel: Travel::Whole,
        }
    }

    /// The page that Google's front door shows for unknown paths.
    pub(crate) fn google_not_found(path: &str) -> Self {
        let page = format!(
            "<!DOCTYPE html>\n<html lang=en>\n  <title>Error 404 (Not Found)!!1</title>\n  \
             <p><b>404.</b> <ins>That’s an error.</ins>\n  <p>The requested URL <code>{}</code> was not found on this \
             server.  <ins>That’s all we know.</ins>\n",
            path.replace('&', "&amp;").replace('<', "&lt;")
        );
        Self::text(404, "text/html; charset=UTF-8", page)
    }

    /// The same answer with one header more.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_come_from_forms_and_json() {
        let form = Request {
            body: b"grant_type=refresh_token&client_id=a%20b".to_vec(),
            ..Request::default()
        };
        assert_eq!(form.fields()[1], ("client_id".to_owned(), "a b".to_owned()));
        let json = Request {
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: br#"{"expiring":1}"#.to_vec(),
            ..Request::default()
        };
        assert_eq!(json.fields(), [("expiring".to_owned(), "1".to_owned())]);
    }

    #[test]
    fn only_platforms_hosts_are_known() {
        let host = |name: &str| Request {
            headers: vec![("host".to_owned(), name.to_owned())],
            ..Request::default()
        };
        assert_eq!(host("127.0.0.1:9000").platform_host(), None);
        assert_eq!(
            host("a.myshopify.com:443").platform_host(),
            Some("a.myshopify.com")
        );
    }
}
