//! What the API shows of a DataSource, also of one that cannot be used: its owner looks for the reason on the dashboard.

use dpo_crds::{DataSource, DataSourceStatus, Organization};
use dpo_warehouse::{model::TenantId, tenancy::DesiredSource};
use kube::{ResourceExt, runtime::reflector::ObjectRef};
use serde_json::{Value, json};

use super::{
    apply::Progress,
    dereference::neighbours,
    validate::{ValidDataSource, claimed_accounts},
};
use crate::{children::Written, context::Context, error::Error, workload, world::Found};

/// The row of a valid one.
pub fn of_valid(valid: &ValidDataSource, conditions: Value) -> DesiredSource {
    DesiredSource {
        uid: valid.uid.clone(),
        tenant: valid.organization.tenant.clone(),
        namespace: valid.namespace.clone(),
        name: valid.name.clone(),
        source: valid.source.to_owned(),
        accounts: valid.accounts.clone(),
        brand: valid.spec.brand.clone(),
        schedule: valid.schedule.clone(),
        time_zone: valid.organization.spec.time_zone.clone(),
        suspended: valid.suspended,
        conditions,
    }
}

/// The row of one that cannot be used, as far as its spec can be read. Accounts of others stay theirs.
fn of_invalid(
    source: &DataSource,
    organization: &Organization,
    tenant: TenantId,
    claimed: &[&str],
    status: &DataSourceStatus,
) -> Option<DesiredSource> {
    let (spec, uid) = (&source.spec, source.uid()?);
    // The schedule in use is the last valid one.
    let schedule = status.schedule.clone().or_else(|| spec.schedule.clone());
    let accounts = spec.accounts().into_iter();
    Some(DesiredSource {
        tenant,
        namespace: source.namespace()?,
        name: source.name_any(),
        source: spec.source()?.to_owned(),
        accounts: accounts
            .filter(|account| !claimed.contains(account))
            .map(str::to_owned)
            .collect(),
        brand: spec.brand.clone(),
        schedule: schedule.unwrap_or_else(|| workload::every_quarter_of_an_hour(&uid)),
        time_zone: organization.spec.time_zone.clone(),
        suspended: spec.suspend || organization.spec.suspend,
        conditions: json!(status.conditions),
        uid,
    })
}

/// Copies the conditions to where the API reads them, unless the object went meanwhile (its row says so already) or its Organization has no data.
///
/// # Errors
/// Postgres failed.
pub async fn mirror(
    source: &DataSource,
    context: &Context,
    progress: &Progress,
    status: &DataSourceStatus,
) -> Result<Written, Error> {
    let sources = context.world.sources.store();
    if sources.get(&ObjectRef::from_obj(source)).is_none() {
        return Ok(Written::Nothing);
    }
    let row = match &progress.valid {
        Some(valid) => Some(of_valid(valid, json!(status.conditions))),
        None => invalid_row(source, context, status).await?,
    };
    match row {
        Some(row) => Ok(context.tenancy.record_source(&row).await?.into()),
        None => Ok(Written::Nothing),
    }
}

async fn invalid_row(
    source: &DataSource,
    context: &Context,
    status: &DataSourceStatus,
) -> Result<Option<DesiredSource>, Error> {
    let namespace = source.namespace().unwrap_or_default();
    let name = &source.spec.organization_ref.name;
    let Found::There(organization) = context.world.organizations.find(name, &namespace) else {
        return Ok(None);
    };
    // What a deleted Organization had is marked as removed, and stays so.
    if organization.metadata.deletion_timestamp.is_some() {
        return Ok(None);
    }
    let uid = organization.uid().unwrap_or_default();
    let Ok(tenant) = TenantId::from_organization_uid(&uid) else {
        return Ok(None);
    };
    let recorded = context.tenancy.recorded(&tenant).await?;
    if recorded.is_none_or(|recorded| recorded.state == "retired") {
        return Ok(None);
    }
    let neighbours = neighbours(&context.world, &namespace);
    let claimed: Vec<&str> = claimed_accounts(source, &neighbours)
        .map(|(account, _)| account)
        .collect();
    Ok(of_invalid(source, &organization, tenant, &claimed, status))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{self, ORGANIZATION_UID};

    fn row(
        change: impl Fn(&mut DataSource),
        claimed: &[&str],
        schedule: Option<&str>,
    ) -> DesiredSource {
        let mut source = fixtures::data_source();
        change(&mut source);
        let tenant = TenantId::from_organization_uid(ORGANIZATION_UID).unwrap();
        let status = DataSourceStatus {
            schedule: schedule.map(str::to_owned),
            ..DataSourceStatus::default()
        };
        of_invalid(&source, &fixtures::organization(), tenant, claimed, &status).unwrap()
    }

    #[test]
    fn an_invalid_source_is_shown_with_what_its_spec_tells() {
        let shown = row(
            |source| source.spec.schedule = Some("61 * * * *".into()),
            &[],
            None,
        );
        assert_eq!(
            (shown.name.as_str(), shown.source.as_str()),
            ("first-ads", "google_ads")
        );
        assert_eq!(
            (shown.accounts, shown.schedule),
            (vec!["1234567890".to_owned()], "61 * * * *".into())
        );
        assert!(!shown.suspended);
    }

    #[test]
    fn the_schedule_in_use_stays_and_an_account_of_another_is_not_shown_here() {
        let wrong = |source: &mut DataSource| source.spec.schedule = Some("61 * * * *".into());
        let shown = row(wrong, &["1234567890"], Some("5 * * * *"));
        assert_eq!(shown.schedule, "5 * * * *");
        assert!(shown.accounts.is_empty());
    }

    #[tokio::test]
    async fn what_went_or_has_no_organization_is_not_recorded() {
        // Postgres does not answer here: an attempt to record anything would be an error.
        let context = fixtures::context(404);
        let (source, progress) = (fixtures::data_source(), Progress::default());
        let mirrored = mirror(&source, &context, &progress, &DataSourceStatus::default()).await;
        assert_eq!(mirrored.unwrap(), Written::Nothing);
        let invalid = invalid_row(&source, &context, &DataSourceStatus::default()).await;
        assert_eq!(invalid.unwrap(), None);
    }
}
