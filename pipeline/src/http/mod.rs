//! The thin part that touches the network. Redirects, proxies, plain http and private addresses are refused;
//! hosts that the platform team maps elsewhere are exempt from the last two.

pub mod address;
mod body;
mod platforms;
mod resolver;

use std::sync::Arc;
use std::time::Duration;

use dpo_warehouse::model::RunClass;
use http::header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue};
use jiff::Timestamp;
use reqwest::redirect::Policy;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::frame::exchange::{Answer, Authentication, Body, Request};
use crate::frame::failure::{Failure, Reason, Remedy, Scope};
pub use body::AnswerLimits;
use body::BodyError;
pub use platforms::{InvalidPlatformUrls, PlatformUrls};
use resolver::PublicResolver;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

const UNREACHABLE: &str = "The platform could not be reached. Nothing to do: the figures are fetched again in the next run.";
const REFUSED: &str = "The platform's address is not a public one and is not connected to. Ask the platform team to check the platforms' URLs.";
const TOO_LARGE: &str = "The platform's answer is larger than we accept at once. Nothing to do: smaller requests follow.";

/// The client could not be set up.
#[derive(Debug, thiserror::Error)]
pub enum ClientSetupError {
    /// The TLS library has no usable cipher suites.
    #[error("TLS could not be set up")]
    Tls(#[from] rustls::Error),
    /// The HTTP library refused the settings.
    #[error("the HTTPS client could not be set up")]
    Http(#[from] reqwest::Error),
}

/// Sends requests to platforms.
#[derive(Debug, Clone)]
pub struct HttpClient {
    guarded: reqwest::Client,
    mapped: reqwest::Client,
    platforms: PlatformUrls,
    limits: AnswerLimits,
}

impl HttpClient {
    /// A client for the platforms, some of which may be mapped elsewhere.
    ///
    /// # Errors
    /// The TLS library cannot be set up.
    pub fn new(platforms: PlatformUrls, limits: AnswerLimits) -> Result<Self, ClientSetupError> {
        let guarded = builder(tls()?, limits)
            .https_only(true)
            .dns_resolver(Arc::new(PublicResolver))
            .build()?;
        // Small servers close connections without a word, so that each request gets its own.
        let mapped = builder(tls()?, limits).pool_max_idle_per_host(0).build()?;
        Ok(Self {
            guarded,
            mapped,
            platforms,
            limits,
        })
    }

    /// Sends one request and reads the whole answer.
    ///
    /// # Errors
    /// Nothing came back, or more than we accept, or the address is refused. An answer of failure is no error here.
    pub async fn send(
        &self,
        request: &Request,
        token: Option<&SecretString>,
    ) -> Result<Answer, Failure> {
        let (client, url, mapped) = self.place_of(request)?;
        let mut builder = client.request(request.method.clone(), url);
        if mapped {
            builder = builder.header("x-forwarded-host", &request.host);
        }
        builder = with_body(
            with_token(with_headers(builder, request), request, token),
            &request.body,
        );
        let response = builder.send().await.map_err(|error| unreachable(&error))?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let body = body::read(response, self.limits)
            .await
            .map_err(|error| broken(&error))?;
        Ok(Answer {
            status,
            headers,
            body,
            received_at: Timestamp::now(),
        })
    }

    fn place_of(&self, request: &Request) -> Result<(&reqwest::Client, Url, bool), Failure> {
        let mapped = self.platforms.base_of(&request.host);
        let text = match mapped {
            Some(base) => format!("{}{}", base.as_str().trim_end_matches('/'), request.path),
            None => format!("https://{}{}", request.host, request.path),
        };
        let mut url = Url::parse(&text).map_err(|_| refused())?;
        if !request.query.is_empty() {
            url.query_pairs_mut().extend_pairs(&request.query);
        }
        if mapped.is_some() {
            return Ok((&self.mapped, url, true));
        }
        let is_the_host =
            url.host_str().is_some_and(|host| host == request.host) && url.port().is_none();
        let literal = url
            .host()
            .is_none_or(|host| address::is_refused_literal(&host));
        if literal || !is_the_host {
            Err(refused())
        } else {
            Ok((&self.guarded, url, false))
        }
    }
}

fn builder(tls: rustls::ClientConfig, limits: AnswerLimits) -> reqwest::ClientBuilder {
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(Policy::none())
        .no_proxy()
        .no_gzip()
        .connect_timeout(CONNECT_TIMEOUT)
        .read_timeout(limits.silence)
        .timeout(limits.whole)
        .user_agent(concat!("dpo-pipeline/", env!("CARGO_PKG_VERSION")))
}

/// The compiled-in roots make the client independent of certificates in the image.
fn tls() -> Result<rustls::ClientConfig, rustls::Error> {
    let roots: rustls::RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?;
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn with_headers(builder: reqwest::RequestBuilder, request: &Request) -> reqwest::RequestBuilder {
    let builder = builder
        .header(ACCEPT, "application/json")
        .header(ACCEPT_ENCODING, "gzip");
    request
        .headers
        .iter()
        .fold(builder, |builder, (name, value)| {
            match secret_header(value) {
                Some(value) => builder.header(HeaderName::from_static(name), value),
                None => builder,
            }
        })
}

fn with_token(
    builder: reqwest::RequestBuilder,
    request: &Request,
    token: Option<&SecretString>,
) -> reqwest::RequestBuilder {
    match (request.authentication, token) {
        (Authentication::Bearer, Some(token)) => {
            let value = SecretString::from(format!("Bearer {}", token.expose_secret()));
            secret_header(&value)
                .into_iter()
                .fold(builder, |builder, value| {
                    builder.header(AUTHORIZATION, value)
                })
        }
        (Authentication::Header(name), Some(token)) => secret_header(token)
            .into_iter()
            .fold(builder, |builder, value| {
                builder.header(HeaderName::from_static(name), value)
            }),
        (Authentication::None, _) | (_, None) => builder,
    }
}

fn secret_header(value: &SecretString) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(value.expose_secret()).ok()?;
    value.set_sensitive(true);
    Some(value)
}

fn with_body(builder: reqwest::RequestBuilder, body: &Body) -> reqwest::RequestBuilder {
    match body {
        Body::None => builder,
        Body::Json(json) => builder
            .header(CONTENT_TYPE, "application/json")
            .body(json.clone()),
        Body::Form(fields) => {
            let exposed: Vec<_> = fields
                .iter()
                .map(|(name, value)| (*name, value.expose_secret()))
                .collect();
            builder.form(&exposed)
        }
    }
}

fn refused() -> Failure {
    Failure::new(
        RunClass::PermanentBug,
        Scope::App,
        Reason::AddressRefused,
        REFUSED,
    )
}

fn unreachable(error: &reqwest::Error) -> Failure {
    if names_no_public_address(error) {
        return refused();
    }
    let what = if error.is_timeout() {
        "no answer in time"
    } else if error.is_connect() {
        "no connection"
    } else {
        "the connection broke"
    };
    Failure::new(
        RunClass::Transient,
        Scope::Stream,
        Reason::PlatformUnavailable,
        UNREACHABLE,
    )
    .with_detail(what)
}

fn names_no_public_address(error: &reqwest::Error) -> bool {
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        if cause.is::<resolver::NoPublicAddress>() {
            return true;
        }
        source = cause.source();
    }
    false
}

fn broken(error: &BodyError) -> Failure {
    match error {
        BodyError::TooLarge(_) => Failure::new(
            RunClass::TooMuchData,
            Scope::Stream,
            Reason::TooMuchData,
            TOO_LARGE,
        )
        .with_remedy(Remedy::AskForLess)
        .with_detail(error.to_string()),
        BodyError::BrokenOff => Failure::malformed(error.to_string()),
    }
}
