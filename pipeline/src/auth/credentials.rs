//! The keys of a credential: files of a mounted Secret, or the inline object of a replay.

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use dpo_warehouse::model::{RunClass, Source};
use secrecy::{ExposeSecret as _, SecretString};

use crate::frame::failure::{Failure, Reason, Scope};

const SECRET_MISSING: &str = "No credential is mounted. Create the Secret that credentialsRef names, in the namespace of the DataSource.";
const KEY_MISSING: &str =
    "A key of the credential is missing or empty. Add it to the Secret that credentialsRef names.";
const WRONG_PLATFORM: &str =
    "The credential belongs to something else. Let credentialsRef name the Secret of this source.";

/// The largest file that can be a key; a larger one is a mistake.
const LARGEST_KEY: u64 = 64 << 10;

/// Keys and their secret values.
#[derive(Debug, Clone, Default)]
pub struct Credentials(BTreeMap<String, SecretString>);

impl Credentials {
    /// Reads the files of a mounted Secret and checks that it belongs to this source.
    ///
    /// # Errors
    /// `SecretMissing`, `KeyMissing` or `WrongPlatform`.
    pub async fn from_directory(directory: &Path, source: Source) -> Result<Self, Failure> {
        let credentials = read_files(directory)
            .await
            .map_err(|_| refuse(Reason::SecretMissing, SECRET_MISSING, ""))?;
        if credentials.0.is_empty() {
            return Err(refuse(Reason::SecretMissing, SECRET_MISSING, ""));
        }
        credentials.check_platform(source, true)?;
        Ok(credentials)
    }

    /// Takes the inline credentials of a replay; `platform` may be left out.
    ///
    /// # Errors
    /// `WrongPlatform`.
    pub fn inline(keys: BTreeMap<String, SecretString>, source: Source) -> Result<Self, Failure> {
        let credentials = Self(keys);
        credentials.check_platform(source, false)?;
        Ok(credentials)
    }

    /// The value of a key, without surrounding white space, if there is one.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<SecretString> {
        let value = self.0.get(key)?.expose_secret().trim();
        (!value.is_empty()).then(|| SecretString::from(value))
    }

    /// The value of a key.
    ///
    /// # Errors
    /// `KeyMissing`, naming the key.
    pub fn require(&self, key: &str) -> Result<SecretString, Failure> {
        self.get(key)
            .ok_or_else(|| key_missing(&format!("missing key: {key}")))
    }

    /// A fingerprint of all keys: another one means that the tenant changed the Secret.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        use sha2::Digest as _;
        let mut hash = sha2::Sha256::new();
        for (key, value) in &self.0 {
            for part in [key.as_bytes(), value.expose_secret().trim().as_bytes()] {
                hash.update((part.len() as u64).to_be_bytes());
                hash.update(part);
            }
        }
        STANDARD.encode(hash.finalize())
    }

    /// Every secret value that is long enough to be recognised in a text.
    pub fn values(&self) -> impl Iterator<Item = &str> {
        self.0
            .values()
            .map(|value| value.expose_secret().trim())
            .filter(|value| value.len() >= 8)
    }

    fn check_platform(&self, source: Source, required: bool) -> Result<(), Failure> {
        match self.get("platform") {
            Some(platform) if platform.expose_secret().parse() == Ok(source) => Ok(()),
            Some(platform) if platform.expose_secret().parse::<Source>().is_ok() => {
                Err(wrong_platform(&format!(
                    "its platform is {}, needed is {source}",
                    platform.expose_secret()
                )))
            }
            Some(_) => Err(wrong_platform(&format!(
                "its platform is none that we know, needed is {source}"
            ))),
            None if required => Err(key_missing(&format!(
                "missing key: platform, with the value {source}"
            ))),
            None => Ok(()),
        }
    }
}

/// A key that is missing or malformed.
#[must_use]
pub fn key_missing(detail: &str) -> Failure {
    refuse(Reason::KeyMissing, KEY_MISSING, detail)
}

/// A credential of something else.
#[must_use]
pub fn wrong_platform(detail: &str) -> Failure {
    refuse(Reason::WrongPlatform, WRONG_PLATFORM, detail)
}

fn refuse(reason: Reason, advice: &'static str, detail: &str) -> Failure {
    Failure::new(RunClass::AuthRevoked, Scope::Credential, reason, advice).with_detail(detail)
}

async fn read_files(directory: &Path) -> std::io::Result<Credentials> {
    let mut keys = BTreeMap::new();
    let mut entries = tokio::fs::read_dir(directory).await?;
    while let Some(entry) = entries.next_entry().await? {
        let name = entry.file_name().to_string_lossy().into_owned();
        let about = tokio::fs::metadata(entry.path()).await?;
        if name.starts_with('.') || !about.is_file() || about.len() > LARGEST_KEY {
            continue;
        }
        keys.insert(
            name,
            SecretString::from(tokio::fs::read_to_string(entry.path()).await?),
        );
    }
    Ok(Credentials(keys))
}

#[cfg(test)]
pub(crate) mod fixtures {
    use super::*;

    /// Credentials with these keys.
    pub fn credentials(pairs: &[(&str, &str)]) -> Credentials {
        Credentials(
            pairs
                .iter()
                .map(|(key, value)| ((*key).to_owned(), SecretString::from(*value)))
                .collect(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::fixtures::credentials;
    use super::*;

    async fn mounted(files: &[(&str, &str)]) -> Result<Credentials, Failure> {
        let directory = tempfile::tempdir().unwrap();
        for (name, value) in files {
            std::fs::write(directory.path().join(name), value).unwrap();
        }
        std::fs::create_dir(directory.path().join("..data")).unwrap();
        Credentials::from_directory(directory.path(), Source::GoogleAds).await
    }

    #[tokio::test]
    async fn a_mounted_secret_is_read_and_trimmed() {
        let read = mounted(&[("platform", "google_ads\n"), ("client_id", " id\n")])
            .await
            .unwrap();
        assert_eq!(read.require("client_id").unwrap().expose_secret(), "id");
    }

    #[tokio::test]
    async fn what_is_wrong_with_a_secret_is_told() {
        let nowhere = Credentials::from_directory(Path::new("/nonexistent"), Source::GoogleAds)
            .await
            .unwrap_err();
        assert_eq!(nowhere.reason, Reason::SecretMissing);
        assert_eq!(
            mounted(&[]).await.unwrap_err().reason,
            Reason::SecretMissing
        );
        let unnamed = mounted(&[("client_id", "id")]).await.unwrap_err();
        assert_eq!(
            (unnamed.reason, unnamed.class),
            (Reason::KeyMissing, RunClass::AuthRevoked)
        );
        assert!(
            unnamed
                .sentence()
                .contains("missing key: platform, with the value google_ads")
        );
        let other = mounted(&[("platform", "shopify")]).await.unwrap_err();
        assert_eq!(other.reason, Reason::WrongPlatform);
        assert!(
            other
                .sentence()
                .contains("its platform is shopify, needed is google_ads")
        );
        let lacking = mounted(&[("platform", "google_ads"), ("client_id", "  ")])
            .await
            .unwrap();
        assert!(
            lacking
                .require("client_id")
                .unwrap_err()
                .sentence()
                .contains("missing key: client_id")
        );
    }

    #[test]
    fn a_changed_key_changes_the_fingerprint() {
        let fingerprint = |pairs: &[(&str, &str)]| credentials(pairs).fingerprint();
        assert_eq!(
            fingerprint(&[("a", "1"), ("b", "2")]),
            fingerprint(&[("b", "2\n"), ("a", "1")])
        );
        assert_ne!(
            fingerprint(&[("a", "1"), ("b", "2")]),
            fingerprint(&[("a", "12"), ("b", "")])
        );
        assert_ne!(fingerprint(&[("a", "1")]), fingerprint(&[("a", "2")]));
    }

    #[test]
    fn secrets_do_not_show() {
        let shown = format!(
            "{:?}",
            credentials(&[("refresh_token", "very-secret-value")])
        );
        assert!(!shown.contains("very-secret-value"));
    }
}
