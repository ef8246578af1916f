//! RetentionPolicy: how long each grain of data is kept, and where it goes afterwards.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::shared::LocalRef;

/// How long raw payloads, hours and days are kept in Postgres, and where days go afterwards. An Organization names it in `retentionPolicyRef`;
/// without a policy nothing is purged.
#[derive(
    CustomResource, KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq,
)]
#[kube(
    group = "dpo.dev",
    version = "v1alpha1",
    kind = "RetentionPolicy",
    plural = "retentionpolicies",
    shortname = "rp",
    category = "dpo",
    namespaced,
    status = "RetentionPolicyStatus",
    derive = "PartialEq",
    doc = "How long raw payloads, hours and days are kept in Postgres, and where days are archived afterwards.",
    validation = Rule::new("size(self.metadata.name) <= 40 && !self.metadata.name.contains('.')")
        .message("The name of a RetentionPolicy must have at most 40 characters and no dot."),
    printcolumn(name = "Ready", type_ = "string", json_path = r#".status.conditions[?(@.type=="Ready")].status"#),
    printcolumn(name = "Reason", type_ = "string", json_path = r#".status.conditions[?(@.type=="Ready")].reason"#),
    printcolumn(name = "Raw", type_ = "string", json_path = ".spec.raw.deleteAfter"),
    printcolumn(name = "Hourly Days", type_ = "integer", json_path = ".spec.hourly.keepDays"),
    printcolumn(name = "Daily Days", type_ = "integer", json_path = ".spec.daily.keepDays"),
    printcolumn(name = "Archive", type_ = "string", json_path = ".spec.archive.store"),
    printcolumn(name = "Legal Hold", type_ = "boolean", json_path = ".spec.legalHold"),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp")
)]
#[serde(rename_all = "camelCase")]
#[x_kube(validation = Rule::new("!self.raw.backup.required || has(self.archive)")
    .message("raw.backup.required needs archive: the backup goes to the archive's store. Add archive, or set raw.backup.required to false."))]
pub struct RetentionPolicySpec {
    /// Payloads as the platforms delivered them.
    #[serde(default)]
    pub raw: Raw,

    /// Figures by hour.
    #[serde(default)]
    pub hourly: Hourly,

    /// Figures by day.
    #[serde(default)]
    pub daily: Daily,

    /// Where days go when they leave Postgres. Absent: days stay in Postgres for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archive: Option<Archive>,

    /// Stops every purge, and turns `deletionPolicy: Delete` of an Organization into `Retain`.
    #[serde(default)]
    pub legal_hold: bool,
}

/// Payloads as the platforms delivered them.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Raw {
    /// `Aggregation`: a day's payloads go as soon as its figures are computed and the backup, if required, is verified.
    /// A number of days such as `30d`: that long after the fetch, not before aggregation.
    #[serde(default = "default_delete_after")]
    #[schemars(length(min = 1, max = 30))]
    #[x_kube(validation = Rule::new("self.matches('^(Aggregation|[1-9][0-9]{0,3}d)$')")
        .message("raw.deleteAfter must be Aggregation or a number of days such as 30d."))]
    pub delete_after: String,

    /// Copies of the payloads in the archive's store.
    #[serde(default)]
    pub backup: RawBackup,
}

/// Copies of raw payloads in the archive's store.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct RawBackup {
    /// Payloads are deleted from Postgres only after a verified copy is in the archive's store.
    #[serde(default)]
    pub required: bool,

    /// Days that copies are kept. Absent: as long as the archive.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 3650))]
    pub keep_days: Option<i64>,

    /// Storage class of the copies, as the store names it. Offline classes are allowed here, since nobody reads a backup every day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 40))]
    pub storage_class: Option<String>,
}

/// Figures by hour.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Hourly {
    /// Days that hourly rows stay after their day closed; 0 keeps only open days. A compact profile of each day's hours stays as long as the day.
    #[serde(default)]
    #[schemars(range(min = 0, max = 400))]
    pub keep_days: i64,
}

/// Figures by day.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub struct Daily {
    /// Days that daily rows stay in Postgres, at least 100, since platforms restate up to 90 days back.
    #[serde(default = "default_daily_days")]
    #[schemars(range(min = 100, max = 36500))]
    pub keep_days: i64,
}

/// Where days go when they leave Postgres: Parquet files with Hive partitions.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
#[x_kube(validation = Rule::new("self.store == 's3' || has(self.credentialsRef)")
    .message("archive.credentialsRef is needed for this store: only s3 can use the store that comes with the product."))]
pub struct Archive {
    /// Kind of store. This version writes to `s3`, which is any store that speaks the S3 protocol.
    pub store: ArchiveStore,

    /// Path inside the bucket that all objects begin with.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 200))]
    #[x_kube(validation = Rule::new("self.matches('^[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$')")
        .message("archive.prefix must be a path of letters, digits, '-', '_' and '.', without a slash at its beginning or end."))]
    pub prefix: Option<String>,

    /// Storage class of archived days, as the store names it. Readers need the files at once, so offline classes are refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 40))]
    #[x_kube(validation = Rule::new("!(self.upperAscii() in ['GLACIER', 'DEEP_ARCHIVE', 'ARCHIVE'])")
        .message("archive.storageClass must be readable at once; offline classes (GLACIER, DEEP_ARCHIVE, Archive) are for raw.backup.storageClass only."))]
    pub storage_class: Option<String>,

    /// The Secret in this namespace with endpoint, region, bucket, access-key and secret-key. Absent: the store that comes with the product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credentials_ref: Option<LocalRef>,

    /// Hours between a verified archive file and the purge of its rows, for example `168h`.
    #[serde(default = "default_grace")]
    #[schemars(length(min = 1, max = 30))]
    #[x_kube(validation = Rule::new("self.matches('^[0-9]{1,5}h$')").message("archive.grace must be a number of hours such as 168h."))]
    pub grace: String,

    /// Years that archived days are kept. Absent: for ever.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 100))]
    pub keep_years: Option<i64>,
}

/// Kinds of archive store.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
pub enum ArchiveStore {
    /// Any store that speaks the S3 protocol.
    S3,
    /// Google Cloud Storage.
    Gcs,
    /// Azure Blob Storage.
    AzureBlob,
    /// BigQuery tables.
    BigQuery,
}

/// What the operator last saw and did.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct RetentionPolicyStatus {
    /// The generation of the spec that the conditions speak of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,

    /// Ready, with a reason and a sentence that says what to do.
    #[serde(default)]
    #[schemars(length(max = 16))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["type".to_string()]))]
    pub conditions: Vec<Condition>,
}

/// When raw payloads may go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeleteAfter {
    /// As soon as they are aggregated (and backed up, where that is required).
    Aggregation,
    /// That many days after the fetch.
    Days(i64),
}

impl Raw {
    /// The parsed `deleteAfter`; `None` for text that the API server refuses.
    #[must_use]
    pub fn delete_after(&self) -> Option<DeleteAfter> {
        if self.delete_after == "Aggregation" {
            return Some(DeleteAfter::Aggregation);
        }
        let days = self.delete_after.strip_suffix('d')?.parse().ok()?;
        (days > 0).then_some(DeleteAfter::Days(days))
    }
}

impl Archive {
    /// Hours between a verified file and the purge; `None` for text that the API server refuses.
    #[must_use]
    pub fn grace_hours(&self) -> Option<i64> {
        self.grace
            .strip_suffix('h')?
            .parse()
            .ok()
            .filter(|hours| *hours >= 0)
    }
}

impl Default for Raw {
    fn default() -> Self {
        Self {
            delete_after: default_delete_after(),
            backup: RawBackup::default(),
        }
    }
}

impl Default for Daily {
    fn default() -> Self {
        Self {
            keep_days: default_daily_days(),
        }
    }
}

fn default_delete_after() -> String {
    "Aggregation".to_string()
}

fn default_daily_days() -> i64 {
    365
}

fn default_grace() -> String {
    "168h".to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delete_after_reads_both_forms() {
        let parse = |text: &str| {
            Raw {
                delete_after: text.to_string(),
                backup: RawBackup::default(),
            }
            .delete_after()
        };
        assert_eq!(parse("Aggregation"), Some(DeleteAfter::Aggregation));
        assert_eq!(parse("30d"), Some(DeleteAfter::Days(30)));
        assert_eq!(parse("0d"), None);
        assert_eq!(parse("soon"), None);
    }

    #[test]
    fn an_empty_policy_has_the_documented_defaults() {
        let spec: RetentionPolicySpec = serde_json::from_str("{}").unwrap();
        assert_eq!(spec.raw.delete_after(), Some(DeleteAfter::Aggregation));
        assert_eq!(
            (spec.hourly.keep_days, spec.daily.keep_days, spec.archive),
            (0, 365, None)
        );
    }
}
