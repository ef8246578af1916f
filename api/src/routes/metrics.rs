//! The metric dictionary.

use axum::Json;

use crate::answers::dictionary::dictionary;
use crate::dto::dictionary::Dictionary;

/// What every figure means
#[utoipa::path(
    get, path = "/metrics", tag = "figures", operation_id = "getDictionary",
    responses((status = 200, description = "The dictionary", body = Dictionary))
)]
pub async fn show() -> Json<Dictionary> {
    Json(dictionary())
}
