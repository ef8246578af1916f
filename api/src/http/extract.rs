//! Reading requests; what cannot be read gets a sentence.

use axum::extract::rejection::{JsonRejection, PathRejection, QueryRejection};
use axum::extract::{FromRequest, FromRequestParts, Json, Path, Query, Request};
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::dto::problem::ProblemCode;
use crate::problem::Problem;

/// Query parameters.
#[derive(Debug)]
pub struct ApiQuery<T>(pub T);

/// Path parameters; a path that cannot be read does not exist.
#[derive(Debug)]
pub struct ApiPath<T>(pub T);

/// A JSON body.
#[derive(Debug)]
pub struct ApiJson<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for ApiQuery<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(query)) => Ok(Self(query)),
            Err(rejection) => Err(query_problem(&rejection)),
        }
    }
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for ApiPath<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        Path::from_request_parts(parts, state)
            .await
            .map(|Path(path)| Self(path))
            .map_err(|_: PathRejection| Problem::new(ProblemCode::NotFound))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for ApiJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        Json::from_request(request, state)
            .await
            .map(|Json(body)| Self(body))
            .map_err(|rejection| body_problem(&rejection))
    }
}

/// The reason without the input, which may hold a password.
fn body_problem(rejection: &JsonRejection) -> Problem {
    Problem::new(match rejection {
        JsonRejection::MissingJsonContentType(_) => ProblemCode::UnsupportedMediaType,
        JsonRejection::BytesRejection(rejection)
            if rejection.status() == http::StatusCode::PAYLOAD_TOO_LARGE =>
        {
            ProblemCode::BodyTooLarge
        }
        _ => ProblemCode::InvalidBody,
    })
}

/// Names the parameter, which the reason begins with (`from: …`) or quotes (`missing field …`).
fn query_problem(rejection: &QueryRejection) -> Problem {
    let text = rejection.body_text();
    let reason = text
        .rsplit_once("query string: ")
        .map_or(text.as_str(), |(_, reason)| reason);
    let quoted = || reason.split('`').nth(1);
    let name = match reason.split_once(':') {
        Some((name, _)) if name.chars().all(char::is_alphanumeric) => Some(name),
        _ => quoted(),
    };
    match name {
        Some(name) => Problem::parameter(
            name,
            format!("The query cannot be read: {reason}. Dates are written YYYY-MM-DD."),
        ),
        None => Problem::new(ProblemCode::InvalidParameter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dto::figures::FiguresQuery;
    use crate::dto::period::PeriodQuery;

    fn problem<T: DeserializeOwned + std::fmt::Debug>(query: &str) -> Problem {
        let uri: http::Uri = format!("/x?{query}").parse().unwrap();
        query_problem(&Query::<T>::try_from_uri(&uri).unwrap_err())
    }

    #[test]
    fn the_parameter_at_fault_is_named() {
        for (query, parameter) in [
            ("from=yesterday&to=2026-01-01", "from"),
            ("to=2026-01-01", "from"),
            ("from=2026-01-01&to=2026-01-01&compare=last_week", "compare"),
            ("from=2026-01-01&to=2026-01-01&sort=%27", "sort"),
            ("from=2026-01-01&from=2026-01-02&to=2026-01-03", "from"),
            ("from=2026-13-01&to=2026-01-01", "from"),
        ] {
            assert_eq!(
                problem::<PeriodQuery>(query).about(),
                Some(parameter),
                "{query}"
            );
        }
        let cells = "account=1&level=account&grain=day&from=2026-01-01&to=2026-01-01";
        assert_eq!(
            problem::<FiguresQuery>(&format!("{cells}&source=bing")).about(),
            Some("source")
        );
        assert_eq!(
            problem::<FiguresQuery>(&format!("{cells}&source=shopify&limit=-1")).about(),
            Some("limit")
        );
    }
}
