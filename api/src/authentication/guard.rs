//! The guard before every route: it asks the route's requirement, the session, the organization that the request names
//! and the policy table, in this order, and lets nothing through that has no requirement.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{FromRequestParts, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use dpo_warehouse::identity::{Membership, SessionRecord, SessionUse, TokenHash};
use http::request::Parts;
use http::{HeaderMap, Method};

use super::SESSION_LIMITS;
use crate::dto::problem::ProblemCode;
use crate::policy::{Action, Permission, Requirement, permission};
use crate::problem::Problem;
use crate::state::ApiState;

/// Names the organization that the page shows. The session's cookie is shared by all windows of a browser, so that a switch
/// in one of them would put another organization's figures under the first one's name.
pub const ORGANIZATION: &str = "X-Dpo-Organization";
/// `true` for a request that nobody made by hand, such as the page's own refresh.
pub const BACKGROUND: &str = "X-Dpo-Background";

/// What each route asks of the caller, by path template and method.
pub type Requirements = BTreeMap<(String, String), Requirement>;

/// A signed-in user.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The live session.
    pub record: SessionRecord,
    /// The key to it.
    pub token: TokenHash,
}

/// A member whose role allows what the route does.
#[derive(Debug, Clone)]
pub struct Member {
    /// Where, and as what.
    pub membership: Membership,
    /// How far the permission reaches; never [`Permission::Nothing`].
    pub permission: Permission,
}

/// What the guard needs.
#[derive(Debug, Clone)]
pub struct Gate {
    /// The API's state.
    pub state: ApiState,
    /// What each route asks.
    pub requirements: Arc<Requirements>,
}

/// Lets a request through to its route, or not.
///
/// # Errors
/// Not signed in, no organization, not allowed, or the database is away.
pub async fn guard(
    State(gate): State<Gate>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    match requirement(&gate.requirements, &request)? {
        Requirement::Anybody => {}
        Requirement::SignedIn => {
            let caller = caller(&gate.state, request.headers()).await?;
            request.extensions_mut().insert(caller);
        }
        Requirement::May(action) => {
            let caller = caller(&gate.state, request.headers()).await?;
            let member = member(&caller.record, request.headers(), action)?;
            request.extensions_mut().insert(member);
        }
    }
    Ok(next.run(request).await)
}

fn requirement(requirements: &Requirements, request: &Request) -> Result<Requirement, Problem> {
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("", MatchedPath::as_str);
    let method = if request.method() == Method::HEAD {
        &Method::GET
    } else {
        request.method()
    };
    requirements
        .get(&(path.to_owned(), method.to_string()))
        .copied()
        .ok_or_else(|| Problem::new(ProblemCode::MethodNotAllowed))
}

async fn caller(state: &ApiState, headers: &HeaderMap) -> Result<Caller, Problem> {
    let nobody = || Problem::new(ProblemCode::NotSignedIn);
    let token = state.cookies.read(headers).ok_or_else(nobody)?.hash();
    let mut identity = state.access.identity().await?;
    let record = identity
        .session(token, SESSION_LIMITS.idle, session_use(headers))
        .await?;
    identity.commit().await?;
    Ok(Caller {
        record: record.ok_or_else(nobody)?,
        token,
    })
}

fn session_use(headers: &HeaderMap) -> SessionUse {
    if headers.get(BACKGROUND).is_some_and(|value| value == "true") {
        SessionUse::Background
    } else {
        SessionUse::ByHand
    }
}

fn member(record: &SessionRecord, headers: &HeaderMap, action: Action) -> Result<Member, Problem> {
    let membership = record
        .membership()
        .ok_or_else(|| Problem::new(ProblemCode::NoOrganization))?;
    let current = membership.organization.uid.as_str();
    if headers
        .get_all(ORGANIZATION)
        .iter()
        .any(|named| named != current)
    {
        return Err(Problem::new(ProblemCode::OrganizationChanged));
    }
    match permission(membership.role.into(), action) {
        Permission::Nothing => Err(Problem::new(ProblemCode::NotAllowed)),
        permission => Ok(Member {
            membership: membership.clone(),
            permission,
        }),
    }
}

/// Reads what the guard left. A route that asks for more than its requirement gives fails closed.
fn left_by_guard<T: Clone + Send + Sync + 'static>(parts: &Parts) -> Result<T, Problem> {
    parts
        .extensions
        .get::<T>()
        .cloned()
        .ok_or_else(|| Problem::new(ProblemCode::NotSignedIn))
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        left_by_guard(parts)
    }
}

impl<S: Sync> FromRequestParts<S> for Member {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        left_by_guard(parts)
    }
}
