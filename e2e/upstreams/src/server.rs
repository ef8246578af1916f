//! The thin edge: reads requests, hands them to the platforms, sends answers as they are to travel.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, StatusCode, request::Parts};
use axum::response::Response;
use bytes::Bytes;
use futures::{StreamExt, stream};
use jiff::Timestamp;
use tokio::net::TcpListener;

use crate::routes;
use crate::web::{Answer, Request, Travel};
use crate::world::World;

const LARGEST_BODY: usize = 1 << 20;
/// Time for the first part of a body to leave before the connection is cut.
const UNTIL_SENT: Duration = Duration::from_millis(100);

/// Serves until `stop` is done, then lets running requests end.
///
/// # Errors
/// When the socket fails.
pub async fn serve(
    world: Arc<World>,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let router = Router::new().fallback(handle).with_state(world);
    axum::serve(listener, router)
        .with_graceful_shutdown(stop)
        .await
}

async fn handle(State(world): State<Arc<World>>, request: axum::extract::Request) -> Response {
    let (parts, body) = request.into_parts();
    let date = http_date(world.now());
    let answer = match to_bytes(body, LARGEST_BODY).await {
        Ok(body) => {
            let request = plain(&parts, &body);
            let answered =
                tokio::task::spawn_blocking(move || routes::answer(&world, &request)).await;
            answered.unwrap_or_else(|_| {
                Answer::text(
                    500,
                    "text/plain",
                    "The simulator failed; see its log.".to_owned(),
                )
            })
        }
        Err(_) => Answer::text(413, "text/plain", "Payload Too Large".to_owned()),
    };
    response(answer.with("date", &date))
}

/// `Sun, 06 Nov 1994 08:49:37 GMT`, so that waits "until midnight" count from the simulator's clock.
fn http_date(now: Timestamp) -> String {
    now.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

fn plain(parts: &Parts, body: &Bytes) -> Request {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    Request {
        method: parts.method.to_string(),
        path: parts.uri.path().to_owned(),
        query: parts.uri.query().unwrap_or_default().to_owned(),
        headers: parts
            .headers
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), text(value)))
            .collect(),
        body: body.to_vec(),
    }
}

fn response(answer: Answer) -> Response {
    let mut response = Response::new(travelling(answer.body, answer.travel));
    *response.status_mut() =
        StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

fn travelling(body: String, travel: Travel) -> Body {
    let bytes = Bytes::from(body);
    let (head, tail) = (
        bytes.slice(..bytes.len() / 2),
        bytes.slice(bytes.len() / 2..),
    );
    match travel {
        Travel::Whole => Body::from(bytes),
        Travel::Truncated => {
            let cut = stream::once(async {
                tokio::time::sleep(UNTIL_SENT).await;
                Err(io::Error::other("cut off on demand"))
            });
            Body::from_stream(stream::once(async { Ok(head) }).chain(cut))
        }
        Travel::Slow(seconds) => {
            let late = stream::once(async move {
                tokio::time::sleep(Duration::from_secs(seconds)).await;
                Ok::<_, Infallible>(tail)
            });
            Body::from_stream(stream::once(async { Ok(head) }).chain(late))
        }
    }
}
