//! The pods of all jobs: the pipeline's image under Pod Security `restricted`, without a Kubernetes token.

use std::collections::BTreeMap;

use dpo_crds::{PodResources, ResourceAmounts};
use k8s_openapi::api::core::v1::{
    Capabilities, Container, EmptyDirVolumeSource, EnvVar, EnvVarSource, KeyToPath,
    LocalObjectReference, ObjectFieldSelector, PodSecurityContext, PodSpec, ResourceRequirements,
    SeccompProfile, SecretKeySelector, SecretVolumeSource, SecurityContext, Volume, VolumeMount,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;

/// The Secret that the operator makes in each tenant's namespace.
pub const TENANT_SECRET: &str = "dpo-tenant-database";
/// Where a sync finds its platform's credentials.
pub const CREDENTIALS_MOUNT: &str = "/etc/dpo/credentials";
/// Where a job finds the archive store's endpoint and keys.
pub const ARCHIVE_MOUNT: &str = "/etc/dpo/archive";

const USER: i64 = 65532;
const ARCHIVE_KEYS: [&str; 5] = ["endpoint", "region", "bucket", "access-key", "secret-key"];

/// Where the archive's keys come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Archive {
    /// The embedded store: the keys `archive-…` of the tenant's own Secret.
    Embedded,
    /// A Secret of the tenant.
    Secret(String),
    /// None.
    Absent,
}

/// What distinguishes one job's pod from another's.
#[derive(Debug, Clone)]
pub struct PodSettings<'a> {
    pub image: &'a str,
    pub pull_policy: &'a str,
    /// Names of Secrets of the same namespace; one that is not there is passed over by the kubelet.
    pub pull_secrets: &'a [String],
    pub arguments: &'a [&'a str],
    /// Plain variables, in the order in which they are shown.
    pub environment: Vec<(&'static str, String)>,
    /// Name of the Secret with the platform's credentials.
    pub credentials: Option<&'a str>,
    pub archive: Archive,
    pub resources: Option<&'a PodResources>,
}

/// The pod of a job.
#[must_use]
pub fn pod_spec(settings: &PodSettings<'_>) -> PodSpec {
    let mounts = mounts(settings);
    PodSpec {
        automount_service_account_token: Some(false),
        enable_service_links: Some(false),
        restart_policy: Some("Never".into()),
        security_context: Some(PodSecurityContext {
            run_as_non_root: Some(true),
            run_as_user: Some(USER),
            run_as_group: Some(USER),
            fs_group: Some(USER),
            seccomp_profile: Some(SeccompProfile {
                type_: "RuntimeDefault".into(),
                ..SeccompProfile::default()
            }),
            ..PodSecurityContext::default()
        }),
        image_pull_secrets: pull_secrets(settings.pull_secrets),
        containers: vec![container(settings, &mounts)],
        volumes: Some(mounts.into_iter().map(|(volume, _)| volume).collect()),
        ..PodSpec::default()
    }
}

fn pull_secrets(names: &[String]) -> Option<Vec<LocalObjectReference>> {
    let references = names
        .iter()
        .map(|name| LocalObjectReference { name: name.clone() });
    (!names.is_empty()).then(|| references.collect())
}

fn container(settings: &PodSettings<'_>, mounts: &[(Volume, VolumeMount)]) -> Container {
    Container {
        name: "pipeline".into(),
        image: Some(settings.image.to_owned()),
        image_pull_policy: Some(settings.pull_policy.to_owned()),
        args: Some(settings.arguments.iter().map(ToString::to_string).collect()),
        env: Some(environment(settings)),
        resources: Some(resources(settings.resources)),
        security_context: Some(SecurityContext {
            allow_privilege_escalation: Some(false),
            read_only_root_filesystem: Some(true),
            capabilities: Some(Capabilities {
                drop: Some(vec!["ALL".into()]),
                ..Capabilities::default()
            }),
            ..SecurityContext::default()
        }),
        volume_mounts: Some(mounts.iter().map(|(_, mount)| mount.clone()).collect()),
        ..Container::default()
    }
}

fn environment(settings: &PodSettings<'_>) -> Vec<EnvVar> {
    let plain = settings.environment.iter().map(|(name, value)| EnvVar {
        name: (*name).into(),
        value: Some(value.clone()),
        ..EnvVar::default()
    });
    let secrets = [
        from_tenant_secret("DPO_DATABASE_URL", "url"),
        from_tenant_secret("DPO_TOKEN_KEY", "token-key"),
    ];
    plain.chain(secrets).chain([run_name()]).collect()
}

/// Optional, so that a pod without its Secret starts and can say what is missing.
fn from_tenant_secret(name: &str, key: &str) -> EnvVar {
    let selector = SecretKeySelector {
        name: TENANT_SECRET.into(),
        key: key.into(),
        optional: Some(true),
    };
    let source = EnvVarSource {
        secret_key_ref: Some(selector),
        ..EnvVarSource::default()
    };
    EnvVar {
        name: name.into(),
        value_from: Some(source),
        ..EnvVar::default()
    }
}

fn run_name() -> EnvVar {
    let field = ObjectFieldSelector {
        field_path: "metadata.labels['batch.kubernetes.io/job-name']".into(),
        api_version: Some("v1".into()),
    };
    let source = EnvVarSource {
        field_ref: Some(field),
        ..EnvVarSource::default()
    };
    EnvVar {
        name: "DPO_RUN_NAME".into(),
        value_from: Some(source),
        ..EnvVar::default()
    }
}

fn mounts(settings: &PodSettings<'_>) -> Vec<(Volume, VolumeMount)> {
    let credentials = settings
        .credentials
        .map(|secret| secret_mount("credentials", secret, None, CREDENTIALS_MOUNT));
    let archive = match &settings.archive {
        Archive::Absent => None,
        Archive::Secret(secret) => Some(secret_mount("archive", secret, None, ARCHIVE_MOUNT)),
        Archive::Embedded => Some(secret_mount(
            "archive",
            TENANT_SECRET,
            Some(embedded_keys()),
            ARCHIVE_MOUNT,
        )),
    };
    [scratch()]
        .into_iter()
        .chain(credentials)
        .chain(archive)
        .collect()
}

fn embedded_keys() -> Vec<KeyToPath> {
    ARCHIVE_KEYS
        .iter()
        .map(|key| KeyToPath {
            key: format!("archive-{key}"),
            path: (*key).into(),
            mode: None,
        })
        .collect()
}

fn secret_mount(
    name: &str,
    secret: &str,
    items: Option<Vec<KeyToPath>>,
    path: &str,
) -> (Volume, VolumeMount) {
    let source = SecretVolumeSource {
        secret_name: Some(secret.to_owned()),
        optional: Some(true),
        items,
        // What the API server would fill in: without it every comparison with the stored object would differ.
        default_mode: Some(0o440),
    };
    let volume = Volume {
        name: name.into(),
        secret: Some(source),
        ..Volume::default()
    };
    let mount = VolumeMount {
        name: name.into(),
        mount_path: path.into(),
        read_only: Some(true),
        ..VolumeMount::default()
    };
    (volume, mount)
}

fn scratch() -> (Volume, VolumeMount) {
    let source = EmptyDirVolumeSource {
        size_limit: Some(Quantity("64Mi".into())),
        ..EmptyDirVolumeSource::default()
    };
    let volume = Volume {
        name: "tmp".into(),
        empty_dir: Some(source),
        ..Volume::default()
    };
    let mount = VolumeMount {
        name: "tmp".into(),
        mount_path: "/tmp".into(),
        ..VolumeMount::default()
    };
    (volume, mount)
}

fn resources(asked: Option<&PodResources>) -> ResourceRequirements {
    let given = |amounts: Option<&ResourceAmounts>| amounts.cloned().unwrap_or_default();
    let (requests, limits) = asked.map_or_else(Default::default, |asked| {
        (given(asked.requests.as_ref()), given(asked.limits.as_ref()))
    });
    ResourceRequirements {
        requests: Some(quantities(&requests, ("20m", "48Mi", "16Mi"))),
        limits: Some(quantities(&limits, ("1", "384Mi", "128Mi"))),
        ..ResourceRequirements::default()
    }
}

fn quantities(
    amounts: &ResourceAmounts,
    (cpu, memory, storage): (&str, &str, &str),
) -> BTreeMap<String, Quantity> {
    let or = |given: &Option<String>, default: &str| {
        Quantity(given.clone().unwrap_or_else(|| default.to_owned()))
    };
    BTreeMap::from([
        ("cpu".to_owned(), or(&amounts.cpu, cpu)),
        ("memory".to_owned(), or(&amounts.memory, memory)),
        ("ephemeral-storage".to_owned(), Quantity(storage.to_owned())),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings() -> PodSettings<'static> {
        PodSettings {
            image: "dpo/pipeline:dev",
            pull_policy: "IfNotPresent",
            pull_secrets: &[],
            arguments: &["sync"],
            environment: vec![("DPO_TENANT", "t_0123456789abcdef0123".to_owned())],
            credentials: Some("google"),
            archive: Archive::Embedded,
            resources: None,
        }
    }

    #[test]
    fn the_pod_meets_pod_security_restricted() {
        let pod = pod_spec(&settings());
        let security = pod.security_context.unwrap();
        assert_eq!(
            (
                security.run_as_non_root,
                security.seccomp_profile.unwrap().type_.as_str()
            ),
            (Some(true), "RuntimeDefault")
        );
        let container = pod.containers[0].security_context.clone().unwrap();
        assert_eq!(container.allow_privilege_escalation, Some(false));
        assert_eq!(
            container.capabilities.unwrap().drop,
            Some(vec!["ALL".to_owned()])
        );
        assert_eq!(pod.automount_service_account_token, Some(false));
    }

    #[test]
    fn secrets_are_mounted_optionally_and_never_written_out() {
        let pod = pod_spec(&settings());
        let secrets: Vec<_> = pod
            .volumes
            .unwrap()
            .into_iter()
            .filter_map(|volume| volume.secret)
            .collect();
        assert_eq!(secrets.len(), 2);
        assert!(secrets.iter().all(|secret| secret.optional == Some(true)));
        let keys: Vec<String> = secrets[1]
            .items
            .clone()
            .unwrap()
            .into_iter()
            .map(|item| item.key)
            .collect();
        assert_eq!(keys[0], "archive-endpoint");
    }

    #[test]
    fn a_private_registry_is_pulled_from_with_the_named_secrets() {
        assert_eq!(pod_spec(&settings()).image_pull_secrets, None);
        let names = ["registry".to_owned(), "mirror".to_owned()];
        let pod = pod_spec(&PodSettings {
            pull_secrets: &names,
            ..settings()
        });
        let found: Vec<String> = pod
            .image_pull_secrets
            .into_iter()
            .flatten()
            .map(|reference| reference.name)
            .collect();
        assert_eq!(found, names);
    }

    #[test]
    fn own_amounts_replace_the_defaults_one_by_one() {
        let limits = ResourceAmounts {
            memory: Some("1Gi".into()),
            cpu: None,
        };
        let asked = PodResources {
            requests: None,
            limits: Some(limits),
        };
        let container = pod_spec(&PodSettings {
            resources: Some(&asked),
            ..settings()
        })
        .containers
        .remove(0);
        let limits = container.resources.unwrap().limits.unwrap();
        assert_eq!(
            (limits["memory"].0.as_str(), limits["cpu"].0.as_str()),
            ("1Gi", "1")
        );
    }
}
