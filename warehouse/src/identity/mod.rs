//! Users, memberships, sessions and failed logins, as the API's own login sees them: no figures, no tenant's rows.

mod attempts;
mod budget;
mod client;
mod sessions;
mod users;

use sqlx::{Postgres, Transaction};

pub use attempts::{Attempt, Limit};
pub use client::ClientNetwork;
pub use sessions::{
    Member, Membership, OrganizationProfile, SessionLimits, SessionRecord, SessionUse, TokenHash,
};
pub use users::{Role, UserAccount, UserProfile};

use crate::access::AccessError;

/// A transaction on the identity tables; dropping it undoes what it did.
#[derive(Debug)]
pub struct Identity {
    transaction: Transaction<'static, Postgres>,
}

impl Identity {
    pub(crate) const fn new(transaction: Transaction<'static, Postgres>) -> Self {
        Self { transaction }
    }

    /// Makes what was done last.
    ///
    /// # Errors
    /// Where the database is away.
    pub async fn commit(self) -> Result<(), AccessError> {
        Ok(self.transaction.commit().await?)
    }
}
