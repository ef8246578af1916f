//! Changes are taken from our own pages alone: the browser says where a request came from, and it cannot be made to lie.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderMap, Method, header};

use crate::dto::problem::ProblemCode;
use crate::problem::Problem;

/// Refuses changes that another site asks for.
///
/// # Errors
/// `CrossSite`.
pub async fn same_origin(request: Request, next: Next) -> Result<Response, Problem> {
    let reads = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if reads || from_own_page(request.headers()) {
        Ok(next.run(request).await)
    } else {
        Err(Problem::new(ProblemCode::CrossSite))
    }
}

/// `Sec-Fetch-Site` decides where the browser sends it; older browsers must send an `Origin` with our own host.
fn from_own_page(headers: &HeaderMap) -> bool {
    let text = |name: &str| {
        headers
            .get(name)
            .map(|value| value.to_str().unwrap_or("unreadable"))
    };
    match text("sec-fetch-site") {
        Some(site) => matches!(site, "same-origin" | "none"),
        None => match (text("origin"), text(header::HOST.as_str())) {
            (Some(origin), Some(host)) => origin
                .split_once("://")
                .is_some_and(|(_, authority)| authority == host),
            _ => false,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_pass() {
        for (headers, passes) in [
            (vec![("sec-fetch-site", "same-origin")], true),
            (vec![("sec-fetch-site", "none")], true),
            (vec![("sec-fetch-site", "same-site")], false),
            (
                vec![
                    ("sec-fetch-site", "cross-site"),
                    ("origin", "https://dpo.example"),
                    ("host", "dpo.example"),
                ],
                false,
            ),
            (
                vec![("origin", "https://dpo.example"), ("host", "dpo.example")],
                true,
            ),
            (
                vec![
                    ("origin", "http://127.0.0.1:8080"),
                    ("host", "127.0.0.1:8080"),
                ],
                true,
            ),
            (
                vec![("origin", "https://evil.example"), ("host", "dpo.example")],
                false,
            ),
            (
                vec![
                    ("origin", "https://dpo.example.evil"),
                    ("host", "dpo.example"),
                ],
                false,
            ),
            (vec![("origin", "null"), ("host", "dpo.example")], false),
            (vec![("host", "dpo.example")], false),
            (vec![], false),
        ] {
            let map: HeaderMap = headers
                .iter()
                .map(|(name, value)| {
                    (
                        name.parse::<http::HeaderName>().unwrap(),
                        value.parse().unwrap(),
                    )
                })
                .collect();
            assert_eq!(from_own_page(&map), passes, "{headers:?}");
        }
    }
}
