//! One container of a pod template as a process: the same program, variables and Secrets, in another place.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use k8s_openapi::api::core::v1::{EnvVar, PodSpec, Secret, SecretVolumeSource};
use kube::{Api, Client};
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::timeout;

use crate::workbench;

/// A pod asks names with the search domains of its namespace, which the machine does not.
const AS_IN_A_POD: &str = r#"mount --bind "$1" /etc/resolv.conf && shift && exec "$@""#;
const SYSTEM_PATH: &str = "/usr/sbin:/usr/bin:/sbin:/bin";
const PATIENCE: Duration = Duration::from_mins(5);

/// How to run it.
pub struct Container {
    program: PathBuf,
    arguments: Vec<String>,
    environment: BTreeMap<String, String>,
    /// Where the Secrets lie that a pod would find at a mount path.
    mounts: BTreeMap<String, PathBuf>,
    directory: TempDir,
    started: AtomicU32,
}

/// How a process ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Well,
    /// With an exit status, or by a signal as 128 and its number.
    Badly(i32),
    /// At its kill point.
    Aborted,
}

impl Container {
    /// The first container of a pod, with `program` of this build instead of its image.
    pub async fn of(client: &Client, namespace: &str, pod: &PodSpec, program: &str) -> Self {
        let directory =
            TempDir::with_prefix("dpo-proof-").expect("a private directory can be made");
        let secrets = Api::<Secret>::namespaced(client.clone(), namespace);
        let mounts = write_mounts(&secrets, pod, directory.path()).await;
        fs::write(directory.path().join("resolv.conf"), resolver(namespace))
            .expect("it can be written");
        let container = &pod.containers[0];
        let mut environment = BTreeMap::new();
        for variable in container.env.iter().flatten() {
            if let Some(value) = value(&secrets, variable).await {
                environment.insert(variable.name.clone(), moved(value, &mounts));
            }
        }
        let arguments = container.args.clone().unwrap_or_default();
        Self {
            program: workbench::built_program(program),
            arguments,
            environment,
            mounts,
            directory,
            started: AtomicU32::new(0),
        }
    }

    /// Where the Secret lies that a pod would find at `mount_path`.
    #[must_use]
    pub fn mounted(&self, mount_path: &str) -> Option<&Path> {
        self.mounts.get(mount_path).map(PathBuf::as_path)
    }

    /// A place for files that only this process may read.
    #[must_use]
    pub fn private_file(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// Starts it with more arguments and variables.
    ///
    /// # Panics
    /// When the machine cannot start it.
    pub fn start(&self, arguments: &[String], environment: &[(&str, String)]) -> Process {
        let log = self.private_file(&format!(
            "log-{}",
            self.started.fetch_add(1, Ordering::Relaxed)
        ));
        let file = File::create(&log).expect("a log can be written");
        let child = Command::new("/usr/bin/unshare")
            .args(["--mount", "/bin/sh", "-c", AS_IN_A_POD, "sh"])
            .arg(self.private_file("resolv.conf"))
            .arg(&self.program)
            .args(&self.arguments)
            .args(arguments)
            .env_clear()
            .env("PATH", SYSTEM_PATH)
            .envs(&self.environment)
            .envs(environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::null())
            .stdout(file.try_clone().expect("a file can be shared"))
            .stderr(file)
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", self.program.display()));
        Process { child, log }
    }
}

/// A running container.
pub struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Waits for its end.
    ///
    /// # Panics
    /// With what it said last when it does not end within five minutes.
    pub async fn end(&mut self) -> Ended {
        let ended = self.end_within(PATIENCE).await;
        ended.unwrap_or_else(|| {
            panic!(
                "the process did not end within {PATIENCE:?}: {}",
                self.words()
            )
        })
    }

    /// Waits for its end, but not for ever.
    pub async fn end_within(&mut self, patience: Duration) -> Option<Ended> {
        let status = timeout(patience, self.child.wait())
            .await
            .ok()?
            .expect("a child can be waited for");
        Some(match (status.code(), status.signal()) {
            (Some(0), _) => Ended::Well,
            (None, Some(6)) => Ended::Aborted,
            (code, signal) => {
                Ended::Badly(code.unwrap_or_else(|| 128 + signal.unwrap_or_default()))
            }
        })
    }

    /// Asks it to end, as the kubelet does, and waits.
    pub async fn terminate(&mut self) -> Ended {
        if let Some(id) = self.child.id() {
            let asked = Command::new("/bin/sh")
                .args(["-c", "kill -TERM \"$1\"", "sh", &id.to_string()])
                .status()
                .await;
            assert!(
                asked.is_ok_and(|status| status.success()),
                "the process cannot be ended"
            );
        }
        self.end().await
    }

    /// The end of its log, without what it says about routine.
    #[must_use]
    pub fn words(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(12)..].join("\n")
    }
}

fn resolver(namespace: &str) -> String {
    let machine = fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
    let domains = format!("search {namespace}.svc.cluster.local svc.cluster.local cluster.local");
    let servers = machine
        .lines()
        .filter(|line| line.starts_with("nameserver"));
    servers
        .chain([domains.as_str(), "options ndots:5\n"])
        .collect::<Vec<_>>()
        .join("\n")
}

async fn write_mounts(
    secrets: &Api<Secret>,
    pod: &PodSpec,
    directory: &Path,
) -> BTreeMap<String, PathBuf> {
    let mut mounts = BTreeMap::new();
    for volume in pod.volumes.iter().flatten() {
        let mounted = pod.containers[0]
            .volume_mounts
            .iter()
            .flatten()
            .find(|mount| mount.name == volume.name);
        if let (Some(source), Some(mount)) = (&volume.secret, mounted) {
            let folder = directory.join(&volume.name);
            fs::create_dir(&folder).expect("a folder can be made");
            write_secret(secrets, source, &folder).await;
            mounts.insert(mount.mount_path.clone(), folder);
        }
    }
    mounts
}

async fn write_secret(secrets: &Api<Secret>, source: &SecretVolumeSource, folder: &Path) {
    let name = source
        .secret_name
        .as_deref()
        .expect("a Secret volume names its Secret");
    let Some(secret) = secrets.get_opt(name).await.expect("Secrets can be read") else {
        assert_eq!(source.optional, Some(true), "the Secret {name} is missing");
        return;
    };
    let data = secret.data.unwrap_or_default();
    let files: Vec<(&str, &str)> = match &source.items {
        Some(items) => items
            .iter()
            .map(|item| (item.key.as_str(), item.path.as_str()))
            .collect(),
        None => data
            .keys()
            .map(|key| (key.as_str(), key.as_str()))
            .collect(),
    };
    for (key, path) in files {
        if let Some(bytes) = data.get(key) {
            fs::write(folder.join(path), &bytes.0).expect("a key can be written");
        }
    }
}

async fn value(secrets: &Api<Secret>, variable: &EnvVar) -> Option<String> {
    if let Some(value) = &variable.value {
        return Some(value.clone());
    }
    let reference = variable.value_from.as_ref()?.secret_key_ref.as_ref()?;
    let secret = secrets
        .get_opt(&reference.name)
        .await
        .expect("Secrets can be read")?;
    let bytes = secret.data?.remove(&reference.key)?.0;
    Some(String::from_utf8(bytes).expect("variables are text"))
}

/// A path inside a mount, where the mount is now.
fn moved(value: String, mounts: &BTreeMap<String, PathBuf>) -> String {
    let inside = |(mount, folder): (&String, &PathBuf)| {
        let rest = value.strip_prefix(mount.as_str())?.strip_prefix('/')?;
        Some(folder.join(rest).to_string_lossy().into_owned())
    };
    mounts.iter().find_map(inside).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_inside_a_mount_move() {
        let mounts = BTreeMap::from([("/etc/dpo/store".to_owned(), PathBuf::from("/tmp/x"))]);
        assert_eq!(
            moved("/etc/dpo/store/access-key".into(), &mounts),
            "/tmp/x/access-key"
        );
        assert_eq!(
            moved("/etc/dpo/storehouse".into(), &mounts),
            "/etc/dpo/storehouse"
        );
    }
}
