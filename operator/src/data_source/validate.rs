//! From a spec and its surroundings to what can be built. Pure.

use std::sync::Arc;

use croner::parser::CronParser;
use dpo_crds::{ConditionType, DataSource, DataSourceSpec, Reason};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::{ObjectMeta, OwnerReference};
use kube::{Resource, ResourceExt};

use super::dereference::Surroundings;
use crate::{
    conditions,
    error::Error,
    organization::{ValidOrganization, check_time_zone},
    workload,
};

/// A DataSource that can be built.
#[derive(Clone, Debug)]
pub struct ValidDataSource {
    pub uid: String,
    pub namespace: String,
    pub name: String,
    pub owner: OwnerReference,
    pub spec: DataSourceSpec,
    /// The connector's id.
    pub source: &'static str,
    pub accounts: Vec<String>,
    /// The cron expression in use, in the Organization's zone.
    pub schedule: String,
    pub organization: ValidOrganization,
    pub suspended: bool,
}

/// Checks what the schema's rules cannot.
///
/// # Errors
/// A sentence that says what to change.
pub fn validate(
    source: &DataSource,
    surroundings: &Surroundings,
) -> Result<ValidDataSource, Error> {
    let spec = source.spec.clone();
    let invalid = |message: &str| Error::Invalid(Reason::InvalidSpec, message.to_owned());
    let settings = source
        .spec
        .settings()
        .ok_or_else(|| invalid("Set exactly one of googleAds, googleAnalytics and shopify."))?;
    let accounts: Vec<String> = settings.accounts().into_iter().map(str::to_owned).collect();
    check_claims(source, &surroundings.neighbours)?;
    check_unknown_claims(source, &surroundings.unreadable_neighbours)?;
    if let Some(zone) = &spec.time_zone {
        check_time_zone(zone)?;
    }
    let uid = source
        .uid()
        .ok_or_else(|| invalid("The object has no UID yet."))?;
    let schedule = match &spec.schedule {
        None => workload::every_quarter_of_an_hour(&uid),
        Some(text) => check_schedule(text)?,
    };
    Ok(ValidDataSource {
        namespace: source
            .namespace()
            .ok_or_else(|| invalid("The object has no namespace."))?,
        name: source.name_any(),
        owner: source
            .controller_owner_ref(&())
            .ok_or_else(|| invalid("The object has no name."))?,
        source: settings.source(),
        accounts,
        schedule,
        suspended: spec.suspend || surroundings.organization.spec.suspend,
        organization: surroundings.organization.clone(),
        spec,
        uid,
    })
}

fn check_schedule(text: &str) -> Result<String, Error> {
    let parsed = CronParser::builder()
        .seconds(croner::parser::Seconds::Disallowed)
        .year(croner::parser::Year::Disallowed)
        .build()
        .parse(text);
    match parsed {
        Ok(_) => Ok(text.to_owned()),
        Err(error) => {
            let message = format!(
                "schedule '{text}' cannot be read as a cron expression: {error}. Write five fields, such as '*/15 * * * *'."
            );
            Err(Error::Invalid(Reason::InvalidSchedule, message))
        }
    }
}

/// The accounts of a source that others have, each with the other's name: of two DataSources that name the same account the one made first has it.
pub fn claimed_accounts<'a>(
    source: &'a DataSource,
    neighbours: &'a [Arc<DataSource>],
) -> impl Iterator<Item = (&'a str, String)> {
    let age = |other: &DataSource| (other.creation_timestamp().map(|time| time.0), other.uid());
    neighbours
        .iter()
        .filter(move |other| {
            other.spec.source() == source.spec.source() && age(other) < age(source)
        })
        .flat_map(move |other| {
            let theirs = other.spec.accounts();
            let ours = source.spec.accounts().into_iter();
            ours.filter(move |account| theirs.contains(account))
                .map(|account| (account, other.name_any()))
        })
}

fn check_claims(source: &DataSource, neighbours: &[Arc<DataSource>]) -> Result<(), Error> {
    let Some((account, name)) = claimed_accounts(source, neighbours).next() else {
        return Ok(());
    };
    let message = format!(
        "The account {account} is already pulled by the DataSource {name}. Leave it to {name} and create this one without it, or delete {name}."
    );
    Err(Error::Waiting(Reason::AccountAlreadyClaimed, message))
}

/// An account that an older DataSource had stays its own while that one cannot be read.
fn check_unknown_claims(source: &DataSource, unreadable: &[ObjectMeta]) -> Result<(), Error> {
    let created = |metadata: &ObjectMeta| metadata.creation_timestamp.as_ref().map(|time| time.0);
    let older = |other: &&ObjectMeta| {
        (created(other), &other.uid) < (created(&source.metadata), &source.metadata.uid)
    };
    let conditions = source.status.as_ref().map(|status| &status.conditions);
    let ready = conditions.and_then(|found| conditions::of(found, ConditionType::Ready));
    let claimed = Reason::AccountAlreadyClaimed;
    match ready.filter(|ready| ready.reason == claimed.as_str()) {
        Some(ready) if unreadable.iter().find(older).is_some() => {
            Err(Error::Waiting(claimed, ready.message.clone()))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{conditions::Finding, fixtures};

    fn made(name: &str, second: u8, accounts: &[&str]) -> Arc<DataSource> {
        let mut source = fixtures::data_source();
        source.metadata.name = Some(name.into());
        source.metadata.uid = Some(format!("uid-of-{name}"));
        source.metadata.creation_timestamp =
            Some(serde_json::from_value(format!("2026-11-23T01:00:{second:02}Z").into()).unwrap());
        source.spec.google_ads.as_mut().unwrap().customer_ids =
            accounts.iter().map(ToString::to_string).collect();
        Arc::new(source)
    }

    #[test]
    fn the_first_to_name_an_account_has_it() {
        let (first, second) = (
            made("first", 0, &["1", "2"]),
            made("second", 1, &["2", "3"]),
        );
        let other = made("other", 2, &["4"]);
        let all = [first.clone(), second.clone(), other.clone()];
        assert!(check_claims(&first, &all).is_ok());
        assert!(check_claims(&other, &all).is_ok());
        let error = check_claims(&second, &all).unwrap_err().verdict();
        assert_eq!(error.reason, Reason::AccountAlreadyClaimed);
        assert!(
            error.message.contains("account 2") && error.message.contains("DataSource first"),
            "{}",
            error.message
        );
    }

    #[test]
    fn an_account_of_another_stays_the_others_while_that_one_cannot_be_read() {
        let (first, second) = (made("first", 0, &["1"]), made("second", 1, &["1"]));
        let mut second = DataSource::clone(&second);
        let check = |source: &DataSource, unreadable: &DataSource| {
            check_unknown_claims(source, std::slice::from_ref(&unreadable.metadata))
        };
        assert!(check(&second, &first).is_ok(), "nothing was claimed before");
        let finding = Finding::fails(ConditionType::Ready, Reason::AccountAlreadyClaimed, "x");
        second.status.get_or_insert_default().conditions =
            conditions::merged(&[], &[finding], Some(1), jiff::Timestamp::UNIX_EPOCH);
        let verdict = check(&second, &first).unwrap_err().verdict();
        assert_eq!(
            (verdict.reason, verdict.message.as_str()),
            (Reason::AccountAlreadyClaimed, "x")
        );
        let younger = made("younger", 2, &["1"]);
        assert!(check(&second, &younger).is_ok());
        assert!(check_unknown_claims(&second, &[]).is_ok());
    }

    #[test]
    fn a_schedule_is_read_before_kubernetes_sees_it() {
        assert_eq!(
            check_schedule("7,37 6-22 * * MON-SAT").unwrap(),
            "7,37 6-22 * * MON-SAT"
        );
        for wrong in ["61 * * * *", "* * * *", "a b c d e"] {
            assert_eq!(
                check_schedule(wrong).unwrap_err().verdict().reason,
                Reason::InvalidSchedule,
                "{wrong}"
            );
        }
    }

    #[test]
    fn a_suspended_organization_suspends_its_sources() {
        let mut surroundings = fixtures::source_surroundings();
        assert!(
            !validate(&fixtures::data_source(), &surroundings)
                .unwrap()
                .suspended
        );
        surroundings.organization.spec.suspend = true;
        assert!(
            validate(&fixtures::data_source(), &surroundings)
                .unwrap()
                .suspended
        );
    }
}
