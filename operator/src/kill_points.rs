//! A layer of the Kubernetes client that marks each mutating request for the crash proof, before it is sent and after it was answered. No call can forget it.

use std::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use dpo_warehouse::kill_point;
use http::{Method, Request};
use tower::{Layer, Service};

/// Wraps the client's service.
#[derive(Clone, Copy, Debug, Default)]
pub struct KillPoints;

/// The wrapped service.
#[derive(Clone, Debug)]
pub struct Marked<S>(S);

impl<S> Layer<S> for KillPoints {
    type Service = Marked<S>;

    fn layer(&self, inner: S) -> Self::Service {
        Marked(inner)
    }
}

impl<S, B> Service<Request<B>> for Marked<S>
where
    S: Service<Request<B>>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let Some(name) = name(request.method(), request.uri().path()) else {
            return Box::pin(self.0.call(request));
        };
        kill_point(&format!("{name}.before"));
        let answer = self.0.call(request);
        Box::pin(async move {
            let answer = answer.await;
            kill_point(&format!("{name}.after"));
            answer
        })
    }
}

/// `kubernetes.patch.organizations.status`; `None` for requests that only read.
fn name(method: &Method, path: &str) -> Option<String> {
    let verb = match *method {
        Method::POST => "post",
        Method::PUT => "put",
        Method::PATCH => "patch",
        Method::DELETE => "delete",
        _ => return None,
    };
    // /api/v1/… or /apis/GROUP/VERSION/…, then perhaps namespaces/NAME, then RESOURCE[/NAME[/SUBRESOURCE]]
    let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
    let rest = parts.get(if parts.first() == Some(&"api") { 2 } else { 3 }..)?;
    let rest = if rest.first() == Some(&"namespaces") && rest.len() > 2 {
        &rest[2..]
    } else {
        rest
    };
    let resource = rest.first()?;
    Some(rest.get(2).map_or_else(
        || format!("kubernetes.{verb}.{resource}"),
        |sub| format!("kubernetes.{verb}.{resource}.{sub}"),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_mutating_requests_have_a_name_and_it_tells_the_resource() {
        let of = |method: Method, path: &str| name(&method, path);
        assert_eq!(of(Method::GET, "/apis/batch/v1/cronjobs"), None);
        assert_eq!(
            of(
                Method::PATCH,
                "/apis/batch/v1/namespaces/saigon/cronjobs/ads-sync"
            )
            .as_deref(),
            Some("kubernetes.patch.cronjobs")
        );
        assert_eq!(
            of(
                Method::PATCH,
                "/apis/dpo.dev/v1alpha1/namespaces/saigon/organizations/saigon/status"
            )
            .as_deref(),
            Some("kubernetes.patch.organizations.status")
        );
        assert_eq!(
            of(
                Method::PATCH,
                "/api/v1/namespaces/saigon/secrets/dpo-tenant-database"
            )
            .as_deref(),
            Some("kubernetes.patch.secrets")
        );
        assert_eq!(
            of(
                Method::POST,
                "/apis/events.k8s.io/v1/namespaces/saigon/events"
            )
            .as_deref(),
            Some("kubernetes.post.events")
        );
    }
}
