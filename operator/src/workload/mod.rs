//! The jobs that the operator makes, as pure functions of what it knows: labels, schedules, pods, CronJobs.

mod cron_job;
mod labels;
mod pod;
mod schedule;

pub use cron_job::{Child, cron_job, initial_job};
pub use labels::{
    COMPONENT, Component, MANAGED_BY, ORGANIZATION_UID, SOURCE_UID, child_labels, run_kind,
};
pub use pod::{Archive, PodSettings, TENANT_SECRET, pod_spec};
pub use schedule::{daily_archive, every_quarter_of_an_hour, every_three_hours, hourly};
