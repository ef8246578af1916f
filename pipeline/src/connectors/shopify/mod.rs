//! Shopify: what the shop recorded, order by order and refund by refund, through the GraphQL Admin interface.

mod declaration;
mod errors;
mod facts;
mod payload;
mod pull;
mod query;
mod wire;

use dpo_warehouse::model::{AccountId, EntityRow, Level, RunClass};
use serde_json::Value;

use crate::frame::connector::Connector;
use crate::frame::declaration::{SourceDeclaration, StreamDeclaration};
use crate::frame::error_table::ErrorSignal;
use crate::frame::exchange::{Answer, Authentication, Request};
use crate::frame::failure::Failure;
use crate::frame::pull::{Batch, Next, Page, PagedPull, PagedStream, Position, Pull, Slice, Span};

pub use declaration::DECLARATION;

/// One shop.
#[derive(Debug)]
pub struct Shopify {
    shop: AccountId,
}

impl Shopify {
    /// The connector of one shop, given by its `myshopify.com` domain.
    #[must_use]
    pub fn new(shop: AccountId) -> Self {
        Self { shop }
    }
}

impl Connector for Shopify {
    fn declaration(&self) -> &'static SourceDeclaration {
        &DECLARATION
    }

    fn accounts(&self) -> Vec<AccountId> {
        vec![self.shop.clone()]
    }

    fn pull(&self, stream: &'static StreamDeclaration, slice: Slice) -> Box<dyn Pull> {
        match slice.span {
            Span::Changes { since, until } => {
                let size = slice.page_size.or(stream.pagination.size()).unwrap_or(1);
                let size = size.min(declaration::MOST_ORDERS_OF_A_PAGE);
                Box::new(pull::OrdersPull::new(
                    stream.id(),
                    slice,
                    since,
                    until,
                    size,
                ))
            }
            span => {
                let parts: Vec<Box<dyn PagedStream>> = vec![
                    Box::new(ShopItself {
                        shop: self.shop.clone(),
                    }),
                    Box::new(Reach {
                        shop: self.shop.clone(),
                    }),
                ];
                Box::new(PagedPull::new(parts, span, None))
            }
        }
    }

    fn signal(&self, answer: &Answer) -> Option<ErrorSignal> {
        errors::signal(answer)
    }

    fn served_version(&self, answer: &Answer) -> Option<String> {
        answer
            .headers
            .get("x-shopify-api-version")
            .and_then(|value| value.to_str().ok())
            .map(str::to_owned)
    }
}

/// Orders are facts from the start: there is no window stream to project.
fn request(shop: &str, body: &Value) -> Request {
    let path = format!("/admin/api/{}/graphql.json", DECLARATION.version.name);
    let request = Request::post_json(shop, path, body);
    Request {
        authentication: Authentication::Header("x-shopify-access-token"),
        ..request
    }
}

/// The shop's name, zone and currency.
struct ShopItself {
    shop: AccountId,
}

impl PagedStream for ShopItself {
    fn request(&self, _span: &Span, _position: &Position) -> Request {
        request(self.shop.as_str(), &query::shop())
    }

    fn read(&self, _span: &Span, _position: &Position, answer: &Answer) -> Result<Page, Failure> {
        let data = answer
            .json_object::<wire::Envelope<wire::ShopAnswer>>()?
            .data;
        let data = data.ok_or_else(|| Failure::unexpected("an answer without data"))?;
        let shop = data
            .shop
            .ok_or_else(|| Failure::unexpected("an answer without shop"))?;
        let entity = EntityRow {
            account: self.shop.clone(),
            level: Level::Account,
            id: self.shop.as_str().to_owned(),
            name: shop.name.get().map(str::to_owned),
            status: None,
            parent: None,
            currency: shop.currency_code.get().and_then(|code| code.parse().ok()),
            time_zone: shop.iana_timezone.get().map(str::to_owned),
        };
        Ok(Page {
            batch: Batch {
                entities: vec![entity],
                ..Batch::default()
            },
            next: Next::Done,
        })
    }
}

/// How far back the app may read.
struct Reach {
    shop: AccountId,
}

impl PagedStream for Reach {
    /// Not every token may ask for its own scopes; figures do not depend on it.
    fn request(&self, _span: &Span, _position: &Position) -> Request {
        Request {
            dispensable: &[
                RunClass::PermissionDenied,
                RunClass::PermanentBug,
                RunClass::AccountDisabled,
                RunClass::TooMuchData,
                RunClass::Transient,
            ],
            ..request(self.shop.as_str(), &query::access_scopes())
        }
    }

    fn read(&self, _span: &Span, _position: &Position, answer: &Answer) -> Result<Page, Failure> {
        let scopes: Option<wire::ScopesAnswer> = answer
            .json::<wire::Envelope<_>>()
            .ok()
            .and_then(|envelope| envelope.data);
        let notes = scopes
            .and_then(|scopes| scopes.current_app_installation)
            .and_then(|app| reach(&app))
            .into_iter()
            .collect();
        Ok(Page {
            batch: Batch {
                notes,
                ..Batch::default()
            },
            next: Next::Done,
        })
    }
}

/// Without `read_all_orders` the shop shows the orders of the last 60 days only, which looks like missing history.
fn reach(installation: &wire::Installation) -> Option<String> {
    const LAST_60_DAYS: &str = "The app may read the orders of the last 60 days only; give it the scope read_all_orders to see older ones";
    let scopes = &installation.access_scopes.items;
    let all = scopes
        .iter()
        .any(|scope| scope.handle.get() == Some("read_all_orders"));
    (!scopes.is_empty() && !all).then(|| LAST_60_DAYS.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::exchange::fixtures::{answer, answer_with};
    use jiff::tz::TimeZone;

    fn shopify() -> Shopify {
        Shopify::new("saigon-coffee.myshopify.com".parse().unwrap())
    }

    #[test]
    fn the_shop_tells_its_zone_and_currency() {
        let slice = Slice {
            account: shopify().shop,
            zone: TimeZone::UTC,
            currency: None,
            span: Span::Now,
            page_size: None,
        };
        let mut pull = shopify().pull(DECLARATION.stream("shop").unwrap(), slice);
        let request = pull.next_request().unwrap();
        assert_eq!(
            (request.host.as_str(), request.path.as_str()),
            (
                "saigon-coffee.myshopify.com",
                "/admin/api/2026-10/graphql.json"
            )
        );
        let body = r#"{"data": {"shop": {"name": "Cà phê", "currencyCode": "VND", "ianaTimezone": "Asia/Ho_Chi_Minh"}}}"#;
        pull.accept(&answer(200, body)).unwrap();
        assert!(
            pull.next_request()
                .unwrap()
                .dispensable
                .contains(&RunClass::PermissionDenied)
        );
        let scopes = r#"{"data": {"currentAppInstallation": {"accessScopes": [{"handle": "read_orders"}]}}}"#;
        pull.accept(&answer(200, scopes)).unwrap();
        let mut batch = pull.take();
        assert!(batch.notes[0].contains("last 60 days"));
        let entity = batch.entities.remove(0);
        assert_eq!(entity.time_zone.as_deref(), Some("Asia/Ho_Chi_Minh"));
        assert_eq!(entity.currency.unwrap().as_str(), "VND");
    }

    #[test]
    fn the_version_that_answered_is_noticed() {
        let told = answer_with(200, &[("x-shopify-api-version", "2027-01")], "{}");
        assert_eq!(shopify().served_version(&told).as_deref(), Some("2027-01"));
    }
}
