//! What the chart tells the operator, through the environment.

use std::{collections::BTreeMap, fs, net::SocketAddr, path::PathBuf, time::Duration};

use clap::Parser;
use k8s_openapi::api::networking::v1::NetworkPolicyEgressRule;
use secrecy::SecretString;

/// The operator of the Digital Performance Optimizer.
#[derive(Parser, Debug)]
#[command(version, about)]
pub struct Arguments {
    /// Login of the operator: `postgres://dpo_operator:…@host:5432/dpo`.
    #[arg(long, env = "DPO_DATABASE_URL", hide_env_values = true)]
    database_url: SecretString,
    /// The database as tenants' pods see it: `host:5432/dpo?sslmode=require`.
    #[arg(long, env = "DPO_TENANT_DATABASE")]
    tenant_database: String,
    /// File with the release key, from which tenants' passwords and keys are derived.
    #[arg(long, env = "DPO_RELEASE_KEY_FILE")]
    release_key_file: PathBuf,
    /// Image of the sync, rollup and archive pods.
    #[arg(long, env = "DPO_PIPELINE_IMAGE")]
    pipeline_image: String,
    /// Pull policy of that image.
    #[arg(long, env = "DPO_IMAGE_PULL_POLICY", default_value = "IfNotPresent")]
    image_pull_policy: String,
    /// Names of pull Secrets in the tenants' own namespaces, separated by commas.
    #[arg(long, env = "DPO_IMAGE_PULL_SECRETS", value_delimiter = ',')]
    image_pull_secrets: Vec<String>,
    /// More of what tenants' pods may reach, as a JSON list of a NetworkPolicy's egress rules.
    #[arg(long, env = "DPO_TENANT_EGRESS")]
    tenant_egress: Option<String>,
    /// Other addresses for the platforms, as a JSON object of host to base URL.
    #[arg(long, env = "DPO_PLATFORM_URLS")]
    platform_urls: Option<String>,
    /// Address of the embedded store, where there is one.
    #[arg(long, env = "DPO_EMBEDDED_STORE")]
    embedded_store: Option<reqwest::Url>,
    /// File with the access key of the embedded store's root account.
    #[arg(
        long,
        env = "DPO_EMBEDDED_STORE_ROOT_ACCESS_KEY_FILE",
        requires = "embedded_store"
    )]
    embedded_store_root_access_key_file: Option<PathBuf>,
    /// File with the secret key of the embedded store's root account.
    #[arg(
        long,
        env = "DPO_EMBEDDED_STORE_ROOT_SECRET_KEY_FILE",
        requires = "embedded_store"
    )]
    embedded_store_root_secret_key_file: Option<PathBuf>,
    /// Name of this pod, the holder of the Lease.
    #[arg(long, env = "POD_NAME")]
    pod_name: String,
    /// Namespace of this pod, where the Lease lives.
    #[arg(long, env = "POD_NAMESPACE")]
    pod_namespace: String,
    /// Seconds after which another replica takes over.
    #[arg(long, env = "DPO_LEASE_SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u64).range(3..=300))]
    lease_seconds: u64,
    /// Address for health and metrics.
    #[arg(long, env = "DPO_LISTEN", default_value = "0.0.0.0:8080")]
    listen: SocketAddr,
}

/// Everything that was read at the start.
pub struct Settings {
    pub database: sqlx::postgres::PgConnectOptions,
    pub release_key: SecretString,
    pub store: Option<EmbeddedStore>,
    pub jobs: JobSettings,
    pub pod_name: String,
    pub pod_namespace: String,
    pub lease: Duration,
    pub listen: SocketAddr,
}

/// What all generated pods share.
#[derive(Debug, Clone, PartialEq)]
pub struct JobSettings {
    pub image: String,
    pub pull_policy: String,
    /// Names of pull Secrets in the tenants' namespaces.
    pub pull_secrets: Vec<String>,
    /// What the platform team opens besides what every tenant needs.
    pub tenant_egress: Vec<NetworkPolicyEgressRule>,
    pub tenant_database: String,
    pub platform_urls: BTreeMap<String, reqwest::Url>,
    pub release_namespace: String,
    pub store: Option<reqwest::Url>,
}

/// The embedded store and the keys of its root account.
pub struct EmbeddedStore {
    pub endpoint: reqwest::Url,
    pub access_key: SecretString,
    pub secret_key: SecretString,
}

/// What is wrong with the environment, in a sentence.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error(
        "DPO_DATABASE_URL is no Postgres address; it must look like postgres://dpo_operator:password@host:5432/dpo"
    )]
    DatabaseUrl,
    #[error("{file} cannot be read: {source}")]
    File {
        file: PathBuf,
        source: std::io::Error,
    },
    #[error("{0} is empty")]
    Empty(PathBuf),
    #[error("DPO_PLATFORM_URLS is no JSON object of host to base URL: {0}")]
    PlatformUrls(String),
    #[error("DPO_TENANT_EGRESS is no JSON list of a NetworkPolicy's egress rules: {0}")]
    TenantEgress(String),
    #[error(
        "DPO_EMBEDDED_STORE needs DPO_EMBEDDED_STORE_ROOT_ACCESS_KEY_FILE and DPO_EMBEDDED_STORE_ROOT_SECRET_KEY_FILE"
    )]
    StoreKeys,
}

impl Settings {
    /// Reads the files that the arguments name.
    ///
    /// # Errors
    /// What is missing or malformed, without repeating a secret.
    pub fn read(arguments: Arguments) -> Result<Self, SettingsError> {
        use secrecy::ExposeSecret;
        let database = arguments
            .database_url
            .expose_secret()
            .parse()
            .map_err(|_| SettingsError::DatabaseUrl)?;
        let store = match arguments.embedded_store.clone() {
            None => None,
            Some(endpoint) => Some(embedded_store(&arguments, endpoint)?),
        };
        let platform_urls = match arguments.platform_urls.as_deref().map(str::trim) {
            None | Some("") => BTreeMap::new(),
            Some(text) => parse_platform_urls(text)?,
        };
        let tenant_egress = match arguments.tenant_egress.as_deref().map(str::trim) {
            None | Some("") => Vec::new(),
            Some(text) => parse_tenant_egress(text)?,
        };
        Ok(Self {
            database,
            release_key: secret_file(&arguments.release_key_file)?,
            jobs: JobSettings {
                image: arguments.pipeline_image,
                pull_policy: arguments.image_pull_policy,
                pull_secrets: arguments.image_pull_secrets,
                tenant_egress,
                tenant_database: arguments.tenant_database,
                platform_urls,
                release_namespace: arguments.pod_namespace.clone(),
                store: store.as_ref().map(|store| store.endpoint.clone()),
            },
            store,
            pod_name: arguments.pod_name,
            pod_namespace: arguments.pod_namespace,
            lease: Duration::from_secs(arguments.lease_seconds),
            listen: arguments.listen,
        })
    }
}

fn parse_platform_urls(text: &str) -> Result<BTreeMap<String, reqwest::Url>, SettingsError> {
    let texts: BTreeMap<String, String> = serde_json::from_str(text)
        .map_err(|error| SettingsError::PlatformUrls(error.to_string()))?;
    let parse = |(host, url): (String, String)| match url.parse() {
        Ok(url) => Ok((host, url)),
        Err(error) => Err(SettingsError::PlatformUrls(format!("{host}: {error}"))),
    };
    texts.into_iter().map(parse).collect()
}

/// A rule without peers would open everything, which nobody asks for by leaving something out.
fn parse_tenant_egress(text: &str) -> Result<Vec<NetworkPolicyEgressRule>, SettingsError> {
    let rules: Vec<NetworkPolicyEgressRule> = serde_json::from_str(text)
        .map_err(|error| SettingsError::TenantEgress(error.to_string()))?;
    let is_open = |rule: &NetworkPolicyEgressRule| rule.to.as_ref().is_none_or(Vec::is_empty);
    if rules.iter().any(is_open) {
        let message = "each rule needs `to`, such as [{\"ipBlock\": {\"cidr\": \"10.1.2.0/24\"}}]";
        return Err(SettingsError::TenantEgress(message.to_owned()));
    }
    Ok(rules)
}

fn embedded_store(
    arguments: &Arguments,
    endpoint: reqwest::Url,
) -> Result<EmbeddedStore, SettingsError> {
    let (Some(access), Some(secret)) = (
        &arguments.embedded_store_root_access_key_file,
        &arguments.embedded_store_root_secret_key_file,
    ) else {
        return Err(SettingsError::StoreKeys);
    };
    Ok(EmbeddedStore {
        endpoint,
        access_key: secret_file(access)?,
        secret_key: secret_file(secret)?,
    })
}

fn secret_file(file: &std::path::Path) -> Result<SecretString, SettingsError> {
    // A key may be any bytes; Latin-1 keeps them apart as text.
    let bytes = fs::read(file).map_err(|source| SettingsError::File {
        file: file.to_path_buf(),
        source,
    })?;
    let text: String = String::from_utf8(bytes)
        .unwrap_or_else(|error| error.into_bytes().into_iter().map(char::from).collect());
    let text = text.trim();
    if text.is_empty() {
        Err(SettingsError::Empty(file.to_path_buf()))
    } else {
        Ok(text.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_egress_is_read_as_kubernetes_writes_it_and_never_opens_everything() {
        let rule = r#"[{"to": [{"ipBlock": {"cidr": "10.1.2.0/24"}}], "ports": [{"port": 9000}]}]"#;
        let rules = parse_tenant_egress(rule).unwrap();
        assert_eq!(rules.len(), 1);
        for wrong in [
            r#"[{"ports": [{"port": 9000}]}]"#,
            r#"[{"to": []}]"#,
            "{}",
            "10.1.2.0/24",
        ] {
            let error = parse_tenant_egress(wrong).unwrap_err().to_string();
            assert!(error.starts_with("DPO_TENANT_EGRESS"), "{wrong}: {error}");
        }
    }
}
