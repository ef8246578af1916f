//! A tenant's bucket in the embedded store, with the store's own keys.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt, PutPayload};

/// Objects with their content, by path.
pub type Objects = BTreeMap<String, Vec<u8>>;

/// Everything that is in it.
pub async fn read(bucket: &Arc<dyn ObjectStore>) -> Objects {
    let mut objects = Objects::new();
    for path in paths(bucket).await {
        let bytes = bucket
            .get(&path)
            .await
            .expect("a listed object is there")
            .bytes()
            .await
            .expect("it can be read");
        objects.insert(path.to_string(), bytes.to_vec());
    }
    objects
}

/// Makes it hold exactly these objects.
pub async fn write(bucket: &Arc<dyn ObjectStore>, objects: &Objects) {
    for path in paths(bucket).await {
        if !objects.contains_key(path.as_ref()) {
            bucket
                .delete(&path)
                .await
                .expect("an object can be deleted");
        }
    }
    for (path, bytes) in objects {
        bucket
            .put(&Path::from(path.as_str()), PutPayload::from(bytes.clone()))
            .await
            .expect("an object can be written");
    }
}

/// What distinguishes one content from another.
#[must_use]
pub fn fingerprint(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("{} bytes {:016x}", bytes.len(), hasher.finish())
}

async fn paths(bucket: &Arc<dyn ObjectStore>) -> Vec<Path> {
    let listed: Result<Vec<_>, _> = bucket.list(None).try_collect().await;
    listed
        .expect("the bucket can be listed")
        .into_iter()
        .map(|object| object.location)
        .collect()
}
