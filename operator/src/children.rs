//! Children of the custom resources: telling whether the stored object still is what was asked for, applying it where it is not, and
//! deleting what is no longer wanted.

use std::collections::BTreeMap;
use std::fmt::Debug;

use dpo_crds::Reason;
use k8s_openapi::NamespaceResourceScope;
use kube::{
    Api, Client, Resource, ResourceExt,
    api::{DeleteParams, ListParams, Patch, PatchParams, Preconditions},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{additions, error::Error, workload::MANAGED_BY};

/// Says what was last applied: a field that is no longer asked for changes it, so that server-side apply removes the field.
pub const APPLIED: &str = "dpo.dev/applied";

/// Whether a reconcile wrote anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    Nothing,
    Something,
}

impl Written {
    /// Either of two.
    pub fn or(self, other: Self) -> Self {
        if self == Self::Something { self } else { other }
    }
}

impl From<bool> for Written {
    fn from(something: bool) -> Self {
        if something {
            Self::Something
        } else {
            Self::Nothing
        }
    }
}

/// A kind of child that lives in a namespace.
pub trait Child:
    Resource<Scope = NamespaceResourceScope, DynamicType = ()>
    + Clone
    + Debug
    + Serialize
    + DeserializeOwned
{
}
impl<K> Child for K where
    K: Resource<Scope = NamespaceResourceScope, DynamicType = ()>
        + Clone
        + Debug
        + Serialize
        + DeserializeOwned
{
}

/// Marks an object with a digest of itself.
pub fn with_mark<K: Child>(mut wanted: K) -> K {
    let text = serde_json::to_string(&wanted).unwrap_or_default();
    let mark = hex::encode(&Sha256::digest(text)[..16]);
    wanted.annotations_mut().insert(APPLIED.into(), mark);
    wanted
}

/// Applies an object unless the stored one already is what is wanted, and takes away what others added to its spec. `wanted` is marked.
///
/// # Errors
/// The name is somebody else's, or the API server refuses.
pub async fn ensure<K: Child>(
    client: &Client,
    manager: &str,
    wanted: &K,
    found: Option<&K>,
) -> Result<Written, Error> {
    let api = Api::<K>::namespaced(client.clone(), &wanted.namespace().unwrap_or_default());
    if found.is_none() {
        refuse_occupied(&api, &wanted.name_any()).await?;
    }
    if let Some(found) = found {
        refuse_foreign(found)?;
        if let Some(removal) = removal_of_additions(wanted, found) {
            tracing::info!(kind = %K::kind(&()), namespace = wanted.namespace(), name = wanted.name_any(), "what somebody added is taken away");
            let parameters = PatchParams {
                field_manager: Some(manager.to_owned()),
                ..PatchParams::default()
            };
            let removal = serde_json::from_value(removal).map_err(kube::Error::SerdeError)?;
            api.patch(&wanted.name_any(), &parameters, &Patch::<()>::Json(removal))
                .await?;
        } else if is_as_wanted(wanted, found) {
            return Ok(Written::Nothing);
        }
    }
    api.patch(
        &wanted.name_any(),
        &PatchParams::apply(manager).force(),
        &Patch::Apply(with_type(wanted)),
    )
    .await?;
    Ok(Written::Something)
}

fn removal_of_additions<K: Child>(wanted: &K, found: &K) -> Option<Value> {
    let entries = found.managed_fields();
    if entries.is_empty() {
        return None;
    }
    let value = |object: &K| serde_json::to_value(object).unwrap_or_default();
    additions::removal(entries, &value(wanted), &value(found), found)
}

/// Deletes an object, but only this very one, whatever has its name by then.
///
/// # Errors
/// The API server refuses for another reason than that it is gone.
pub async fn delete<K: Child>(client: &Client, found: &K) -> Result<Written, Error> {
    let api = Api::<K>::namespaced(client.clone(), &found.namespace().unwrap_or_default());
    let preconditions = Preconditions {
        uid: found.uid(),
        resource_version: None,
    };
    let parameters = DeleteParams {
        preconditions: Some(preconditions),
        ..DeleteParams::background()
    };
    match api.delete(&found.name_any(), &parameters).await {
        Ok(_) => Ok(Written::Something),
        Err(kube::Error::Api(status)) if status.code == 404 || status.code == 409 => {
            Ok(Written::Nothing)
        }
        Err(error) => Err(error.into()),
    }
}

/// An object of ours carries our label; one without it was made by a user and is never taken over.
pub fn refuse_foreign<K: Child>(found: &K) -> Result<(), Error> {
    if found
        .labels()
        .get("app.kubernetes.io/managed-by")
        .map(String::as_str)
        == Some(MANAGED_BY)
    {
        return Ok(());
    }
    let (kind, name) = (K::kind(&()), found.name_any());
    Err(Error::Waiting(
        Reason::NameOccupied,
        format!(
            "The {kind} {name} exists and was not made by the operator, which needs this name. Rename or delete it."
        ),
    ))
}

/// The caches hold what carries our label alone: whether somebody else has a name is asked before it is used for the first time.
///
/// # Errors
/// Somebody else has it, or the API server refuses.
pub async fn refuse_occupied<K: Child>(api: &Api<K>, name: &str) -> Result<(), Error> {
    let named = ListParams::default().fields(&format!("metadata.name={name}"));
    api.list(&named).await?.iter().try_for_each(refuse_foreign)
}

/// Server-side apply wants to be told the type.
pub fn with_type<K: Child>(object: &K) -> Value {
    let mut value = serde_json::to_value(object).unwrap_or_default();
    value["apiVersion"] = K::api_version(&()).into_owned().into();
    value["kind"] = K::kind(&()).into_owned().into();
    value
}

/// Whether a stored object has the mark and still every field that was applied. What the API server or others added does not count.
pub fn is_as_wanted<K: Child>(wanted: &K, found: &K) -> bool {
    let mark = |object: &K| object.annotations().get(APPLIED).cloned();
    let value = |object: &K| serde_json::to_value(object).unwrap_or_default();
    mark(wanted) == mark(found) && contains(&value(found), &value(wanted), false)
}

/// Whether all of `wanted` is in `found`; lists must agree in length. Amounts are equal when they mean the same (`0.5` and `500m`).
fn contains(found: &Value, wanted: &Value, amounts: bool) -> bool {
    match (found, wanted) {
        (Value::Object(found), Value::Object(wanted)) => wanted.iter().all(|(name, value)| {
            let amounts = amounts || matches!(name.as_str(), "limits" | "requests" | "sizeLimit");
            found
                .get(name)
                .map_or_else(|| is_empty(value), |found| contains(found, value, amounts))
        }),
        (Value::Array(found), Value::Array(wanted)) => {
            found.len() == wanted.len()
                && found
                    .iter()
                    .zip(wanted)
                    .all(|(found, wanted)| contains(found, wanted, amounts))
        }
        (Value::String(found), Value::String(wanted)) if amounts => {
            found == wanted || amount(found).is_some_and(|found| Some(found) == amount(wanted))
        }
        _ => found == wanted,
    }
}

/// Empty things are left out when they are stored.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

/// A Kubernetes quantity in thousandths.
fn amount(text: &str) -> Option<i128> {
    let split = text
        .find(|letter: char| !letter.is_ascii_digit() && letter != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let factor: i128 = BTreeMap::from([
        ("", 1000),
        ("m", 1),
        ("k", 1_000_000),
        ("Ki", 1_024_000),
        ("Mi", 1_048_576_000),
        ("Gi", 1_073_741_824_000),
    ])
    .remove(unit)?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let fraction = format!("{fraction:0<3}");
    let thousandths =
        whole.parse::<i128>().ok()? * 1000 + fraction.get(..3)?.parse::<i128>().ok()?;
    Some(thousandths * factor / 1000)
}

#[cfg(test)]
mod tests {
    use std::{
        convert::Infallible,
        sync::{Arc, Mutex},
    };

    use k8s_openapi::api::batch::v1::CronJob;
    use kube::client::Body;
    use serde_json::json;

    use super::*;
    use crate::fixtures;

    fn cron_job(schedule: &str) -> CronJob {
        let value = json!({"metadata": {"name": "a"}, "spec": {"schedule": schedule, "jobTemplate": {"spec": {"template": {"spec": {"containers": [
            {"name": "p", "env": [{"name": "A", "value": "1"}], "resources": {"limits": {"cpu": "0.5"}}}]}}}}}});
        with_mark(serde_json::from_value(value).unwrap())
    }

    fn stored(object: &CronJob, change: impl Fn(&mut Value)) -> CronJob {
        let mut value = serde_json::to_value(object).unwrap();
        change(&mut value);
        serde_json::from_value(value).unwrap()
    }

    const CONTAINER: &str = "/spec/jobTemplate/spec/template/spec/containers/0";

    #[test]
    fn what_the_api_server_fills_in_is_no_difference() {
        let wanted = cron_job("* * * * *");
        let found = stored(&wanted, |value| {
            value["spec"]["concurrencyPolicy"] = "Allow".into();
            let container = value.pointer_mut(CONTAINER).unwrap();
            container["terminationMessagePath"] = "/dev/termination-log".into();
            container["resources"]["limits"]["cpu"] = "500m".into();
        });
        assert!(is_as_wanted(&wanted, &found));
    }

    #[test]
    fn what_somebody_changed_or_added_to_a_list_or_no_longer_wanted_is_one() {
        let wanted = cron_job("* * * * *");
        assert!(!is_as_wanted(&wanted, &cron_job("1 * * * *")));
        assert!(!is_as_wanted(
            &wanted,
            &stored(&wanted, |value| {
                value["spec"]["schedule"] = "1 * * * *".into();
            })
        ));
        let one_more = |value: &mut Value| {
            value.pointer_mut(CONTAINER).unwrap()["env"]
                .as_array_mut()
                .unwrap()
                .push(json!({"name": "B"}));
        };
        assert!(!is_as_wanted(&wanted, &stored(&wanted, one_more)));
        assert!(!is_as_wanted(
            &wanted,
            &stored(&wanted, |value| value["metadata"]["annotations"] =
                json!({}))
        ));
    }

    /// What is sent for a stored object, by content type.
    async fn sent(wanted: &CronJob, found: &CronJob) -> Vec<String> {
        let log = Arc::new(Mutex::new(Vec::new()));
        let sent = Arc::clone(&log);
        let answer = serde_json::to_vec(found).unwrap();
        let service = tower::service_fn(move |request: http::Request<Body>| {
            let content = request.headers()["content-type"]
                .to_str()
                .unwrap()
                .to_owned();
            log.lock().unwrap().push(content);
            let answer = http::Response::new(Body::from(answer.clone()));
            async move { Ok::<_, Infallible>(answer) }
        });
        let client = Client::new(service, "default");
        let written = ensure(&client, "dpo-operator-organization", wanted, Some(found))
            .await
            .unwrap();
        let sent = sent.lock().unwrap().clone();
        assert_eq!(written, Written::from(!sent.is_empty()));
        sent
    }

    #[tokio::test]
    async fn an_addition_is_removed_before_the_object_is_applied_and_quiet_follows() {
        let wanted = fixtures::cron_job();
        assert!(sent(&wanted, &wanted).await.is_empty());
        let fields = json!({"f:spec": {"f:jobTemplate": {"f:spec": {"f:template": {"f:spec": {"f:hostNetwork": {}}}}}}});
        let added = stored(&wanted, |value| {
            value["metadata"]["managedFields"] =
                json!([{"manager": "kubectl-edit", "operation": "Update", "fieldsV1": fields}]);
            value["spec"]["jobTemplate"]["spec"]["template"]["spec"]["hostNetwork"] = true.into();
        });
        assert!(
            is_as_wanted(&wanted, &added),
            "it is no difference in what was asked for"
        );
        assert_eq!(
            sent(&wanted, &added).await,
            [
                "application/json-patch+json",
                "application/apply-patch+yaml"
            ]
        );
        let gone = stored(&added, |value| {
            let pod = &mut value["spec"]["jobTemplate"]["spec"]["template"]["spec"];
            pod.as_object_mut().unwrap().remove("hostNetwork");
        });
        assert!(sent(&wanted, &gone).await.is_empty());
    }

    /// What is sent for a CronJob that no cache knows, where the API server has these of its name.
    async fn first_sent(there: Vec<Value>) -> (Vec<http::Method>, Result<Written, Error>) {
        let log = Arc::new(Mutex::new(Vec::new()));
        let sent = Arc::clone(&log);
        let made = serde_json::to_value(fixtures::cron_job()).unwrap();
        let service = tower::service_fn(move |request: http::Request<Body>| {
            log.lock().unwrap().push(request.method().clone());
            let list = json!({"kind": "CronJobList", "apiVersion": "batch/v1", "metadata": {}, "items": there});
            let is_list = request.method() == http::Method::GET;
            if is_list {
                let query = request.uri().query().unwrap_or_default();
                assert!(query.contains("simple-shop-hourly"), "{query}");
            }
            let answer = if is_list { list } else { made.clone() };
            let answer = http::Response::new(Body::from(answer.to_string().into_bytes()));
            async move { Ok::<_, Infallible>(answer) }
        });
        let client = Client::new(service, "default");
        let result = ensure(&client, "m", &fixtures::cron_job(), None).await;
        let sent = sent.lock().unwrap().clone();
        (sent, result)
    }

    #[tokio::test]
    async fn a_name_that_a_user_has_is_not_taken_over() {
        let (get, patch) = (http::Method::GET, http::Method::PATCH);
        let (sent, result) = first_sent(Vec::new()).await;
        assert_eq!(
            (sent, result.unwrap()),
            (vec![get.clone(), patch.clone()], Written::Something)
        );
        // One of our own that the cache has not heard of yet.
        let ours = serde_json::to_value(fixtures::cron_job()).unwrap();
        assert_eq!(first_sent(vec![ours.clone()]).await.0, [get.clone(), patch]);
        let mut theirs = ours;
        theirs["metadata"]["labels"] = json!({"app": "their-own"});
        let (sent, result) = first_sent(vec![theirs]).await;
        let verdict = result.unwrap_err().verdict();
        assert_eq!((sent, verdict.reason), (vec![get], Reason::NameOccupied));
        assert!(
            verdict.message.contains("CronJob simple-shop-hourly"),
            "{}",
            verdict.message
        );
    }

    #[test]
    fn amounts_are_compared_by_what_they_mean() {
        for (left, right) in [
            ("0.5", "500m"),
            ("1", "1000m"),
            ("1Gi", "1024Mi"),
            ("64Mi", "64Mi"),
        ] {
            assert_eq!(amount(left), amount(right), "{left} {right}");
        }
        assert_ne!(amount("1"), amount("1Mi"));
        assert_eq!(amount("one"), None);
    }
}
