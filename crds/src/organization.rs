//! `Organization`: one tenant, one namespace, one database schema.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::Condition;
use kube::{CustomResource, KubeSchema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::shared::{LocalRef, LostRun};

/// A business whose marketing is measured. One Organization lives in one namespace, together with its DataSources, its Secrets and its Jobs;
/// the oldest one wins, a later one is `Ready=False` with reason `NamespaceTaken`.
#[derive(CustomResource, KubeSchema, Serialize, Deserialize, Clone, Debug, PartialEq, Eq)]
#[kube(
    group = "dpo.dev",
    version = "v1alpha1",
    kind = "Organization",
    plural = "organizations",
    shortname = "org",
    category = "dpo",
    namespaced,
    status = "OrganizationStatus",
    derive = "PartialEq",
    doc = "One tenant: a business whose marketing is measured, in one namespace, with its own database schema, roles and jobs.",
    validation = Rule::new("size(self.metadata.name) <= 40 && !self.metadata.name.contains('.')")
        .message("The name of an Organization must have at most 40 characters and no dot: its CronJobs are named after it."),
    printcolumn(name = "Ready", type_ = "string", json_path = r#".status.conditions[?(@.type=="Ready")].status"#),
    printcolumn(name = "Reason", type_ = "string", json_path = r#".status.conditions[?(@.type=="Ready")].reason"#),
    printcolumn(name = "Time Zone", type_ = "string", json_path = ".spec.timeZone"),
    printcolumn(name = "Currency", type_ = "string", json_path = ".spec.currency"),
    printcolumn(name = "Policy", type_ = "string", json_path = ".spec.retentionPolicyRef.name"),
    printcolumn(name = "Suspended", type_ = "boolean", json_path = ".spec.suspend", priority = 1),
    printcolumn(name = "Tenant", type_ = "string", json_path = ".status.tenant", priority = 1),
    printcolumn(name = "Age", type_ = "date", json_path = ".metadata.creationTimestamp")
)]
#[serde(rename_all = "camelCase")]
#[x_kube(validation = Rule::new("self.timeZone == oldSelf.timeZone")
    .message("timeZone cannot be changed, since stored days follow it. Create a new Organization in another namespace instead."))]
#[x_kube(validation = Rule::new("self.currency == oldSelf.currency")
    .message("currency cannot be changed, since stored reports follow it. Create a new Organization in another namespace instead."))]
pub struct OrganizationSpec {
    /// The name that people see, for example `Cà phê Sài Gòn`.
    #[schemars(length(min = 1, max = 100))]
    pub display_name: String,

    /// IANA time zone of the business, for example `Asia/Ho_Chi_Minh`. Sets "today", presets and the schedules of the jobs. Cannot be changed.
    #[schemars(length(min = 1, max = 64))]
    #[x_kube(validation = Rule::new("self.matches('^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$')")
        .message("timeZone must be a name of the IANA time-zone database, such as Asia/Ho_Chi_Minh."))]
    pub time_zone: String,

    /// ISO 4217 code of the currency that reports are shown in, for example `VND`. Cannot be changed.
    #[schemars(length(min = 1, max = 20))]
    #[x_kube(validation = Rule::new("self.matches('^[A-Z]{3}$')")
        .message("currency must be an ISO 4217 code of three capital letters, such as VND."))]
    pub currency: String,

    /// ISO 3166-1 code of the country, for example `VN`.
    #[schemars(length(min = 1, max = 20))]
    #[x_kube(validation = Rule::new("self.matches('^[A-Z]{2}$')")
        .message("country must be an ISO 3166-1 code of two capital letters, such as VN."))]
    pub country: String,

    /// Language and region of the dashboard, for example `vi-VN` or `en-US`. Other languages see English.
    #[serde(default = "default_locale")]
    #[schemars(length(min = 1, max = 20))]
    #[x_kube(validation = Rule::new("self.matches('^[a-z]{2}-[A-Z]{2}$')")
        .message("locale must be a language and a region, such as vi-VN or en-US."))]
    pub locale: String,

    /// The RetentionPolicy in this namespace that says how long figures are kept. Without one nothing is purged and nothing is archived.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention_policy_ref: Option<LocalRef>,

    /// `Dedicated` gives each DataSource a CronJob of its own. `Pooled` shares workers between tenants; this version does not have it yet.
    #[serde(default)]
    pub execution: Execution,

    /// E-mail addresses of the owners. Each becomes a user of the dashboard with the role CEO; a removed address loses it.
    #[serde(default)]
    #[schemars(length(max = 20), inner(length(min = 3, max = 254)))]
    #[x_kube(
        merge_strategy = ListMerge::Set,
        validation = Rule::new("self.all(owner, owner.matches('^[^@ ]+@[^@ ]+[.][^@ ]+$'))")
            .message("owners must be e-mail addresses, such as owner@example.com."))]
    pub owners: Vec<String>,

    /// Stops every job of this Organization. Data, logins and dashboard stay.
    #[serde(default)]
    pub suspend: bool,

    /// What happens to the data when this object is deleted: `Retain` blocks the logins and keeps the schema, `Delete` removes schema and roles.
    /// A legal hold turns `Delete` into `Retain`. The archive stays in both cases.
    #[serde(default)]
    pub deletion_policy: DeletionPolicy,
}

/// How the syncs of an Organization are run.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Execution {
    /// Each DataSource has its own CronJob.
    #[default]
    Dedicated,
    /// Shared workers pick up what is due.
    Pooled,
}

/// What happens to a tenant's data when its Organization is deleted.
#[derive(Serialize, Deserialize, JsonSchema, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeletionPolicy {
    /// Block the logins, keep the schema.
    #[default]
    Retain,
    /// Drop schema and roles.
    Delete,
}

/// What the operator last saw and did.
#[derive(KubeSchema, Serialize, Deserialize, Clone, Debug, Default, PartialEq)]
#[serde(rename_all = "camelCase")]
pub struct OrganizationStatus {
    /// The generation of the spec that the conditions speak of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_generation: Option<i64>,

    /// Ready, DatabaseReady, StoreReady (with the embedded store only), Maintained (once a roll-up has ended), Suspended, and Terminating while
    /// deletion waits for something; each with a reason and a sentence that says what to do.
    #[serde(default)]
    #[schemars(length(max = 16))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["type".to_string()]))]
    pub conditions: Vec<Condition>,

    /// The tenant's schema in Postgres, derived from this object's UID.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 40))]
    pub tenant: Option<String>,

    /// Roll-ups and archive runs that ended before their pod could say why, at most one of a kind; gone as soon as a newer one has ended.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(length(max = 8))]
    #[x_kube(merge_strategy = ListMerge::Map(vec!["kind".to_string()]))]
    pub lost_runs: Vec<LostRun>,
}

fn default_locale() -> String {
    "vi-VN".to_string()
}
