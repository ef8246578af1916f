//! The archive against a real S3-protocol server (versitygw).

use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use super::archive::archive_at;
use super::fixture::*;
use super::stores::{Directory, archiving};
use crate::archive::{Archive, S3Settings, Store, StoreError, run};
use crate::rollup::{DEFAULT_GRACE, close_due};

const BUCKET: &str = "tenant-bucket";

/// A server on loopback whose buckets are directories; with `room` they lie on a small disk of that size.
struct Gateway {
    process: Child,
    port: u16,
    directory: Directory,
}

impl Gateway {
    /// `None` where the server is not installed.
    fn start(room: Option<&str>) -> Option<Self> {
        let program = program()?;
        let (directory, port) = (Directory::new(), free_port());
        let mount = room.map_or_else(String::new, |size| {
            format!("mount -t tmpfs -o size={size} tmpfs \"$1\" && ")
        });
        let script = format!(
            "{mount}mkdir -p \"$1/{BUCKET}\" && \"$2\" --quiet --access test --secret test-secret --port 127.0.0.1:{port} posix \"$1\" & \
             server=$!; read -r _; kill -9 $server"
        );
        let process = Command::new("unshare")
            .args(["--mount", "sh", "-c", &script, "gateway"])
            .arg(directory.path())
            .arg(program)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .ok()?;
        let gateway = Self {
            process,
            port,
            directory,
        };
        gateway.wait();
        Some(gateway)
    }

    fn wait(&self) {
        for _ in 0..200 {
            if std::net::TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the S3 server does not listen on port {}", self.port);
    }

    fn store(&self, change: impl FnOnce(&mut S3Settings)) -> Store {
        let mut settings = S3Settings {
            endpoint: format!("http://127.0.0.1:{}", self.port),
            region: "us-east-1".into(),
            bucket: BUCKET.into(),
            access_key: "test".into(),
            secret_key: "test-secret".into(),
        };
        change(&mut settings);
        Store::s3(&settings, "backups").unwrap()
    }
}

impl Drop for Gateway {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        self.process.wait().unwrap();
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// `DPO_TEST_VERSITYGW`, or `versitygw` on the PATH.
fn program() -> Option<PathBuf> {
    let on_path = || {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path)
            .map(|directory| directory.join("versitygw"))
            .find(|program| program.exists())
    };
    let found = std::env::var_os("DPO_TEST_VERSITYGW")
        .map(PathBuf::from)
        .or_else(on_path);
    if found.is_none() {
        eprintln!("skipped: versitygw is not installed; set DPO_TEST_VERSITYGW to its path");
    }
    found
}

async fn closed_day() -> crate::Tenant {
    let tenant = tenant().await;
    land(
        &tenant,
        "daily",
        1,
        &[(day(1), &[row("7", None, "1.5", "2")])],
    )
    .await;
    compute(&tenant).await;
    close_due(&tenant, time("2026-09-02T00:00:00Z"), DEFAULT_GRACE)
        .await
        .unwrap();
    tenant
}

const DUE: &str = "2026-12-12T00:00:00Z";

#[tokio::test]
async fn a_day_goes_to_s3_and_comes_back() {
    let Some(gateway) = Gateway::start(None) else {
        return;
    };
    let (tenant, store) = (closed_day().await, gateway.store(|_| {}));
    assert_eq!(
        archive_at(&tenant, &store, &archiving(), DUE)
            .await
            .committed,
        1
    );
    assert_eq!(
        archive_at(&tenant, &store, &archiving(), "2026-12-19T00:00:00Z")
            .await
            .purged,
        1
    );
    land(
        &tenant,
        "daily",
        2,
        &[(day(1), &[row("7", None, "9", "2")])],
    )
    .await;
    let report = archive_at(&tenant, &store, &archiving(), "2026-12-19T00:00:00Z").await;
    assert_eq!((report.restored, report.committed), (1, 1));
    let objects = gateway.directory.objects();
    assert!(
        objects.iter().any(|path| path.contains("/v2-")),
        "{objects:?}"
    );
}

#[tokio::test]
async fn an_object_is_never_overwritten() {
    let Some(gateway) = Gateway::start(None) else {
        return;
    };
    let store = gateway.store(|_| {});
    let path = "a/b".into();
    store.put_new(&path, "first".into(), None).await.unwrap();
    store.put_new(&path, "second".into(), None).await.unwrap();
    assert_eq!(store.read(&path).await.unwrap().unwrap(), "first");
    store.delete(&path).await.unwrap();
    store.delete(&path).await.unwrap();
    assert_eq!(store.read(&path).await.unwrap(), None);
}

#[tokio::test]
async fn each_trouble_has_its_own_words() {
    let Some(gateway) = Gateway::start(None) else {
        return;
    };
    let failure = async |store: Store| {
        store
            .put_new(&"a".into(), "x".into(), None)
            .await
            .unwrap_err()
    };
    let wrong_key = failure(gateway.store(|settings| settings.secret_key = "wrong".into())).await;
    assert!(matches!(wrong_key, StoreError::Denied(_)), "{wrong_key:?}");
    assert!(!wrong_key.to_string().contains("wrong"));
    let no_bucket =
        failure(gateway.store(|settings| settings.bucket = "no-such-bucket".into())).await;
    assert!(matches!(no_bucket, StoreError::Missing(_)), "{no_bucket:?}");
    let nobody = failure(
        gateway.store(|settings| settings.endpoint = format!("http://127.0.0.1:{}", free_port())),
    )
    .await;
    assert!(matches!(nobody, StoreError::Unreachable(_)), "{nobody:?}");
}

#[tokio::test]
async fn a_full_store_keeps_everything_in_postgres_and_heals() {
    let Some(gateway) = Gateway::start(Some("64k")) else {
        return;
    };
    let (tenant, store) = (closed_day().await, gateway.store(|_| {}));
    let (filling, path) = (bytes::Bytes::from(vec![7; 4 * 1024]), |index| {
        format!("filling/{index}").into()
    });
    let mut filled = 0;
    while filled < 64
        && store
            .put_new(&path(filled), filling.clone(), None)
            .await
            .is_ok()
    {
        filled += 1;
    }
    let archive = Archive {
        tenant: &tenant,
        store: &store,
        organization_uid: "0a1b",
    };
    let full = run(&archive, &CampaignProjection, Some(&archiving()), time(DUE))
        .await
        .unwrap_err();
    assert_eq!(full.category(), "archive_store_full", "{full}");
    assert!(full.to_string().contains("enlarge it"));
    assert_eq!(days(&tenant).await.len(), 2);
    for index in 0..filled {
        store.delete(&path(index)).await.unwrap();
    }
    let healed = run(&archive, &CampaignProjection, Some(&archiving()), time(DUE))
        .await
        .unwrap();
    assert_eq!((healed.committed, healed.failures.len()), (1, 0));
}
