//! The policy as the warehouse understands it. Pure.

use dpo_crds::{Archive, DeleteAfter, RetentionPolicySpec};
use dpo_warehouse::retention::{ArchivePolicy, Policy, RawPolicy};
use jiff::SignedDuration;

/// A policy that cannot be read. The operator checks policies, so this is a fault of the platform, not of the tenant.
#[derive(Debug, thiserror::Error)]
pub enum InvalidPolicy {
    /// No JSON, or not that of a policy.
    #[error(
        "the retention policy (DPO_RETENTION) cannot be read: {0}; nothing is deleted or archived"
    )]
    Json(#[from] serde_json::Error),
    /// A value out of its range.
    #[error("{0} of the retention policy is out of its range; nothing is deleted or archived")]
    Value(&'static str),
}

/// Reads the JSON of a `RetentionPolicy`'s spec. Without it there is no policy, and nothing is deleted or archived.
///
/// # Errors
/// The JSON or a value in it makes no sense.
pub fn read_policy(json: Option<&str>) -> Result<Option<Policy>, InvalidPolicy> {
    let Some(json) = json.filter(|text| !text.trim().is_empty()) else {
        return Ok(None);
    };
    let spec: RetentionPolicySpec = serde_json::from_str(json)?;
    let delete_after_days = match spec.raw.delete_after() {
        Some(DeleteAfter::Aggregation) => None,
        Some(DeleteAfter::Days(days)) => Some(number(days, "raw.deleteAfter")?),
        None => return Err(InvalidPolicy::Value("raw.deleteAfter")),
    };
    let backup = &spec.raw.backup;
    Ok(Some(Policy {
        raw: RawPolicy {
            delete_after_days,
            backup_required: backup.required,
            backup_keep_days: backup
                .keep_days
                .map(|days| number(days, "raw.backup.keepDays"))
                .transpose()?,
            backup_storage_class: backup.storage_class.clone(),
        },
        hourly_keep_days: number(spec.hourly.keep_days, "hourly.keepDays")?,
        daily_keep_days: number(spec.daily.keep_days, "daily.keepDays")?,
        archive: spec.archive.as_ref().map(archive).transpose()?,
        legal_hold: spec.legal_hold,
    }))
}

fn archive(spec: &Archive) -> Result<ArchivePolicy, InvalidPolicy> {
    Ok(ArchivePolicy {
        prefix: spec.prefix.clone().unwrap_or_default(),
        storage_class: spec.storage_class.clone(),
        grace: spec
            .grace_hours()
            .map(SignedDuration::from_hours)
            .ok_or(InvalidPolicy::Value("archive.grace"))?,
        keep_years: spec
            .keep_years
            .map(|years| number(years, "archive.keepYears"))
            .transpose()?,
    })
}

fn number(value: i64, field: &'static str) -> Result<u32, InvalidPolicy> {
    u32::try_from(value).map_err(|_| InvalidPolicy::Value(field))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_policy_there_is_none() {
        assert_eq!(read_policy(None).unwrap(), None);
        assert_eq!(read_policy(Some(" ")).unwrap(), None);
    }

    #[test]
    fn a_policy_is_read_as_written() {
        let json = r#"{"raw": {"deleteAfter": "30d", "backup": {"required": true, "keepDays": 90}}, "hourly": {"keepDays": 2},
            "daily": {"keepDays": 400}, "archive": {"store": "s3", "prefix": "a/b", "grace": "24h", "keepYears": 7}, "legalHold": true}"#;
        let policy = read_policy(Some(json)).unwrap().unwrap();
        assert_eq!(
            (
                policy.raw.delete_after_days,
                policy.raw.backup_required,
                policy.raw.backup_keep_days
            ),
            (Some(30), true, Some(90))
        );
        assert_eq!(
            (
                policy.hourly_keep_days,
                policy.daily_keep_days,
                policy.legal_hold
            ),
            (2, 400, true)
        );
        let archive = policy.archive.unwrap();
        assert_eq!(
            (archive.prefix.as_str(), archive.grace, archive.keep_years),
            ("a/b", SignedDuration::from_hours(24), Some(7))
        );
    }

    #[test]
    fn an_empty_policy_deletes_payloads_after_aggregation_and_archives_nothing() {
        let policy = read_policy(Some("{}")).unwrap().unwrap();
        assert_eq!(
            (
                policy.raw.delete_after_days,
                policy.raw.backup_required,
                policy.archive
            ),
            (None, false, None)
        );
    }

    #[test]
    fn nonsense_deletes_nothing_and_says_so() {
        for json in [
            "[]",
            r#"{"raw": {"deleteAfter": "soon"}}"#,
            r#"{"hourly": {"keepDays": -1}}"#,
        ] {
            assert!(
                read_policy(Some(json))
                    .unwrap_err()
                    .to_string()
                    .ends_with("nothing is deleted or archived"),
                "{json}"
            );
        }
    }
}
