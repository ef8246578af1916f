//! What others put into an object's spec beside what was asked for, told by who manages which field. Server-side apply leaves such fields alone, so that
//! they are removed one by one; what the API server fills in belongs to nobody and is no addition. Pure.

use k8s_openapi::apimachinery::pkg::apis::meta::v1::ManagedFieldsEntry;
use kube::Resource;
use serde_json::{Map, Value, json};

/// Keeps, of who manages which field, only what others than our controllers manage in the spec. Mostly nothing is left.
pub fn keep_others<K: Resource>(object: &mut K, ours: &[&str]) {
    let entries = object.meta_mut().managed_fields.take().unwrap_or_default();
    let foreign: Vec<ManagedFieldsEntry> = entries
        .into_iter()
        .filter(|entry| {
            let manager = entry.manager.as_deref().unwrap_or_default();
            !ours.contains(&manager) && spec_of(entry).is_some()
        })
        .collect();
    object.meta_mut().managed_fields = (!foreign.is_empty()).then_some(foreign);
}

fn spec_of(entry: &ManagedFieldsEntry) -> Option<&Map<String, Value>> {
    entry.fields_v1.as_ref()?.0.get("f:spec")?.as_object()
}

/// One step into an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Item(usize),
    Field(String),
}

/// A JSON patch that takes the additions away, `None` where there are none. It fails if the object has changed since.
pub fn removal<K: Resource>(
    entries: &[ManagedFieldsEntry],
    wanted: &Value,
    found: &Value,
    object: &K,
) -> Option<Value> {
    let mut paths = Vec::new();
    for fields in entries.iter().filter_map(spec_of) {
        let mut path = vec![Step::Field("spec".into())];
        collect(
            fields,
            &wanted["spec"],
            &found["spec"],
            &mut path,
            &mut paths,
        );
    }
    // From the back of each list, so that the numbers before it stay right.
    paths.sort();
    paths.dedup();
    if paths.is_empty() {
        return None;
    }
    let version = json!({"op": "replace", "path": "/metadata/resourceVersion", "value": object.meta().resource_version});
    let removals = paths
        .iter()
        .rev()
        .map(|path| json!({"op": "remove", "path": pointer(path)}));
    Some(std::iter::once(version).chain(removals).collect())
}

fn collect(
    fields: &Map<String, Value>,
    wanted: &Value,
    found: &Value,
    path: &mut Vec<Step>,
    paths: &mut Vec<Vec<Step>>,
) {
    for (key, inner) in fields {
        let Some((step, there)) = find(key, found) else {
            continue;
        };
        path.push(step);
        match find(key, wanted).filter(|(_, asked)| !asked.is_null()) {
            None if !is_default(key, there) => paths.push(path.clone()),
            None => {}
            Some((_, asked)) => {
                if let Some(inner) = inner.as_object() {
                    collect(inner, asked, there, path, paths);
                }
            }
        }
        path.pop();
    }
}

/// What a key of managed fields stands for: `f:` a field, `k:` the item with these fields, `v:` the item that is this value.
fn find<'a>(key: &str, value: &'a Value) -> Option<(Step, &'a Value)> {
    let (kind, rest) = key.split_once(':')?;
    if kind == "f" {
        let inner = value.as_object()?.get(rest)?;
        return Some((Step::Field(rest.to_owned()), inner));
    }
    let asked: Value = serde_json::from_str(rest).ok()?;
    let is_it = |item: &&Value| match kind {
        "k" => asked
            .as_object()
            .is_some_and(|keys| keys.iter().all(|(name, value)| item[name] == *value)),
        "v" => **item == asked,
        _ => false,
    };
    let items = value.as_array()?;
    let index = items.iter().position(|item| is_it(&item))?;
    Some((Step::Item(index), &items[index]))
}

/// Somebody may well have said what the API server would have filled in: it would come back at once.
fn is_default(key: &str, value: &Value) -> bool {
    match key {
        "f:dnsPolicy" => value == "ClusterFirst",
        "f:schedulerName" => value == "default-scheduler",
        "f:terminationGracePeriodSeconds" => value == 30,
        "f:terminationMessagePath" => value == "/dev/termination-log",
        "f:terminationMessagePolicy" => value == "File",
        "f:securityContext" => value == &json!({}),
        _ => false,
    }
}

fn pointer(path: &[Step]) -> String {
    let escaped = |step: &Step| match step {
        Step::Item(index) => format!("/{index}"),
        Step::Field(name) => format!("/{}", name.replace('~', "~0").replace('/', "~1")),
    };
    path.iter().map(escaped).collect()
}

#[cfg(test)]
mod tests {
    use k8s_openapi::{api::batch::v1::CronJob, apimachinery::pkg::apis::meta::v1::FieldsV1};

    use super::*;
    use crate::fixtures;

    const POD: &str = "/spec/jobTemplate/spec/template/spec";

    fn wanted() -> CronJob {
        fixtures::cron_job()
    }

    fn entry(manager: &str, pod: &Value) -> ManagedFieldsEntry {
        let fields =
            json!({"f:spec": {"f:jobTemplate": {"f:spec": {"f:template": {"f:spec": pod}}}}});
        ManagedFieldsEntry {
            manager: Some(manager.into()),
            fields_v1: Some(FieldsV1(fields)),
            ..ManagedFieldsEntry::default()
        }
    }

    /// The JSON pointers that are removed after a change that kubectl made.
    fn removed(fields: &Value, change: impl Fn(&mut Value)) -> Vec<String> {
        let mut object = wanted();
        let wanted = serde_json::to_value(&object).unwrap();
        object.metadata.resource_version = Some("7".into());
        object.metadata.managed_fields = Some(vec![entry("kubectl-edit", fields)]);
        keep_others(&mut object, &["dpo-operator-organization"]);
        let mut found = serde_json::to_value(&object).unwrap();
        change(found.pointer_mut(POD).unwrap());
        let entries = object.metadata.managed_fields.clone().unwrap();
        let Some(patch) = removal(&entries, &wanted, &found, &object) else {
            return Vec::new();
        };
        let operations = patch.as_array().unwrap();
        assert_eq!(
            operations[0]["value"], "7",
            "only this very version is changed"
        );
        operations[1..]
            .iter()
            .map(|operation| operation["path"].as_str().unwrap().replace(POD, ""))
            .collect()
    }

    #[test]
    fn fields_and_items_that_others_added_are_removed() {
        let host_network = removed(&json!({"f:hostNetwork": {}}), |pod| {
            pod["hostNetwork"] = true.into();
        });
        assert_eq!(host_network, ["/hostNetwork"]);
        let fields =
            json!({"f:initContainers": {".": {}, "k:{\"name\":\"spy\"}": {".": {}, "f:name": {}}}});
        let init = removed(&fields, |pod| {
            pod["initContainers"] = json!([{"name": "spy"}]);
        });
        assert_eq!(init, ["/initContainers"]);
        let fields = json!({"f:containers": {
            "k:{\"name\":\"spy\"}": {".": {}, "f:name": {}}, "k:{\"name\":\"second\"}": {".": {}, "f:name": {}},
            "k:{\"name\":\"pipeline\"}": {"f:env": {"k:{\"name\":\"SPY\"}": {".": {}, "f:name": {}}}},
        }});
        let found = removed(&fields, |pod| {
            let containers = pod["containers"].as_array_mut().unwrap();
            containers[0]["env"]
                .as_array_mut()
                .unwrap()
                .insert(0, json!({"name": "SPY"}));
            containers.extend([json!({"name": "spy"}), json!({"name": "second"})]);
        });
        assert_eq!(
            found,
            ["/containers/2", "/containers/1", "/containers/0/env/0"]
        );
    }

    #[test]
    fn what_was_asked_for_what_is_gone_and_what_is_filled_in_stays() {
        let fields = json!({"f:restartPolicy": {}, "f:containers": {"k:{\"name\":\"pipeline\"}": {".": {}, "f:image": {}}}});
        assert!(removed(&fields, |_| ()).is_empty());
        assert!(removed(&json!({"f:hostNetwork": {}}), |_| ()).is_empty());
        let filled_in = removed(&json!({"f:dnsPolicy": {}}), |pod| {
            pod["dnsPolicy"] = "ClusterFirst".into();
            pod["schedulerName"] = "default-scheduler".into();
        });
        assert!(filled_in.is_empty());
    }

    #[test]
    fn our_own_fields_and_the_status_of_others_are_not_kept() {
        let mut object = wanted();
        let status = ManagedFieldsEntry {
            manager: Some("kube-controller-manager".into()),
            fields_v1: Some(FieldsV1(json!({"f:status": {}}))),
            ..ManagedFieldsEntry::default()
        };
        let ours = entry("dpo-operator-organization", &json!({"f:hostNetwork": {}}));
        object.metadata.managed_fields = Some(vec![status, ours]);
        keep_others(&mut object, &["dpo-operator-organization"]);
        assert_eq!(object.metadata.managed_fields, None);
    }

    #[test]
    fn names_are_escaped_in_pointers() {
        let path = [Step::Field("a/b~c".into()), Step::Item(3)];
        assert_eq!(pointer(&path), "/a~1b~0c/3");
    }
}
