//! Which platform a request is for, what is planned for it, and who answers.

use serde_json::json;

use crate::control::{self, Effect, log::Entry};
use crate::ga4::shape::Quality;
use crate::web::{Answer, Request, Travel};
use crate::world::World;
use crate::{ga4, google_ads, google_oauth, shopify, truth};

/// Characters of a request's text that the log keeps.
const LONGEST_TEXT: usize = 4000;

/// The source and account of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// `google_oauth`, `google_ads`, `google_analytics`, `shopify_oauth` or `shopify`.
    pub source: &'static str,
    /// Customer, property or shop, when the request names it.
    pub account: Option<String>,
}

/// Answers any request.
pub fn answer(world: &World, request: &Request) -> Answer {
    match request.segments().first() {
        Some(&"_control") => control::answer(world, request),
        Some(&"truth") => truth::answer(world, request),
        Some(&"healthz") => Answer::json(200, &json!({ "status": "ok" })),
        _ => platform(world, request),
    }
}

fn platform(world: &World, request: &Request) -> Answer {
    let Some(target) = target(world, request) else {
        return Answer::google_not_found(&request.path);
    };
    let struck = world
        .faults()
        .strike(&target, &request.path, &searched_text(&target, request));
    let (fault, effect) = struck.map_or((None, None), |(id, effect)| (Some(id), Some(effect)));
    let answer = match effect {
        Some(Effect::Answer(answer)) => *answer,
        Some(Effect::Travel(travel)) => Answer {
            travel,
            ..true_answer(world, &target, request, Quality::default())
        },
        Some(Effect::Quality(quality)) => true_answer(world, &target, request, quality),
        None => true_answer(world, &target, request, Quality::default()),
    };
    record(world, request, target, &answer, fault);
    answer
}

fn true_answer(world: &World, target: &Target, request: &Request, quality: Quality) -> Answer {
    let answer = match target.source {
        "google_oauth" => google_oauth::answer(world, request),
        "google_ads" => google_ads::answer(world, request),
        "google_analytics" => ga4::answer(world, request, quality),
        "shopify_oauth" => shopify::oauth::answer(world, request),
        _ => shopify::answer(world, request),
    };
    Answer {
        travel: Travel::Whole,
        ..answer
    }
}

/// The target of a path; a known host must serve the path.
fn target(world: &World, request: &Request) -> Option<Target> {
    let segments = request.segments();
    let (hosts, source, account): (&[&str], _, _) = match segments.as_slice() {
        ["token"] => (&["oauth2.googleapis.com"], "google_oauth", None),
        ["v1beta", "accountSummaries"] => {
            (&["analyticsadmin.googleapis.com"], "google_analytics", None)
        }
        ["v1beta", "properties", ..] => (
            &[
                "analyticsdata.googleapis.com",
                "analyticsadmin.googleapis.com",
            ],
            "google_analytics",
            ga4::property_of(&request.path).map(str::to_owned),
        ),
        ["admin", "oauth", "access_token"] => (
            &[".myshopify.com"],
            "shopify_oauth",
            shopify::shop_of(world, request),
        ),
        ["admin", "api", ..] => (
            &[".myshopify.com"],
            "shopify",
            shopify::shop_of(world, request),
        ),
        [version, ..] if google_ads::version(version).is_some() => (
            &["googleads.googleapis.com"],
            "google_ads",
            google_ads::account_of(&request.path).map(str::to_owned),
        ),
        _ => return None,
    };
    let served = request
        .platform_host()
        .is_none_or(|named| hosts.iter().any(|host| named.ends_with(host)));
    served.then_some(Target { source, account })
}

/// What plans are compared with; token requests show their grant only, and a token in the query string is left out.
fn searched_text(target: &Target, request: &Request) -> String {
    if target.source.ends_with("_oauth") {
        return grant(request);
    }
    let parameters = request
        .query
        .split('&')
        .filter(|pair| !pair.starts_with("access_token="));
    let body = String::from_utf8_lossy(&request.body);
    format!("{} {body}", parameters.collect::<Vec<_>>().join("&"))
}

fn grant(request: &Request) -> String {
    let fields = request.fields();
    fields
        .iter()
        .find(|(name, _)| name == "grant_type")
        .map_or_else(String::new, |(_, value)| format!("grant_type={value}"))
}

fn record(world: &World, request: &Request, target: Target, answer: &Answer, fault: Option<u64>) {
    let text: String = searched_text(&target, request)
        .trim()
        .chars()
        .take(LONGEST_TEXT)
        .collect();
    tracing::info!(
        source = target.source,
        account = target.account.as_deref().unwrap_or_default(),
        method = %request.method,
        path = %request.path,
        status = answer.status,
        fault,
        "answered"
    );
    world.log().add(Entry {
        number: 0,
        time: world.now().to_string(),
        source: target.source,
        account: target.account,
        method: request.method.clone(),
        host: request.platform_host().map(str::to_owned),
        path: request.path.clone(),
        text,
        status: answer.status,
        fault,
    });
}
