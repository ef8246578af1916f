//! What the archive holds, read as any other engine would: Parquet files in a bucket, found by the manifest.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{Array, Decimal128Array, RecordBatch, StringArray};
use futures::{StreamExt, TryStreamExt, stream};
use k8s_openapi::api::core::v1::Secret;
use kube::Api;
use object_store::aws::AmazonS3Builder;
use object_store::{ObjectStore, ObjectStoreExt};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use sqlx::{AssertSqlSafe, PgPool, Row};

use crate::cells::{Cell, Figures};
use crate::environment::{Environment, RELEASE_NAMESPACE};
use crate::tenants::Tenant;
use crate::workbench;

const METRICS: [&str; 9] = [
    "impressions",
    "clicks",
    "spend",
    "conversions",
    "conversions_value",
    "sessions",
    "orders",
    "revenue",
    "refunds",
];

struct ArchivedDay {
    source: String,
    account: String,
    date: String,
    path: String,
}

/// Daily figures in the highest committed version of each archived (account, date).
pub async fn committed_in_store(environment: &Environment, tenant: &Tenant) -> Figures {
    let schema = schema_of(environment, tenant).await;
    let store = bucket(environment, &schema.replace('_', "-")).await;
    committed(&environment.administrator().await, &schema, store).await
}

/// As [`committed_in_store`], for any store and database.
pub async fn committed(
    administrator: &PgPool,
    schema: &str,
    store: Arc<dyn ObjectStore>,
) -> Figures {
    let days = archived_days(administrator, schema).await;
    let files = stream::iter(days).map(|day| {
        let store = Arc::clone(&store);
        async move {
            Ok::<_, object_store::Error>((
                store.get(&day.path.as_str().into()).await?.bytes().await?,
                day,
            ))
        }
    });
    let files: Vec<_> = files
        .buffer_unordered(16)
        .try_collect()
        .await
        .expect("every committed file is in the bucket");
    let mut figures = Figures::default();
    for (bytes, day) in files {
        for batch in ParquetRecordBatchReaderBuilder::try_new(bytes)
            .expect("a Parquet file")
            .build()
            .expect("with rows")
        {
            add(&mut figures, &day, &batch.expect("that can be read"));
        }
    }
    figures
}

/// The tenant's schema.
pub async fn schema_of(environment: &Environment, tenant: &Tenant) -> String {
    workbench::schema_name(&workbench::organization_uid(&environment.kube, tenant).await)
}

async fn archived_days(administrator: &PgPool, schema: &str) -> Vec<ArchivedDay> {
    let sql = format!(
        "SELECT DISTINCT ON (m.source, m.account, m.date) m.source, m.account, m.date::text AS date, m.object_path
         FROM control.archive_manifest m JOIN {schema}.account_days d USING (source, account, date)
         WHERE m.tenant = '{schema}' AND m.kind = 'daily' AND m.state IN ('committed', 'purged') AND d.state = 'archived'
         ORDER BY m.source, m.account, m.date, m.version DESC"
    );
    let rows = sqlx::query(AssertSqlSafe(sql))
        .fetch_all(administrator)
        .await
        .expect("the manifest can be read");
    rows.iter()
        .map(|row| ArchivedDay {
            source: row.get("source"),
            account: row.get("account"),
            date: row.get("date"),
            path: row.get("object_path"),
        })
        .collect()
}

/// A bucket of the embedded store, with the store's own keys.
pub(crate) async fn bucket(environment: &Environment, name: &str) -> Arc<dyn ObjectStore> {
    let secret = Api::<Secret>::namespaced(environment.kube.clone(), RELEASE_NAMESPACE)
        .get("dpo-store")
        .await
        .expect("the chart made it");
    let data = secret.data.expect("with keys");
    let key = |name: &str| String::from_utf8(data[name].0.clone()).expect("keys are text");
    bucket_with(name, (&key("access-key"), &key("secret-key")))
}

/// A bucket of the embedded store, with these keys.
pub(crate) fn bucket_with(
    name: &str,
    (access_key, secret_key): (&str, &str),
) -> Arc<dyn ObjectStore> {
    let store = AmazonS3Builder::new()
        .with_endpoint("http://dpo-store.dpo-system.svc.cluster.local:7070")
        .with_allow_http(true)
        .with_region("us-east-1")
        .with_bucket_name(name)
        .with_access_key_id(access_key)
        .with_secret_access_key(secret_key);
    Arc::new(store.build().expect("the store's address is one"))
}

/// Whether the keys of a tenant's Secret open its bucket in the embedded store.
pub async fn opens_bucket(secret: &BTreeMap<String, String>) -> bool {
    let keys = (
        secret["archive-access-key"].as_str(),
        secret["archive-secret-key"].as_str(),
    );
    is_listed(&*bucket_with(&secret["archive-bucket"], keys)).await
}

pub(crate) async fn is_listed(bucket: &dyn ObjectStore) -> bool {
    bucket.list_with_delimiter(None).await.is_ok()
}

fn add(figures: &mut Figures, day: &ArchivedDay, batch: &RecordBatch) {
    let text = |name: &str| {
        batch
            .column_by_name(name)
            .and_then(|column| column.as_any().downcast_ref::<StringArray>())
            .expect("a text column")
    };
    let (level, entity, extra) = (text("level"), text("entity"), text("extra"));
    for row in 0..batch.num_rows() {
        let cell = |metric: &str| Cell {
            source: day.source.clone(),
            account: day.account.clone(),
            level: level.value(row).to_owned(),
            id: entity.value(row).to_owned(),
            date: day.date.clone(),
            hour: None,
            metric: metric.to_owned(),
        };
        for metric in METRICS {
            let column = batch
                .column_by_name(metric)
                .and_then(|column| column.as_any().downcast_ref::<Decimal128Array>())
                .expect("a decimal column");
            if column.is_valid(row) {
                figures.add(
                    cell(metric),
                    column.value_as_string(row).parse().expect("a decimal"),
                );
            }
        }
        let others: BTreeMap<String, String> =
            serde_json::from_str(extra.value(row)).expect("the other metrics are decimal text");
        for (metric, value) in others {
            figures.add(cell(&metric), value.parse().expect("a decimal"));
        }
    }
}
