//! The embedded S3-protocol store: each Organization gets a bucket and an account of its own.

mod gateway;
mod signature;

pub use gateway::{Gateway, REGION, StoreError};

use secrecy::SecretString;

/// What a tenant needs to use its bucket; derived, so that it is the same each time it is asked for.
#[derive(Debug, Clone)]
pub struct TenantBucket {
    /// The bucket; it bears the tenant's opaque name.
    pub bucket: String,
    /// The account's access key.
    pub access_key: String,
    /// The account's secret key.
    pub secret_key: SecretString,
}
