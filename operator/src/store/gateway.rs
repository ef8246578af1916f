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

#[derive(Default)]
struct Call<'a> {
    path: String,
    /// In canonical form.
    query: String,
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
                ..Call::default()
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
                body,
                ..Call::default()
            })
            .await?;
        accept(status, &[StatusCode::CONFLICT])?;
        let path = format!("/{}/create", tenant.bucket);
        let (status, _) = self
            .send(&Call {
                path,
                owner: Some(&tenant.access_key),
                ..Call::default()
            })
            .await?;
        accept(status, &[StatusCode::CONFLICT])
    }

    /// Takes a tenant's account away, so that its keys open nothing any more; what is in its bucket stays. One that is gone already is fine.
    ///
    /// # Errors
    /// The store does not answer, or refuses.
    pub async fn remove_account(&self, access_key: &str) -> Result<(), StoreError> {
        let (status, _) = self
            .send(&Call {
                path: "/delete-user".into(),
                query: format!("access={access_key}"),
                ..Call::default()
            })
            .await?;
        accept(status, &[StatusCode::NOT_FOUND])
    }

    async fn send(&self, call: &Call<'_>) -> Result<(StatusCode, String), StoreError> {
        let host = host(&self.endpoint);
        let mut headers = vec![("host", host.as_str())];
        headers.extend(call.owner.map(|owner| ("x-vgw-owner", owner)));
        let content = Signable {
            method: "PATCH",
            path: &call.path,
            query: &call.query,
            headers: &headers,
            body: call.body.as_bytes(),
        };
        let root = Signer {
            access_key: &self.access_key,
            secret_key: &self.secret_key,
            region: REGION,
        };
        let signed = root.sign(&content, Timestamp::now());
        let mut url = self
            .endpoint
            .join(&call.path)
            .map_err(|_| StoreError::Unreachable)?;
        url.set_query(Some(call.query.as_str()).filter(|query| !query.is_empty()));
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
    use std::{
        path::{Path, PathBuf},
        process::{Child, Command, Stdio},
    };

    use super::*;
    use crate::fixtures;

    /// The store on loopback, on a directory of its own, with the options that the chart gives it.
    struct Server {
        process: Child,
        directory: PathBuf,
        endpoint: Url,
    }

    impl Server {
        /// `None` where it is not installed.
        async fn start() -> Option<Self> {
            let Some(program) = program() else {
                eprintln!(
                    "skipped: versitygw is not installed; set DPO_TEST_VERSITYGW to its path"
                );
                return None;
            };
            let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
            let address = port.local_addr().unwrap();
            drop(port);
            let name = format!("dpo-operator-store-{}", std::process::id());
            let directory = std::env::temp_dir().join(name);
            for folder in ["accounts", "metadata", "buckets"] {
                std::fs::create_dir_all(directory.join(folder)).unwrap();
            }
            let folder = |name: &str| directory.join(name).display().to_string();
            let process = Command::new(program)
                .args(["--quiet", "--access", "root", "--secret", "root-secret"])
                .args(["--port", &address.to_string(), "--health=/healthz"])
                .args(["--iam-dir", &folder("accounts"), "posix"])
                .args(["--sidecar", &folder("metadata"), &folder("buckets")])
                .stdout(Stdio::null())
                .spawn()
                .unwrap();
            let server = Self {
                process,
                directory,
                endpoint: format!("http://{address}").parse().unwrap(),
            };
            for _ in 0..400 {
                if tokio::net::TcpStream::connect(address).await.is_ok() {
                    return Some(server);
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
            panic!("the store does not listen on {address}");
        }

        fn gateway(&self, secret_key: &str) -> Gateway {
            Gateway::new(
                fixtures::http(),
                self.endpoint.clone(),
                "root".into(),
                secret_key.into(),
            )
        }

        /// What a tenant's list of its bucket is answered with.
        async fn list(&self, tenant: &TenantBucket) -> u16 {
            let (path, host) = (format!("/{}", tenant.bucket), host(&self.endpoint));
            let content = Signable {
                method: "GET",
                path: &path,
                query: "",
                headers: &[("host", host.as_str())],
                body: b"",
            };
            let account = Signer {
                access_key: &tenant.access_key.clone().into(),
                secret_key: &tenant.secret_key,
                region: REGION,
            };
            let signed = account.sign(&content, Timestamp::now());
            let request = fixtures::http()
                .get(self.endpoint.join(&path).unwrap())
                .header("x-amz-date", signed.date)
                .header("x-amz-content-sha256", signed.content_hash)
                .header("authorization", signed.authorization.expose_secret());
            request.send().await.unwrap().status().as_u16()
        }
    }

    impl Drop for Server {
        fn drop(&mut self) {
            self.process.kill().unwrap();
            self.process.wait().unwrap();
            std::fs::remove_dir_all(&self.directory).unwrap();
        }
    }

    /// `DPO_TEST_VERSITYGW`, or `versitygw` on the PATH.
    fn program() -> Option<PathBuf> {
        let named = std::env::var_os("DPO_TEST_VERSITYGW").map(PathBuf::from);
        let path = std::env::var_os("PATH").unwrap_or_default();
        let mut on_path = std::env::split_paths(&path).map(|folder| folder.join("versitygw"));
        named.or_else(|| on_path.find(|program: &PathBuf| Path::exists(program)))
    }

    fn tenant(name: &str) -> TenantBucket {
        TenantBucket {
            bucket: format!("t-{name}"),
            access_key: format!("access-of-{name}"),
            secret_key: format!("secret-of-{name}").into(),
        }
    }

    #[tokio::test]
    async fn an_account_that_is_removed_opens_nothing_and_its_bucket_stays() {
        let Some(server) = Server::start().await else {
            return;
        };
        let root = server.gateway("root-secret");
        let (leaving, staying) = (tenant("leaving"), tenant("staying"));
        for tenant in [&leaving, &staying] {
            root.create(tenant).await.unwrap();
            assert_eq!(server.list(tenant).await, 200);
        }
        for _ in 0..2 {
            root.remove_account(&leaving.access_key).await.unwrap();
            assert_eq!(server.list(&leaving).await, 403);
        }
        root.remove_account("never-made").await.unwrap();
        assert!(root.has(&leaving).await.unwrap(), "the bucket stays");
        assert_eq!(server.list(&staying).await, 200);
        let stranger = server.gateway("wrong");
        let refused = stranger.remove_account(&staying.access_key).await;
        assert!(matches!(refused, Err(StoreError::Refused(403))));
        assert_eq!(server.list(&staying).await, 200);
    }

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
