//! The custom resources of the Digital Performance Optimizer as Rust types, group `dpo.dev`, version `v1alpha1`.
//!
//! Types only: no client, no I/O. The operator reconciles them, the API reads them, the pipeline parses the very same specs from its
//! environment. `crdgen` writes `crds/generated/*.yaml` and `docs/custom-resources.md` from them.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod conditions;
pub mod data_source;
pub mod definitions;
pub mod organization;
pub mod reference;
pub mod retention_policy;
pub mod shared;

pub use conditions::{ConditionType, Reason};
pub use data_source::{
    Attribution, DataSource, DataSourceSpec, DataSourceStatus, GoogleAdsSource,
    GoogleAnalyticsSource, LastRun, Lookback, PodResources, ResourceAmounts, ShopifySource,
    SourceSettings,
};
pub use definitions::custom_resource_definitions;
pub use organization::{
    DeletionPolicy, Execution, Organization, OrganizationSpec, OrganizationStatus,
};
pub use retention_policy::{
    Archive, ArchiveStore, Daily, DeleteAfter, Hourly, Raw, RawBackup, RetentionPolicy,
    RetentionPolicySpec, RetentionPolicyStatus,
};
pub use shared::{LocalRef, LostRun};

/// The API group of every custom resource.
pub const GROUP: &str = "dpo.dev";
/// The one served version.
pub const VERSION: &str = "v1alpha1";
