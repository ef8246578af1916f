//! Google Ads: what an account spent and what the platform claims for it, by campaign, day and hour.
//!
//! Account figures are the sums of the campaign rows: the campaign level covers every kind of campaign, Performance Max
//! included, so one query feeds both levels.

mod declaration;
mod errors;
mod projection;
mod query;
mod read;

use dpo_warehouse::model::AccountId;
use secrecy::SecretString;

use crate::auth::credentials::Credentials;
use crate::frame::connector::{Connector, distinct};
use crate::frame::declaration::{SourceDeclaration, StreamDeclaration};
use crate::frame::error_table::ErrorSignal;
use crate::frame::exchange::{Answer, Request};
use crate::frame::failure::Failure;
use crate::frame::pull::{Next, Page, PagedPull, PagedStream, Position, Pull, Slice, Span};

pub use declaration::DECLARATION;
pub use projection::project;

/// The scope that tokens must have.
pub const OAUTH_SCOPE: &str = "https://www.googleapis.com/auth/adwords";

const HOST: &str = "googleads.googleapis.com";

/// The accounts of one DataSource.
#[derive(Debug)]
pub struct GoogleAds {
    customer_ids: Vec<AccountId>,
    headers: Vec<(&'static str, SecretString)>,
}

impl GoogleAds {
    /// The connector for these settings. A developer token is optional, and never sent empty.
    #[must_use]
    pub fn new(
        customer_ids: &[String],
        login_customer_id: Option<&str>,
        credentials: &Credentials,
    ) -> Self {
        let manager = login_customer_id.map(digits).filter(|id| !id.is_empty());
        let headers = [
            ("login-customer-id", manager.map(SecretString::from)),
            ("developer-token", credentials.get("developer_token")),
        ];
        Self {
            customer_ids: distinct(customer_ids.iter().filter_map(|id| digits(id).parse().ok())),
            headers: headers
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)))
                .collect(),
        }
    }
}

/// People write customer ids with hyphens; the interface wants digits.
fn digits(id: &str) -> String {
    id.chars().filter(char::is_ascii_digit).collect()
}

impl Connector for GoogleAds {
    fn declaration(&self) -> &'static SourceDeclaration {
        &DECLARATION
    }

    fn accounts(&self) -> Vec<AccountId> {
        self.customer_ids.clone()
    }

    fn pull(&self, stream: &'static StreamDeclaration, slice: Slice) -> Box<dyn Pull> {
        let part = Report {
            stream,
            account: slice.account,
            headers: self.headers.clone(),
        };
        Box::new(PagedPull::new(
            vec![Box::new(part)],
            slice.span,
            slice.page_size,
        ))
    }

    fn signal(&self, answer: &Answer) -> Option<ErrorSignal> {
        errors::signal(answer)
    }
}

/// One query over one account.
struct Report {
    stream: &'static StreamDeclaration,
    account: AccountId,
    headers: Vec<(&'static str, SecretString)>,
}

impl PagedStream for Report {
    fn request(&self, span: &Span, position: &Position) -> Request {
        let query = query::of(self.stream, span);
        let (method, body) = match &position.at {
            // Only an answer that came in pages is continued; the stream method gives everything at once.
            Next::Token(token) => (
                "search",
                serde_json::json!({"query": query, "pageToken": token}),
            ),
            Next::Done | Next::Offset(_) => ("searchStream", serde_json::json!({"query": query})),
        };
        let version = DECLARATION.version.name;
        let path = format!("/{version}/customers/{}/googleAds:{method}", self.account);
        let request = Request::post_json(HOST, path, &body);
        Request {
            headers: self.headers.clone(),
            ..request
        }
    }

    fn read(&self, span: &Span, _position: &Position, answer: &Answer) -> Result<Page, Failure> {
        read::page(self.stream, &self.account, span, answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::credentials::fixtures::credentials;
    use crate::frame::exchange::Body;
    use crate::frame::pull::DateRange;
    use jiff::civil::date;
    use jiff::tz::TimeZone;
    use secrecy::ExposeSecret as _;

    fn connector(login: Option<&str>, developer_token: &str) -> GoogleAds {
        GoogleAds::new(
            &["123-456-7890".to_owned()],
            login,
            &credentials(&[("developer_token", developer_token)]),
        )
    }

    fn request(connector: &GoogleAds, stream: &str) -> Request {
        let stream = DECLARATION.stream(stream).unwrap();
        let span = Span::Days(DateRange {
            first: date(2026, 9, 1),
            last: date(2026, 9, 3),
        });
        let account = connector.accounts().remove(0);
        let slice = Slice {
            account,
            zone: TimeZone::UTC,
            currency: None,
            span,
            page_size: None,
        };
        connector.pull(stream, slice).next_request().unwrap()
    }

    #[test]
    fn the_request_is_the_documented_one() {
        let connector = connector(Some("111-222-3333"), "dev");
        let request = request(&connector, "campaign_hourly");
        assert_eq!(request.host, "googleads.googleapis.com");
        assert_eq!(
            request.path,
            "/v26/customers/1234567890/googleAds:searchStream"
        );
        let headers: Vec<_> = request
            .headers
            .iter()
            .map(|(name, value)| (*name, value.expose_secret()))
            .collect();
        assert_eq!(
            headers,
            [
                ("login-customer-id", "1112223333"),
                ("developer-token", "dev")
            ]
        );
        let Body::Json(body) = request.body else {
            panic!("no JSON")
        };
        assert!(
            body.contains("segments.hour")
                && body.contains("BETWEEN '2026-09-01' AND '2026-09-03'"),
            "{body}"
        );
        assert!(!body.contains("pageSize"));
    }

    #[test]
    fn an_account_that_is_named_twice_is_read_once() {
        let ids = ["123-456-7890", "1234567890", "1112223333"].map(str::to_owned);
        let connector = GoogleAds::new(&ids, None, &credentials(&[]));
        assert_eq!(
            connector.accounts(),
            ["1234567890", "1112223333"].map(|id| id.parse().unwrap())
        );
    }

    #[test]
    fn empty_headers_are_left_out() {
        let connector = connector(None, " ");
        assert!(request(&connector, "campaign_daily").headers.is_empty());
    }
}
