//! The administrative interface of versitygw, the embedded store.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::{Method, StatusCode, Url};
use secrecy::{ExposeSecret, SecretString};

use super::TenantBucket;
use super::signature::{Signable, Signer};

/// The region that everybody signs for.
pub const REGION: &str = "us-east-1";
const PATIENCE: Duration = Duration::from_secs(10);

/// Why a tenant's bucket could not be ensured.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It does not answer.
    #[error("the embedded store does not answer")]
    Unreachable,
    /// It answered with a refusal.
    #[error("the embedded store refused a request with status {0}")]
    Refused(u16),
}

/// The embedded store as its administrator sees it.
pub struct Gateway {
    http: reqwest::Client,
    endpoint: Url,
    access_key: SecretString,
    secret_key: SecretString,
}

struct Call<'a> {
    path: String,
    owner: Option<&'a str>,
    body: String,
}

impl Gateway {
    /// The store at `endpoint` with the root account's keys.
    #[must_use]
    pub fn new(
        http: reqwest::Client,
        endpoint: Url,
        access_key: SecretString,
        secret_key: SecretString,
    ) -> Self {
        Self {
            http,
            endpoint,
            access_key,
            secret_key,
        }
    }

    /// Whether the tenant's bucket exists and belongs to its account.
    ///
    /// # Errors
    /// The store does not answer, or refuses.
    pub async fn has(&self, tenant: &TenantBucket) -> Result<bool, StoreError> {
        let (status, body) = self
            .send(&Call {
                path: "/list-buckets".into(),
                owner: None,
                body: String::new(),
            })
            .await?;
        accept(status, &[])?;
        Ok(owned(&body, &tenant.bucket, &tenant.access_key))
    }

    /// Makes the tenant's account and bucket; either may exist already.
    ///
    /// # Errors
    /// The store does not answer, or refuses.
    pub async fn create(&self, tenant: &TenantBucket) -> Result<(), StoreError> {
        let body = format!(
            "<Account><Access>{}</Access><Secret>{}</Secret><Role>user</Role></Account>",
            tenant.access_key,
            tenant.secret_key.expose_secret()
        );
        let (status, _) = self
            .send(&Call {
                path: "/create-user".into(),
                owner: None,
                body,
            })
            .await?;
        accept(status, &[StatusCode::CONFLICT])?;
        let path = format!("/{}/create", tenant.bucket);
        let (status, _) = self
            .send(&Call {
                path,
                owner: Some(&tenant.access_key),
                body: String::new(),
            })
            .await?;
        accept(status, &[StatusCode::CONFLICT])
    }

    async fn send(&self, call: &Call<'_>) -> Result<(StatusCode, String), StoreError> {
        let host = host(&self.endpoint);
        let mut headers = vec![("host", host.as_str())];
        headers.extend(call.owner.map(|owner| ("x-vgw-owner", owner)));
        let content = Signable {
            method: "PATCH",
            path: &call.path,
            query: "",
            headers: &headers,
            body: call.body.as_bytes(),
        };
        let root = Signer {
            access_key: &self.access_key,
            secret_key: &self.secret_key,
            region: REGION,
        };
        let signed = root.sign(&content, Timestamp::now());
        let url = self
            .endpoint
            .join(&call.path)
            .map_err(|_| StoreError::Unreachable)?;
        let mut request = self
            .http
            .request(Method::PATCH, url)
            .timeout(PATIENCE)
            .header("x-amz-date", signed.date)
            .header("x-amz-content-sha256", signed.content_hash)
            .header("authorization", signed.authorization.expose_secret())
            .body(call.body.clone());
        if let Some(owner) = call.owner {
            request = request.header("x-vgw-owner", owner);
        }
        let answer = request.send().await.map_err(|_| StoreError::Unreachable)?;
        let status = answer.status();
        Ok((
            status,
            answer.text().await.map_err(|_| StoreError::Unreachable)?,
        ))
    }
}

fn accept(status: StatusCode, also: &[StatusCode]) -> Result<(), StoreError> {
    if status.is_success() || also.contains(&status) {
        Ok(())
    } else {
        Err(StoreError::Refused(status.as_u16()))
    }
}

fn host(endpoint: &Url) -> String {
    let name = endpoint.host_str().unwrap_or_default();
    endpoint
        .port()
        .map_or_else(|| name.to_owned(), |port| format!("{name}:{port}"))
}

/// Whether a list of buckets (`<Buckets><Name>…</Name><Owner>…</Owner></Buckets>`) names this bucket with this owner.
fn owned(list: &str, bucket: &str, owner: &str) -> bool {
    let name = format!("<Name>{bucket}</Name>");
    let Some((_, after)) = list.split_once(&name) else {
        return false;
    };
    let entry = after.split("<Name>").next().unwrap_or_default();
    entry.contains(&format!("<Owner>{owner}</Owner>"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_of_somebody_else_is_not_the_tenants() {
        let list = "<ListBucketsResult><Buckets><Name>t-a</Name><Owner>a</Owner></Buckets><Buckets><Name>t-b</Name><Owner>b</Owner></Buckets></ListBucketsResult>";
        assert!(owned(list, "t-a", "a"));
        assert!(!owned(list, "t-a", "b"));
        assert!(!owned(list, "t-c", "a"));
    }

    #[test]
    fn a_conflict_means_that_it_is_there() {
        assert!(accept(StatusCode::CONFLICT, &[StatusCode::CONFLICT]).is_ok());
        assert!(matches!(
            accept(StatusCode::FORBIDDEN, &[StatusCode::CONFLICT]),
            Err(StoreError::Refused(403))
        ));
    }

    #[test]
    fn the_port_is_part_of_the_signed_host() {
        assert_eq!(
            host(&"http://dpo-store.dpo-system.svc:7070".parse().unwrap()),
            "dpo-store.dpo-system.svc:7070"
        );
    }
}
