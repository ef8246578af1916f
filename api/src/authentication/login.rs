//! Login, logout and the switch of organization. Every success gives a new token; the old one is dead.

use dpo_warehouse::access::Access;
use dpo_warehouse::identity::{
    Attempt, ClientNetwork, Limit, SessionRecord, SessionUse, TokenHash, UserAccount,
};
use secrecy::{ExposeSecret as _, SecretString};

use super::SESSION_LIMITS;
use super::guard::Caller;
use super::password::{self, HashingError, Passwords};
use super::token::{NoRandomness, SessionToken};
use crate::dto::problem::ProblemCode;
use crate::problem::Problem;

/// A session and the token that opens it.
#[derive(Debug)]
pub struct Opened {
    /// The session.
    pub record: SessionRecord,
    /// The browser's secret.
    pub token: SessionToken,
}

/// What a person signs in with, and from where.
#[derive(Debug)]
pub struct LoginRequest<'a> {
    /// The e-mail address as typed.
    pub email: &'a str,
    /// The password.
    pub password: SecretString,
    /// Where the request comes from, if that is known.
    pub client: Option<ClientNetwork>,
    /// The session that the browser had before; it ends.
    pub old: Option<TokenHash>,
}

/// An e-mail address as it is stored.
///
/// # Errors
/// Where it cannot be an address.
pub fn normal_email(text: &str) -> Result<String, Problem> {
    let email = text.trim().to_lowercase();
    let plausible = email.contains('@')
        && email.len() <= 320
        && !email.chars().any(|c| c.is_control() || c.is_whitespace());
    if plausible {
        Ok(email)
    } else {
        Err(invalid("`email` must be an e-mail address."))
    }
}

fn invalid(detail: &str) -> Problem {
    Problem::new(ProblemCode::InvalidBody).with_detail(detail)
}

/// Signs in. Unknown users and wrong passwords take the same way and give the same answer.
///
/// # Errors
/// Wrong credentials, too many attempts, or the database is away.
pub async fn log_in(
    access: &Access,
    passwords: &Passwords,
    request: LoginRequest<'_>,
) -> Result<Opened, Problem> {
    let LoginRequest {
        email,
        password,
        client,
        old,
    } = request;
    let email = normal_email(email)?;
    if password.expose_secret().len() > password::LONGEST {
        return Err(invalid("`password` is too long."));
    }
    let user = claim(access, &email, client).await?;
    let stored = user.as_ref().and_then(|user| user.password_hash.as_ref());
    if passwords.verify(password, stored).await? {
        open(access, (&email, client), stored, old).await
    } else {
        Err(Problem::new(ProblemCode::WrongCredentials))
    }
}

/// Counts the attempt and reads the user, in one transaction that ends before the password is hashed.
async fn claim(
    access: &Access,
    email: &str,
    client: Option<ClientNetwork>,
) -> Result<Option<UserAccount>, Problem> {
    let mut identity = access.identity().await?;
    if let Attempt::Wait { seconds, limit } = identity.claim_attempt(email, client).await? {
        return Err(too_many(seconds, limit));
    }
    let user = identity.user(email).await?;
    identity.commit().await?;
    Ok(user)
}

fn too_many(seconds: u64, limit: Limit) -> Problem {
    let whose = match limit {
        Limit::Client => "from your network",
        Limit::Account => "for this account",
    };
    Problem::new(ProblemCode::TooManyAttempts)
        .with_detail(format!(
            "Too many failed logins {whose}. Try again in {seconds} seconds."
        ))
        .retry_after(seconds)
}

/// Starts the session if the account is still as it was when its password was checked.
async fn open(
    access: &Access,
    (email, client): (&str, Option<ClientNetwork>),
    checked: Option<&SecretString>,
    old: Option<TokenHash>,
) -> Result<Opened, Problem> {
    let token = SessionToken::generate()?;
    let mut identity = access.identity().await?;
    let same = |user: &UserAccount| {
        let hash =
            |secret: Option<&SecretString>| secret.map(|hash| hash.expose_secret().to_owned());
        !user.disabled && hash(user.password_hash.as_ref()) == hash(checked)
    };
    let user = identity
        .held_user(email)
        .await?
        .filter(same)
        .ok_or_else(|| Problem::new(ProblemCode::WrongCredentials))?;
    identity.forgive_attempt(email, client).await?;
    if let Some(old) = old {
        identity.end_session(old).await?;
    }
    let record = identity
        .start_session(&user.profile, token.hash(), SESSION_LIMITS)
        .await?;
    identity.commit().await?;
    Ok(Opened { record, token })
}

/// Moves the caller's session to another of their organizations, under a new token.
///
/// # Errors
/// `NotFound` where the caller has no such organization.
pub async fn choose_organization(
    access: &Access,
    caller: &Caller,
    uid: &str,
) -> Result<Opened, Problem> {
    let memberships = &caller.record.member.memberships;
    let chosen = memberships
        .iter()
        .find(|membership| membership.organization.uid == uid);
    let missing = || {
        Problem::new(ProblemCode::NotFound)
            .with_detail("No organization of yours has this id; `GET /session` lists yours.")
    };
    let chosen = chosen.ok_or_else(missing)?;
    let token = SessionToken::generate()?;
    let mut identity = access.identity().await?;
    if !identity
        .move_session(caller.token, token.hash(), &chosen.tenant)
        .await?
    {
        return Err(Problem::new(ProblemCode::NotSignedIn));
    }
    let record = identity
        .session(token.hash(), SESSION_LIMITS.idle, SessionUse::ByHand)
        .await?;
    identity.commit().await?;
    let record = record.ok_or_else(|| Problem::new(ProblemCode::NotSignedIn))?;
    Ok(Opened { record, token })
}

impl From<HashingError> for Problem {
    fn from(error: HashingError) -> Self {
        match error {
            HashingError::Busy => Self::new(ProblemCode::Busy).retry_after(5),
            HashingError::Internal(_) => {
                tracing::error!(%error, "a password could not be checked");
                Self::new(ProblemCode::Internal)
            }
        }
    }
}

impl From<NoRandomness> for Problem {
    fn from(error: NoRandomness) -> Self {
        tracing::error!(%error, "no session token could be made");
        Self::new(ProblemCode::Internal)
    }
}
