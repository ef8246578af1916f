"""The installed release on a real cluster: upgrades, removal and return, rights and Pod Security as the API server sees them.

Runs inside the cluster's network after everything else, since it takes the release away and brings it back: `make/proofs.sh release`.
"""

import json
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

import yaml

REPOSITORY = Path(__file__).resolve().parents[3]
NAMESPACE = "dpo-system"
OPERATOR = f"system:serviceaccount:{NAMESPACE}:dpo-operator"
VALUES = ["--values", str(REPOSITORY / "e2e/demo/values.yaml"), "--wait", "--timeout", "3m", "--hide-notes"]
GENERATED = ["dpo-release-key", "dpo-postgres", "dpo-store", "dpo-operator-database", "dpo-api-database"]


def run(*command, text=None, check=True):
    result = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if check and result.returncode != 0:
        raise AssertionError(f"{' '.join(command)}: {result.stderr}{result.stdout}")
    return result


def kubectl(*arguments, **options):
    return run("kubectl", *arguments, **options).stdout


def secrets(names):
    found = json.loads(kubectl("--namespace", NAMESPACE, "get", "secrets", *names, "--output", "json"))
    return {each["metadata"]["name"]: each["data"] for each in found["items"]}


def users():
    return kubectl("--namespace", NAMESPACE, "exec", "deployment/dpo-api", "--", "/dpo-api", "users", "list")


class Release(unittest.TestCase):
    def test_an_upgrade_keeps_passwords_and_keys(self):
        before = secrets(GENERATED)
        self.assertEqual(len(before), len(GENERATED))
        run("helm", "upgrade", "dpo", str(REPOSITORY / "charts/dpo"), "--namespace", NAMESPACE, *VALUES)
        self.assertEqual(secrets(GENERATED), before)

    def test_removal_keeps_keys_and_data_for_the_return(self):
        keys, people = secrets(["dpo-release-key", "dpo-postgres", "dpo-store"]), users()
        self.assertIn("@", people)
        run("helm", "uninstall", "dpo", "--namespace", NAMESPACE, "--wait")
        self.assertEqual(secrets(["dpo-release-key", "dpo-postgres", "dpo-store"]), keys)
        run("helm", "install", "dpo", str(REPOSITORY / "charts/dpo"), "--namespace", NAMESPACE, *VALUES)
        self.assertEqual(users(), people)

    def test_an_upgraded_custom_resource_keeps_a_new_field(self):
        """Helm installs a chart's `crds/` folder once and drops later fields silently; a templated chart must not."""
        with tempfile.TemporaryDirectory() as folder:
            chart = Path(shutil.copytree(REPOSITORY / "charts/dpo-crds", Path(folder) / "dpo-crds"))
            path = chart / "files/retentionpolicies.yaml"
            definition = yaml.safe_load(path.read_text())
            spec = definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
            spec["properties"]["addedLater"] = {"type": "string"}
            path.write_text(yaml.safe_dump(definition))
            self.assertEqual(self.policy_with_new_field(), None)
            run("helm", "upgrade", "dpo-crds", str(chart), "--namespace", NAMESPACE, "--wait")
            try:
                self.assertEqual(self.policy_with_new_field(), "kept")
            finally:
                run("helm", "upgrade", "dpo-crds", str(REPOSITORY / "charts/dpo-crds"), "--namespace", NAMESPACE, "--wait")

    def policy_with_new_field(self):
        """What the API server keeps of a field that today's definition does not know."""
        policy = {"apiVersion": "dpo.dev/v1alpha1", "kind": "RetentionPolicy", "metadata": {"name": "later", "namespace": "default"}, "spec": {"addedLater": "kept"}}
        kubectl("apply", "--validate=false", "--filename", "-", text=json.dumps(policy))
        try:
            stored = json.loads(kubectl("--namespace", "default", "get", "retentionpolicy", "later", "--output", "json"))
            return stored["spec"].get("addedLater")
        finally:
            kubectl("--namespace", "default", "delete", "retentionpolicy", "later")


class PodSecurity(unittest.TestCase):
    def violations(self, namespace):
        return run(
            "kubectl", "label", "--dry-run=server", "--overwrite", "namespace", namespace, "pod-security.kubernetes.io/enforce=restricted"
        ).stderr

    def test_all_pods_fit_restricted(self):
        for namespace in (NAMESPACE, "saigon-coffee", "berlin-beans"):
            with self.subTest(namespace):
                pods = json.loads(kubectl("--namespace", namespace, "get", "pods", "--output", "json"))["items"]
                self.assertGreater(len(pods), 0)
                self.assertNotIn("violate", self.violations(namespace))

    def test_a_planted_pod_is_seen(self):
        kubectl("create", "namespace", "planted")
        try:
            kubectl("--namespace", "planted", "run", "planted", "--image", "dpo/api:dev", "--restart", "Never", "--overrides", '{"spec": {"hostPID": true}}')
            self.assertIn("violate", self.violations("planted"))
        finally:
            kubectl("delete", "namespace", "planted", "--wait=false")


class Rights(unittest.TestCase):
    def can(self, *what):
        return run("kubectl", "auth", "can-i", *what, "--as", OPERATOR, "--namespace", "saigon-coffee", check=False).stdout.strip()

    def test_the_operator_reads_no_secret_and_starts_nothing_itself(self):
        forbidden = [
            ("get", "secrets"), ("list", "secrets"), ("get", "secrets/dpo-tenant-database"), ("create", "secrets"), ("delete", "secrets"),
            ("create", "pods"), ("create", "pods/exec"), ("get", "configmaps"), ("create", "clusterroles"), ("impersonate", "users"), ("create", "serviceaccounts/token"),
        ]
        for what in forbidden:
            with self.subTest(what):
                self.assertEqual(self.can(*what), "no")

    def test_it_may_do_its_work(self):
        for what in [("create", "cronjobs.batch"), ("patch", "secrets/dpo-tenant-database"), ("patch", "organizations.dpo.dev", "--subresource=status")]:
            with self.subTest(what):
                self.assertEqual(self.can(*what), "yes")


if __name__ == "__main__":
    unittest.main()
