//! What one policy can be checked for beyond the rules of its schema. Pure.

use dpo_crds::{Archive, ArchiveStore, Reason, RetentionPolicySpec};

use crate::error::Error;

/// Whether this version can put the policy into force.
///
/// # Errors
/// A sentence that says what to change.
pub fn validate(spec: &RetentionPolicySpec, embedded_store: bool) -> Result<(), Error> {
    let invalid = |message: &str| Err(Error::Invalid(Reason::InvalidSpec, message.to_owned()));
    if spec.raw.delete_after().is_none() {
        return invalid("raw.deleteAfter must be Aggregation or a number of days such as 30d.");
    }
    spec.archive
        .as_ref()
        .map_or(Ok(()), |archive| validate_archive(archive, embedded_store))
}

fn validate_archive(archive: &Archive, embedded_store: bool) -> Result<(), Error> {
    if archive.store != ArchiveStore::S3 {
        let message = "This version archives to stores that speak the S3 protocol. Set archive.store to s3; until then nothing is purged or archived.";
        return Err(Error::Invalid(Reason::Unsupported, message.to_owned()));
    }
    if archive.grace_hours().is_none() {
        return Err(Error::Invalid(
            Reason::InvalidSpec,
            "archive.grace must be a number of hours such as 168h.".to_owned(),
        ));
    }
    if archive.credentials_ref.is_none() && !embedded_store {
        let message = "This installation brings no store along. Name the Secret of your own store in archive.credentialsRef; until then nothing is purged or archived.";
        return Err(Error::Invalid(Reason::InvalidSpec, message.to_owned()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(yaml: &str) -> RetentionPolicySpec {
        serde_yaml::from_str(yaml).unwrap()
    }

    #[test]
    fn the_embedded_store_needs_no_credentials_and_another_does() {
        let spec = policy("archive: {store: s3}");
        assert!(validate(&spec, true).is_ok());
        assert_eq!(
            validate(&spec, false).unwrap_err().verdict().reason,
            Reason::InvalidSpec
        );
        assert!(
            validate(
                &policy("archive: {store: s3, credentialsRef: {name: mine}}"),
                false
            )
            .is_ok()
        );
    }

    #[test]
    fn stores_of_later_versions_are_named_as_such() {
        let spec = policy("archive: {store: gcs, credentialsRef: {name: mine}}");
        assert_eq!(
            validate(&spec, true).unwrap_err().verdict().reason,
            Reason::Unsupported
        );
    }
}
