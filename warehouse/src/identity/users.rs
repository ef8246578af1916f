//! Users and their passwords.

use secrecy::{ExposeSecret as _, SecretString};
use sqlx::FromRow;
use strum::{Display, EnumIter, EnumString, IntoStaticStr};
use uuid::Uuid;

use super::Identity;
use crate::access::AccessError;

/// A member's role in an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Display, EnumIter, EnumString, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Role {
    /// The owner.
    Ceo,
    /// Runs the marketing.
    Director,
    /// Works on some brands.
    Staff,
}

/// What is shown of a user.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub struct UserProfile {
    /// The user's id.
    pub id: Uuid,
    /// The e-mail address, in lower case.
    pub email: String,
    /// The name to show.
    pub display_name: Option<String>,
    /// A BCP 47 language tag.
    pub locale: Option<String>,
}

/// What a login and the administration need of a user.
#[derive(Debug)]
pub struct UserAccount {
    /// Who it is.
    pub profile: UserProfile,
    /// The password's PHC string; none until a password was set.
    pub password_hash: Option<SecretString>,
    /// Switched off by the platform team.
    pub disabled: bool,
    /// In how many organizations that are not retired.
    pub memberships: i64,
}

#[derive(FromRow)]
struct AccountRow {
    #[sqlx(flatten)]
    profile: UserProfile,
    password_hash: Option<String>,
    disabled: bool,
    memberships: i64,
}

impl From<AccountRow> for UserAccount {
    fn from(row: AccountRow) -> Self {
        Self {
            profile: row.profile,
            password_hash: row.password_hash.map(SecretString::from),
            disabled: row.disabled,
            memberships: row.memberships,
        }
    }
}

const ACCOUNT: &str = "SELECT users.id, users.email, users.display_name, users.locale, users.password_hash, users.disabled, \
     (SELECT count(*) FROM control.memberships JOIN control.organizations USING (tenant) \
      WHERE memberships.user_id = users.id AND organizations.state <> 'retired') AS memberships \
     FROM control.users WHERE $1::text IS NULL OR users.email = $1 ORDER BY users.email";

impl Identity {
    /// The user with this address (lower case), if any.
    ///
    /// # Errors
    /// Where the database is away.
    pub async fn user(&mut self, email: &str) -> Result<Option<UserAccount>, AccessError> {
        let row: Option<AccountRow> = sqlx::query_as(ACCOUNT)
            .bind(email)
            .fetch_optional(&mut *self.transaction)
            .await?;
        Ok(row.map(UserAccount::from))
    }

    /// The same; the user's password does not change before the transaction ends.
    ///
    /// # Errors
    /// Where the database is away.
    pub async fn held_user(&mut self, email: &str) -> Result<Option<UserAccount>, AccessError> {
        sqlx::query("SELECT id FROM control.users WHERE email = $1 FOR SHARE")
            .bind(email)
            .execute(&mut *self.transaction)
            .await?;
        self.user(email).await
    }

    /// All users, by address.
    ///
    /// # Errors
    /// Where the database is away.
    pub async fn users(&mut self) -> Result<Vec<UserAccount>, AccessError> {
        let rows: Vec<AccountRow> = sqlx::query_as(ACCOUNT)
            .bind(None::<&str>)
            .fetch_all(&mut *self.transaction)
            .await?;
        Ok(rows.into_iter().map(UserAccount::from).collect())
    }

    /// Sets a user's password and ends all of the user's sessions. False where there is no such user.
    ///
    /// # Errors
    /// Where the database is away.
    pub async fn set_password(
        &mut self,
        email: &str,
        password_hash: &SecretString,
    ) -> Result<bool, AccessError> {
        let user: Option<Uuid> = sqlx::query_scalar(
            "UPDATE control.users SET password_hash = $2 WHERE email = $1 RETURNING id",
        )
        .bind(email)
        .bind(password_hash.expose_secret())
        .fetch_optional(&mut *self.transaction)
        .await?;
        let Some(user) = user else { return Ok(false) };
        // Failures before sessions, as a login has it, so that the two never wait for each other.
        self.forget_failures(email).await?;
        sqlx::query("DELETE FROM control.sessions WHERE user_id = $1")
            .bind(user)
            .execute(&mut *self.transaction)
            .await?;
        Ok(true)
    }
}
