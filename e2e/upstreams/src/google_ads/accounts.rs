//! Who may read which account, and what accounts say about themselves.

use super::errors::{AdsError, known};
use super::report::Cell;
use crate::business::Business;
use crate::world::{GoogleLogin, World};

/// An account that a request is about.
#[derive(Clone)]
pub struct Customer<'a> {
    /// Its business.
    pub business: &'a Business,
    /// Account or manager.
    pub serving: Serving,
    /// Ten digits.
    pub id: String,
}

/// What kind of account it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Serving {
    /// An account that advertises, by its position in the business.
    Account(usize),
    /// A manager of accounts.
    Manager,
}

/// The account with this id, if the login may read it through the named manager.
///
/// # Errors
/// The platform's own refusal.
pub fn open<'a>(
    world: &World,
    google: GoogleLogin<'a>,
    id: &str,
    login_customer: Option<&str>,
) -> Result<Customer<'a>, AdsError> {
    if id.len() != 10 || !id.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(known("INVALID_CUSTOMER_ID"));
    }
    let Some(customer) = find(google.business, id).filter(|_| sees(google, id)) else {
        let exists = world
            .businesses
            .iter()
            .any(|business| find(business, id).is_some());
        return Err(known(if exists {
            "USER_PERMISSION_DENIED"
        } else {
            "CUSTOMER_NOT_FOUND"
        }));
    };
    check_route(&customer, login_customer)?;
    check_status(&customer)?;
    Ok(customer)
}

fn find<'a>(business: &'a Business, id: &str) -> Option<Customer<'a>> {
    let accounts = &business.spec.google_ads;
    let position = accounts
        .iter()
        .position(|account| account.customer_id == id);
    let manages = accounts
        .iter()
        .any(|account| account.login_customer_id.as_deref() == Some(id));
    let serving = position
        .map(Serving::Account)
        .or(manages.then_some(Serving::Manager))?;
    Some(Customer {
        business,
        serving,
        id: id.to_owned(),
    })
}

fn sees(google: GoogleLogin<'_>, id: &str) -> bool {
    let listed = &google.credential.accounts;
    let manager_of_listed = google.business.spec.google_ads.iter().any(|account| {
        account.login_customer_id.as_deref() == Some(id) && listed.contains(&account.customer_id)
    });
    listed.is_empty() || listed.iter().any(|account| account == id) || manager_of_listed
}

/// An account under a manager is reached only by naming the manager; one of its own never by naming another.
fn check_route(customer: &Customer<'_>, login_customer: Option<&str>) -> Result<(), AdsError> {
    let manager = match customer.serving {
        Serving::Account(index) => customer.business.spec.google_ads[index]
            .login_customer_id
            .as_deref(),
        Serving::Manager => None,
    };
    match (manager, login_customer) {
        (None, None) => Ok(()),
        (None, Some(named)) if named == customer.id => Ok(()),
        (Some(manager), Some(named)) if manager == named => Ok(()),
        (_, Some(named)) if find(customer.business, named).is_some() => Err(known(
            "INVALID_LOGIN_CUSTOMER_ID_SERVING_CUSTOMER_ID_COMBINATION",
        )),
        _ => Err(known("USER_PERMISSION_DENIED")),
    }
}

fn check_status(customer: &Customer<'_>) -> Result<(), AdsError> {
    match customer.status() {
        "CANCELED" | "CLOSED" => Err(known("CUSTOMER_NOT_ENABLED")),
        "SUSPENDED" => Err(known("ACTION_NOT_PERMITTED_FOR_SUSPENDED_ACCOUNT")),
        _ => Ok(()),
    }
}

/// The accounts that a login reaches without naming a manager: its own, and its managers.
pub fn accessible(google: GoogleLogin<'_>) -> Vec<String> {
    let accounts = google
        .business
        .spec
        .google_ads
        .iter()
        .filter(|account| sees(google, &account.customer_id));
    let mut ids: Vec<String> = accounts
        .map(|account| {
            account
                .login_customer_id
                .as_ref()
                .unwrap_or(&account.customer_id)
                .clone()
        })
        .collect();
    ids.sort();
    ids.dedup();
    ids
}

impl<'a> Customer<'a> {
    fn status(&self) -> &'a str {
        match self.serving {
            Serving::Account(index) => &self.business.spec.google_ads[index].status,
            Serving::Manager => "ENABLED",
        }
    }

    /// The account itself and, for a manager, the accounts below.
    pub fn clients(&self) -> Vec<Self> {
        let below = self
            .business
            .spec
            .google_ads
            .iter()
            .enumerate()
            .filter(|(_, account)| {
                self.serving == Serving::Manager
                    && account.login_customer_id.as_ref() == Some(&self.id)
            });
        let below = below.map(|(index, account)| Self {
            business: self.business,
            serving: Serving::Account(index),
            id: account.customer_id.clone(),
        });
        [self.clone()].into_iter().chain(below).collect()
    }

    /// A field of `customer`, shared by `customer_client`.
    pub fn attribute(&self, field: &str) -> Cell {
        let accounts = &self.business.spec.google_ads;
        let account = match self.serving {
            Serving::Account(index) => accounts.get(index),
            Serving::Manager => accounts
                .iter()
                .find(|account| account.login_customer_id.as_ref() == Some(&self.id)),
        };
        let Some(account) = account else {
            return Cell::Text(String::new());
        };
        let manager = self.serving == Serving::Manager;
        match field {
            "id" => Cell::Int(self.id.parse().unwrap_or_default()),
            "resource_name" => Cell::Text(format!("customers/{}", self.id)),
            "descriptive_name" if manager => {
                Cell::Text(format!("{} (manager)", self.business.spec.name))
            }
            "descriptive_name" => Cell::Text(account.name.clone()),
            "currency_code" => Cell::Text(account.currency.clone()),
            "time_zone" => Cell::Text(account.time_zone.clone()),
            "status" => Cell::Text(self.status().to_owned()),
            "manager" => Cell::Flag(manager),
            "auto_tagging_enabled" => Cell::Flag(!manager),
            _ => Cell::Flag(false),
        }
    }
}
