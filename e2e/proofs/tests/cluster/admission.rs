//! The API server's own verdict on examples of the custom resources and on every pod that the product makes.

use std::fs;
use std::path::{Path, PathBuf};

use dpo_proofs::environment::Environment;
use dpo_proofs::workbench;
use kube::ResourceExt;
use kube::api::{DeleteParams, DynamicObject, PostParams};

/// The sentences of the rules that an example is about, one a line.
const RULE: &str = "dpo.dev/rule";
const NAMESPACE: &str = "proof-rules";

fn examples(verdict: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../crds/examples")
        .join(verdict);
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("the examples are there")
        .map(|entry| entry.expect("readable").path())
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "no examples in {}", folder.display());
    paths
}

fn documents(path: &Path) -> Vec<DynamicObject> {
    let text = fs::read_to_string(path).expect("an example is text");
    serde_yaml::Deserializer::from_str(&text)
        .map(|document| {
            serde::Deserialize::deserialize(document)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        })
        .collect()
}

/// Plays one file as its author would: the first document creates the object, each further one replaces it. All but the last are accepted;
/// the last one is the verdict.
async fn play(environment: &Environment, path: &Path, must_be_rejected: bool) {
    let mut documents = documents(path);
    let verdict = documents.pop().expect("an example has a document");
    let mut created = None;
    for document in documents {
        let answer = submit(environment, created.as_ref(), document).await;
        created = Some(answer.unwrap_or_else(|error| {
            panic!(
                "{}: an earlier document was rejected: {error}",
                path.display()
            )
        }));
    }
    let rule = verdict.annotations().get(RULE).cloned().unwrap_or_default();
    match submit(environment, created.as_ref(), verdict).await {
        Ok(object) => {
            assert!(
                !must_be_rejected,
                "{} was accepted against \"{rule}\"",
                path.display()
            );
            created = Some(object);
        }
        Err(error) => {
            assert!(must_be_rejected, "{} was rejected: {error}", path.display());
            assert!(
                !rule.is_empty(),
                "{} does not say which sentence it expects",
                path.display()
            );
            let answer = error.to_string();
            rule.lines().for_each(|sentence| {
                assert!(
                    answer.contains(sentence.trim()),
                    "{}: expected \"{sentence}\", got \"{answer}\"",
                    path.display()
                );
            });
        }
    }
    if let Some(object) = created {
        remove(environment, &object).await;
    }
}

async fn api(environment: &Environment, object: &DynamicObject) -> kube::Api<DynamicObject> {
    let types = object.types.clone().expect("an example names its kind");
    workbench::dynamic_api(
        &environment.kube,
        &types.api_version,
        &types.kind,
        NAMESPACE,
    )
    .await
}

async fn submit(
    environment: &Environment,
    created: Option<&DynamicObject>,
    mut object: DynamicObject,
) -> kube::Result<DynamicObject> {
    object.metadata.namespace = Some(NAMESPACE.to_owned());
    let api = api(environment, &object).await;
    let Some(created) = created else {
        return api.create(&PostParams::default(), &object).await;
    };
    // The operator writes status and finalizers meanwhile; the rule is to be the only reason.
    loop {
        let latest = api.get(&created.name_any()).await?.metadata;
        object.metadata.finalizers = latest.finalizers;
        object.metadata.resource_version = latest.resource_version;
        let answer = api
            .replace(&object.name_any(), &PostParams::default(), &object)
            .await;
        match answer {
            Err(kube::Error::Api(status)) if status.code == 409 => {}
            answer => return answer,
        }
    }
}

async fn remove(environment: &Environment, object: &DynamicObject) {
    let api = api(environment, object).await;
    let name = object.name_any();
    api.delete(&name, &DeleteParams::default())
        .await
        .expect("an accepted example can be deleted");
    workbench::eventually(&format!("example {name} is gone"), || async {
        api.get_opt(&name).await.ok()?.is_none().then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_api_server_accepts_and_rejects_what_the_rules_say() {
    let environment = Environment::from_runner().await;
    workbench::tenant_namespace(&environment.kube, NAMESPACE).await;
    let (accepted, rejected) = (examples("accepted"), examples("rejected"));
    for path in &accepted {
        play(&environment, path, false).await;
    }
    for path in &rejected {
        play(&environment, path, true).await;
    }
    println!(
        "admission: {} examples accepted, {} rejected with their sentence",
        accepted.len(),
        rejected.len()
    );
    workbench::delete_namespace(&environment.kube, NAMESPACE).await;
}
