//! Object stores: anything that speaks the S3 protocol, or a directory for work from a shell.

use std::error::Error as _;
use std::path::Path as FilePath;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::{Stream, TryStreamExt as _};
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    Attribute, BackoffConfig, ClientOptions, ObjectMeta, ObjectStore, ObjectStoreExt as _, PutMode,
    PutOptions, RetryConfig,
};
use secrecy::{ExposeSecret as _, SecretString};

/// What is wrong with a store, with what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No room.
    #[error(
        "the archive store is full: {0}; enlarge it or raise its quota, days stay in Postgres until then"
    )]
    Full(String),
    /// The keys are wrong or their rights too small.
    #[error(
        "the archive store refuses the access key: {0}; the Secret needs an access-key and secret-key that may put, get and delete objects in the bucket"
    )]
    Denied(String),
    /// No answer.
    #[error(
        "the archive store cannot be reached: {0}; check the Secret's endpoint, days stay in Postgres until then"
    )]
    Unreachable(String),
    /// The bucket or the object is not there.
    #[error(
        "the archive store has no such bucket or object: {0}; make the bucket or correct the Secret"
    )]
    Missing(String),
    /// The settings make no sense.
    #[error("the archive store's settings are wrong: {0}")]
    Settings(String),
    /// Anything else.
    #[error("the archive store failed: {0}")]
    Failed(String),
}

impl StoreError {
    /// A bounded word for metrics and conditions.
    #[must_use]
    pub const fn category(&self) -> &'static str {
        match self {
            Self::Full(_) => "archive_store_full",
            Self::Denied(_) => "archive_store_denied",
            Self::Unreachable(_) => "archive_store_unreachable",
            Self::Missing(_) => "archive_store_missing",
            Self::Settings(_) => "archive_store_settings",
            Self::Failed(_) => "archive_store_failed",
        }
    }
}

/// How an S3-protocol store is reached.
#[derive(Debug, Clone)]
pub struct S3Settings {
    /// The address, such as `http://dpo-store.dpo-system.svc:7070`; empty for AWS itself.
    pub endpoint: String,
    /// The region.
    pub region: String,
    /// The bucket.
    pub bucket: String,
    /// The access key.
    pub access_key: SecretString,
    /// Its secret.
    pub secret_key: SecretString,
}

/// A bucket or a directory, with the path inside that all objects begin with.
#[derive(Debug, Clone)]
pub struct Store {
    objects: Arc<dyn ObjectStore>,
    prefix: String,
    storage_classes: bool,
}

/// What became of a create-only upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Uploaded {
    pub(crate) entity_tag: Option<String>,
}

impl Store {
    /// A bucket of an S3-protocol store.
    ///
    /// # Errors
    /// Where the settings make no sense.
    pub fn s3(settings: &S3Settings, prefix: &str) -> Result<Self, StoreError> {
        install_tls_provider();
        let client = ClientOptions::new()
            .with_timeout(Duration::from_mins(1))
            .with_connect_timeout(Duration::from_secs(10))
            .with_allow_http(settings.endpoint.starts_with("http://"));
        let retry = RetryConfig {
            backoff: BackoffConfig::default(),
            max_retries: 3,
            retry_timeout: Duration::from_secs(45),
        };
        let mut builder = AmazonS3Builder::new()
            .with_region(&settings.region)
            .with_bucket_name(&settings.bucket)
            .with_access_key_id(settings.access_key.expose_secret())
            .with_secret_access_key(settings.secret_key.expose_secret())
            .with_virtual_hosted_style_request(false)
            .with_client_options(client)
            .with_retry(retry);
        if !settings.endpoint.is_empty() {
            builder = builder.with_endpoint(&settings.endpoint);
        }
        let objects = builder
            .build()
            .map_err(|error| StoreError::Settings(error.to_string()))?;
        Ok(Self::new(Arc::new(objects), prefix, true))
    }

    /// A directory, which must exist.
    ///
    /// # Errors
    /// Where it does not.
    pub fn directory(directory: &FilePath, prefix: &str) -> Result<Self, StoreError> {
        let objects = LocalFileSystem::new_with_prefix(directory)
            .map_err(|error| StoreError::Settings(error.to_string()))?;
        Ok(Self::new(Arc::new(objects), prefix, false))
    }

    pub(crate) fn new(objects: Arc<dyn ObjectStore>, prefix: &str, storage_classes: bool) -> Self {
        Self {
            objects,
            prefix: prefix.to_owned(),
            storage_classes,
        }
    }

    pub(super) fn prefix(&self) -> &str {
        &self.prefix
    }

    /// Writes an object that must not exist. An object that is there under this content-addressed name is left: reading
    /// it back decides whether it is the same.
    pub(crate) async fn put_new(
        &self,
        path: &Path,
        bytes: Bytes,
        storage_class: Option<&str>,
    ) -> Result<Uploaded, StoreError> {
        let mut options = PutOptions::from(PutMode::Create);
        if let Some(class) = storage_class.filter(|_| self.storage_classes) {
            options
                .attributes
                .insert(Attribute::StorageClass, class.to_owned().into());
        }
        match self.objects.put_opts(path, bytes.into(), options).await {
            Ok(result) => Ok(Uploaded {
                entity_tag: result.e_tag,
            }),
            Err(object_store::Error::AlreadyExists { .. }) => Ok(Uploaded { entity_tag: None }),
            Err(error) => Err(classify(&error)),
        }
    }

    /// Reads a whole object; `None` where it is not there.
    pub(crate) async fn read(&self, path: &Path) -> Result<Option<Bytes>, StoreError> {
        match self.objects.get(path).await {
            Ok(result) => Ok(Some(
                result.bytes().await.map_err(|error| classify(&error))?,
            )),
            Err(error @ object_store::Error::NotFound { .. }) if !is_missing_bucket(&error) => {
                Ok(None)
            }
            Err(error) => Err(classify(&error)),
        }
    }

    /// Every object below a path, with its size.
    pub(crate) fn list(
        &self,
        below: &Path,
    ) -> impl Stream<Item = Result<ObjectMeta, StoreError>> + use<'_> {
        self.objects
            .list(Some(below))
            .map_err(|error| classify(&error))
    }

    /// Removes an object; one that is gone already is no error.
    pub(crate) async fn delete(&self, path: &Path) -> Result<(), StoreError> {
        match self.objects.delete(path).await {
            Ok(()) => Ok(()),
            Err(error @ object_store::Error::NotFound { .. }) if !is_missing_bucket(&error) => {
                Ok(())
            }
            Err(error) => Err(classify(&error)),
        }
    }
}

/// The HTTP client takes the process's provider; the first that is installed stays.
fn install_tls_provider() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        drop(rustls::crypto::ring::default_provider().install_default());
    }
}

fn is_missing_bucket(error: &object_store::Error) -> bool {
    chain(error).contains("NoSuchBucket")
}

/// How the client words a lost connection, a time-out and an answer of the 5xx class.
const UNREACHABLE: &[&str] = &[
    "error sending request",
    "HTTP error",
    "timed out",
    "status code: 5",
];

fn classify(error: &object_store::Error) -> StoreError {
    let text = chain(error);
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let short = summary(&text);
    if says(&[
        "InsufficientStorage",
        "507 Insufficient Storage",
        "QuotaExceeded",
        "StorageFull",
        "No space left",
    ]) {
        return StoreError::Full(short);
    }
    match error {
        object_store::Error::PermissionDenied { .. }
        | object_store::Error::Unauthenticated { .. } => StoreError::Denied(short),
        object_store::Error::NotFound { .. } => StoreError::Missing(short),
        _ if says(&[
            "SignatureDoesNotMatch",
            "InvalidAccessKeyId",
            "AccessDenied",
        ]) =>
        {
            StoreError::Denied(short)
        }
        _ if says(UNREACHABLE) => StoreError::Unreachable(short),
        _ => StoreError::Failed(short),
    }
}

fn chain(error: &object_store::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

/// The first line and a bounded length: a store's answer may be a page of XML.
fn summary(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    line.chars().take(200).collect()
}
