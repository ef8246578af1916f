//! What planned failures do: the platforms' own error bodies, and the failures that any server can have.

use serde_json::json;

use super::faults::FaultSpec;
use crate::ga4::errors as ga4;
use crate::ga4::shape::Quality;
use crate::google_ads::errors as ads;
use crate::google_ads::{CURRENT_VERSION, is_streaming, request_id};
use crate::google_oauth;
use crate::routes::Target;
use crate::shopify::errors as shopify;
use crate::web::{Answer, Travel};

/// What happens to a request.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Another answer.
    Answer(Box<Answer>),
    /// The true answer, but its body travels badly.
    Travel(Travel),
    /// The true report, but of less quality.
    Quality(Quality),
}

/// Failures that any server can have.
const ANYWHERE: &[&str] = &[
    "status",
    "html",
    "truncated",
    "slow",
    "internal",
    "unavailable",
];
const OF_GOOGLE_APIS: &[&str] = &["unauthenticated", "version_gone"];
const OF_REPORTS: &[&str] = &["thresholded", "sampled", "other_row", "data_truncated"];
const OF_TOKENS: &[&str] = &["invalid_grant", "invalid_client"];

/// All kinds of a source.
pub fn kinds(source: &str) -> Option<Vec<String>> {
    let own: Vec<&str> = match source {
        "google_oauth" | "shopify_oauth" => OF_TOKENS.to_vec(),
        "google_ads" => ads::CATALOGUE
            .iter()
            .map(|(_, code, _)| *code)
            .chain(OF_GOOGLE_APIS.iter().copied())
            .collect(),
        "google_analytics" => {
            let own = ga4::CATALOGUE
                .iter()
                .map(|(name, ..)| *name)
                .filter(|name| !ANYWHERE.contains(name));
            own.chain(OF_GOOGLE_APIS.iter().copied())
                .chain(OF_REPORTS.iter().copied())
                .collect()
        }
        "shopify" => shopify::CATALOGUE.to_vec(),
        _ => return None,
    };
    Some(
        own.into_iter()
            .chain(ANYWHERE.iter().copied())
            .map(str::to_owned)
            .collect(),
    )
}

/// What a planned failure does to a request.
pub fn effect(spec: &FaultSpec, target: &Target, path: &str) -> Effect {
    let seconds = spec.seconds;
    match spec.kind.as_str() {
        "truncated" => Effect::Travel(Travel::Truncated),
        "slow" => Effect::Travel(Travel::Slow(seconds.unwrap_or(5))),
        "thresholded" => Effect::Quality(Quality {
            thresholded: true,
            ..Quality::default()
        }),
        "sampled" => Effect::Quality(Quality {
            sampled: true,
            ..Quality::default()
        }),
        "other_row" => Effect::Quality(Quality {
            other_row: true,
            ..Quality::default()
        }),
        "data_truncated" => Effect::Quality(Quality {
            truncated: true,
            ..Quality::default()
        }),
        kind => Effect::Answer(Box::new(
            anywhere(spec, kind, path).unwrap_or_else(|| own(spec, kind, target, path)),
        )),
    }
}

fn anywhere(spec: &FaultSpec, kind: &str, path: &str) -> Option<Answer> {
    let google = spec.source.starts_with("google");
    let json_error = |code: u16, status: &str, message: &str| {
        let body = json!({ "error": { "code": code, "message": message, "status": status } });
        ads::answer((code, body), is_streaming(path))
    };
    Some(match kind {
        "status" => {
            let body = spec.body.clone().unwrap_or_default();
            let json = body.starts_with('{') || body.starts_with('[');
            Answer::text(spec.status.unwrap_or(500), if json { "application/json" } else { "text/plain" }, body)
        }
        "html" => Answer::text(
            spec.status.unwrap_or(200),
            "text/html; charset=utf-8",
            "<!DOCTYPE html><html><head><title>One moment</title></head><body>Please wait.</body></html>".to_owned(),
        ),
        "internal" if google => json_error(500, "INTERNAL", "Internal error encountered."),
        "unavailable" if google => json_error(503, "UNAVAILABLE", "The service is currently unavailable."),
        "internal" => Answer::json(500, &json!({ "errors": "Internal Server Error" })),
        "unavailable" => Answer::json(503, &json!({ "errors": "Service Unavailable" })),
        _ => return None,
    })
}

fn own(spec: &FaultSpec, kind: &str, target: &Target, path: &str) -> Answer {
    match (target.source, kind) {
        (_, "version_gone") => Answer::google_not_found(path),
        (_, "unauthenticated") => ads::answer(
            ads::unauthenticated("ACCESS_TOKEN_EXPIRED"),
            is_streaming(path),
        ),
        ("google_oauth", "invalid_client") => {
            google_oauth::refusal(401, kind, "The OAuth client was not found.")
        }
        ("google_oauth", _) => google_oauth::invalid_grant(),
        ("shopify_oauth", _) => shopify::token_refusal(kind),
        ("google_ads", code) => {
            let known = ads::known(code);
            let error = match spec.seconds {
                Some(seconds) => known.with_retry_delay(&format!("{seconds}s")),
                None => known,
            };
            ads::answer(
                error.body(CURRENT_VERSION, &request_id()),
                is_streaming(path),
            )
        }
        ("google_analytics", name) => ga4::exhausted(name).answer(),
        (_, name) => shopify::planned(name, spec.seconds),
    }
}
