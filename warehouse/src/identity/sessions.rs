//! Sessions: opaque tokens, of which only the hash is stored.

use std::time::Duration;

use jiff::Timestamp;
use jiff_sqlx::Timestamp as SqlTimestamp;
use sqlx::FromRow;
use uuid::Uuid;

use super::{Identity, Role, UserProfile};
use crate::access::{AccessError, TenantContext};
use crate::model::TenantId;

/// SHA-256 of a session's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenHash(pub [u8; 32]);

/// How long sessions last.
#[derive(Debug, Clone, Copy)]
pub struct SessionLimits {
    /// A session that is not used for so long ends.
    pub idle: Duration,
    /// A session ends then at the latest.
    pub absolute: Duration,
}

/// Who made a request of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionUse {
    /// A person: the session counts as used.
    ByHand,
    /// The page by itself, as when it refreshes: the session does not last longer for it.
    Background,
}

/// What is shown of an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationProfile {
    /// The Organization's uid.
    pub uid: String,
    /// Its name.
    pub display_name: String,
    /// IANA zone.
    pub time_zone: String,
    /// ISO 4217.
    pub currency: String,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// BCP 47 language tag.
    pub locale: String,
    /// Suspended by its owner.
    pub suspended: bool,
}

/// A live membership in an organization that is not retired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The organization.
    pub organization: OrganizationProfile,
    /// The key to its figures.
    pub tenant: TenantContext,
    /// The role there.
    pub role: Role,
    /// The brands that scope Staff.
    pub brands: Vec<String>,
}

/// A user with every live membership, by the organization's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who it is.
    pub user: UserProfile,
    /// Where the user belongs.
    pub memberships: Vec<Membership>,
}

/// A live session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// Whose it is and where they belong now.
    pub member: Member,
    /// Where it works: an index into the memberships; none once that membership is gone.
    current: Option<usize>,
    /// It ends then at the latest.
    pub expires_at: Timestamp,
    /// It ends then unless it is used.
    pub idle_expires_at: Timestamp,
}

impl SessionRecord {
    /// The membership that the session works in.
    #[must_use]
    pub fn membership(&self) -> Option<&Membership> {
        self.current
            .and_then(|index| self.member.memberships.get(index))
    }
}

#[derive(FromRow)]
struct SessionRow {
    #[sqlx(flatten)]
    user: UserProfile,
    tenant: Option<String>,
    expires_at: SqlTimestamp,
    idle_expires_at: SqlTimestamp,
    stale: bool,
}

#[derive(FromRow)]
struct MembershipRow {
    tenant: String,
    role: String,
    brands: Option<Vec<String>>,
    uid: String,
    display_name: String,
    time_zone: String,
    currency: String,
    country: Option<String>,
    locale: String,
    state: String,
    schema_version: i32,
}

impl MembershipRow {
    /// None for a row that this release cannot read: access is then refused.
    fn read(self) -> Option<Membership> {
        let tenant: TenantId = self.tenant.parse().ok()?;
        Some(Membership {
            tenant: TenantContext::new(tenant, self.schema_version),
            role: self.role.parse().ok()?,
            brands: self.brands.unwrap_or_default(),
            organization: OrganizationProfile {
                uid: self.uid,
                display_name: self.display_name,
                time_zone: self.time_zone,
                currency: self.currency,
                country: self.country,
                locale: self.locale,
                suspended: self.state == "suspended",
            },
        })
    }
}

impl Identity {
    /// Starts a session in the organization that the user chose last, else in the first by name, if there is one.
    ///
    /// # Errors
    /// Where the database is away.
    pub async fn start_session(
        &mut self,
        user: &UserProfile,
        token: TokenHash,
        limits: SessionLimits,
    ) -> Result<SessionRecord, AccessError> {
        let memberships = self.memberships(user.id).await?;
        let last: Option<String> =
            sqlx::query_scalar("SELECT last_tenant FROM control.users WHERE id = $1")
                .bind(user.id)
                .fetch_one(&mut *self.transaction)
                .await?;
        let current = first_choice(&memberships, last.as_deref());
        let tenant = current.map(|index| memberships[index].tenant.tenant().as_str());
        sqlx::query(ENDED_SESSIONS)
            .execute(&mut *self.transaction)
            .await?;
        let (expires_at, idle_expires_at): (SqlTimestamp, SqlTimestamp) = sqlx::query_as(
            "INSERT INTO control.sessions (token_hash, user_id, tenant, expires_at) \
             VALUES ($1, $2, $3, now() + make_interval(secs => $4)) \
             RETURNING expires_at, now() + make_interval(secs => $5)",
        )
        .bind(&token.0[..])
        .bind(user.id)
        .bind(tenant)
        .bind(limits.absolute.as_secs_f64())
        .bind(limits.idle.as_secs_f64())
        .fetch_one(&mut *self.transaction)
        .await?;
        Ok(SessionRecord {
            current,
            member: Member {
                user: user.clone(),
                memberships,
            },
            expires_at: expires_at.to_jiff(),
            idle_expires_at: idle_expires_at.to_jiff(),
        })
    }

    /// The live session with this token; notes that it was used where a person used it.
    ///
    /// # Errors
    /// Where the database is away.
    pub async fn session(
        &mut self,
        token: TokenHash,
        idle: Duration,
        by: SessionUse,
    ) -> Result<Option<SessionRecord>, AccessError> {
        let row: Option<SessionRow> = sqlx::query_as(SESSION)
            .bind(&token.0[..])
            .bind(idle.as_secs_f64())
            .bind(by == SessionUse::ByHand)
            .fetch_optional(&mut *self.transaction)
            .await?;
        let Some(row) = row else { return Ok(None) };
        if row.stale {
            sqlx::query("UPDATE control.sessions SET last_seen_at = now() WHERE token_hash = $1")
                .bind(&token.0[..])
                .execute(&mut *self.transaction)
                .await?;
        }
        let memberships = self.memberships(row.user.id).await?;
        let current = position(&memberships, row.tenant.as_deref());
        Ok(Some(SessionRecord {
            current,
            member: Member {
                user: row.user,
                memberships,
            },
            expires_at: row.expires_at.to_jiff(),
            idle_expires_at: row.idle_expires_at.to_jiff(),
        }))
    }

    /// Moves a session to another organization under a new token; the old token is dead. False where the session or
    /// the membership is gone: drop the transaction.
    ///
    /// # Errors
    /// Where the database is away.
    pub async fn move_session(
        &mut self,
        old: TokenHash,
        new: TokenHash,
        tenant: &TenantContext,
    ) -> Result<bool, AccessError> {
        // The user before the session, as a login and a new password have it, so that none waits for another for ever.
        sqlx::query(
            "UPDATE control.users SET last_tenant = $2 \
             WHERE id = (SELECT user_id FROM control.sessions WHERE token_hash = $1)",
        )
        .bind(&old.0[..])
        .bind(tenant.tenant().as_str())
        .execute(&mut *self.transaction)
        .await?;
        let moved = sqlx::query(
            "UPDATE control.sessions AS session SET token_hash = $2, tenant = $3, last_seen_at = now() \
             WHERE token_hash = $1 AND EXISTS (SELECT FROM control.memberships AS member \
                 WHERE member.tenant = $3 AND member.user_id = session.user_id)",
        )
        .bind(&old.0[..])
        .bind(&new.0[..])
        .bind(tenant.tenant().as_str())
        .execute(&mut *self.transaction)
        .await?;
        Ok(moved.rows_affected() > 0)
    }

    /// Ends a session; nothing happens where it ended before.
    ///
    /// # Errors
    /// Where the database is away.
    pub async fn end_session(&mut self, token: TokenHash) -> Result<(), AccessError> {
        sqlx::query("DELETE FROM control.sessions WHERE token_hash = $1")
            .bind(&token.0[..])
            .execute(&mut *self.transaction)
            .await?;
        Ok(())
    }

    async fn memberships(&mut self, user: Uuid) -> Result<Vec<Membership>, AccessError> {
        let rows: Vec<MembershipRow> = sqlx::query_as(
            "SELECT member.tenant, member.role, member.brands, organization.uid, organization.display_name, \
                    organization.time_zone, organization.currency, organization.country, organization.locale, \
                    organization.state, organization.schema_version \
             FROM control.memberships AS member JOIN control.organizations AS organization USING (tenant) \
             WHERE member.user_id = $1 AND organization.state <> 'retired' \
             ORDER BY organization.display_name, member.tenant",
        )
        .bind(user)
        .fetch_all(&mut *self.transaction)
        .await?;
        Ok(rows.into_iter().filter_map(MembershipRow::read).collect())
    }
}

fn position(memberships: &[Membership], tenant: Option<&str>) -> Option<usize> {
    memberships
        .iter()
        .position(|each| Some(each.tenant.tenant().as_str()) == tenant)
}

fn first_choice(memberships: &[Membership], last: Option<&str>) -> Option<usize> {
    position(memberships, last).or((!memberships.is_empty()).then_some(0))
}

/// Waits for nobody, so that no two logins wait for each other.
const ENDED_SESSIONS: &str = "DELETE FROM control.sessions WHERE token_hash IN (\
     SELECT token_hash FROM control.sessions WHERE expires_at < now() LIMIT 1000 FOR UPDATE SKIP LOCKED)";

/// A session is stale when its last use was noted more than a minute ago.
const SESSION: &str = "SELECT users.id, users.email, users.display_name, users.locale, session.tenant, session.expires_at, \
            CASE WHEN $3 THEN now() ELSE session.last_seen_at END + make_interval(secs => $2) AS idle_expires_at, \
            $3 AND session.last_seen_at < now() - interval '1 minute' AS stale \
     FROM control.sessions AS session JOIN control.users ON users.id = session.user_id \
     WHERE session.token_hash = $1 AND NOT users.disabled AND session.expires_at > now() \
       AND session.last_seen_at + make_interval(secs => $2) > now()";
