//! The `OpenAPI` document, made from the handlers. `api/openapi.json` is its checked-in copy.

use utoipa::OpenApi as _;
use utoipa::openapi::OpenApi;
use utoipa::openapi::content::ContentBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Ref, RefOr, Required, Schema};

use crate::authentication::cookie::CookiePolicy;
use crate::authentication::guard::{BACKGROUND, ORGANIZATION};
use crate::dto::period::Compare;
use crate::dto::problem::ProblemDetails;
use crate::routes::{api, operations};

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "Digital Performance Optimizer",
        description = "Figures are exact decimals as text with their currency beside them; null means not reported, never zero. \
            Dates are ISO local dates of the account, instants RFC 3339 in UTC, ids text. Errors are RFC 9457 problem details with a `code`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    tags(
        (name = "session", description = "Login, logout, organization switch"),
        (name = "figures", description = "What was spent, measured and earned"),
        (name = "connections", description = "How the data sources do"),
    ),
    components(schemas(Compare, ProblemDetails))
)]
struct Document;

/// Answers that every route may give, with what they mean.
const COMMON_PROBLEMS: [(&str, &str); 6] = [
    ("400", "A parameter or the body is malformed"),
    ("401", "Not signed in"),
    (
        "403",
        "Not allowed, no organization, or a request from another site",
    ),
    ("504", "The answer took too long"),
    ("500", "Our fault"),
    (
        "503",
        "The database is away or the organization is not ready",
    ),
];

/// The whole document.
#[must_use]
pub fn document() -> OpenApi {
    let mut document = Document::openapi();
    document.merge(api().0.into_openapi());
    for item in document.paths.paths.values_mut() {
        operations(item).for_each(|(method, operation)| complete(method, operation));
    }
    let components = document.components.get_or_insert_default();
    let cookie = ApiKey::Cookie(ApiKeyValue::with_description(
        CookiePolicy::Secure.name(),
        "Set by `POST /session`; named `dpo` where the API is served over plain http on loopback.",
    ));
    components.add_security_scheme("session", SecurityScheme::ApiKey(cookie));
    components
        .schemas
        .values_mut()
        .for_each(require_every_property);
    document
}

fn complete(method: &str, operation: &mut Operation) {
    for (status, description) in COMMON_PROBLEMS {
        operation
            .responses
            .responses
            .entry(status.to_owned())
            .or_insert_with(|| problem(description));
    }
    let requirement = operation
        .extensions
        .as_ref()
        .and_then(|all| all.get("x-dpo-requirement"))
        .and_then(serde_json::Value::as_str)
        .map(str::to_owned);
    match requirement.as_deref() {
        Some("anybody") => return,
        Some("signed_in") => {}
        _ => of_the_organization(operation),
    }
    operation.security = Some(vec![SecurityRequirement::new("session", [] as [&str; 0])]);
    if method == "GET" {
        parameters(operation).push(optional_header(BACKGROUND, Type::Boolean, REFRESH));
    }
}

const REFRESH: &str = "`true` for a request that nobody made by hand, such as a refresh by the page: the session does not count as used.";

/// What the routes have in common that answer for the organization that the session works in.
fn of_the_organization(operation: &mut Operation) {
    let changed = "The session works in another organization than `X-Dpo-Organization` names";
    operation
        .responses
        .responses
        .insert("409".to_owned(), problem(changed));
    let named = "The id of the organization that the page shows. Where the session works in another one, \
        as after a switch in another window, the answer is 409 `organization_changed`.";
    parameters(operation).push(optional_header(ORGANIZATION, Type::String, named));
}

fn parameters(operation: &mut Operation) -> &mut Vec<RefOr<Parameter>> {
    operation.parameters.get_or_insert_default()
}

fn optional_header(name: &str, kind: Type, description: &str) -> RefOr<Parameter> {
    let header = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(description))
        .schema(Some(ObjectBuilder::new().schema_type(kind)))
        .build();
    RefOr::T(header)
}

/// Answers write every key, with null where there is no value, so clients need not tell absent from null.
fn require_every_property(schema: &mut RefOr<Schema>) {
    if let RefOr::T(Schema::Object(object)) = schema {
        object.required = object.properties.keys().cloned().collect();
    }
}

fn problem(description: &str) -> RefOr<utoipa::openapi::Response> {
    let schema = Ref::from_schema_name("ProblemDetails");
    let content = ContentBuilder::new().schema(Some(schema)).build();
    RefOr::T(
        ResponseBuilder::new()
            .description(description)
            .content("application/problem+json", content)
            .build(),
    )
}

/// The document as the checked-in file has it.
///
/// # Errors
/// When it cannot be written as JSON, which the drift test rules out.
pub fn text() -> Result<String, serde_json::Error> {
    Ok(document().to_pretty_json()? + "\n")
}

#[cfg(test)]
mod tests {
    #[test]
    fn checked_in_document_is_current() {
        let checked_in = include_str!("../openapi.json");
        assert!(
            checked_in == super::text().unwrap(),
            "api/openapi.json is out of date: run `cargo run -p dpo-api -- openapi > api/openapi.json`"
        );
    }
}
