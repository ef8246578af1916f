"""Every pod of the release is restricted, bounded and probed."""

import copy
import json
import unittest

import yaml

from rendering import SHAPES, of_kind, pod_templates, template

CAN_TALK_TO_KUBERNETES = {"Deployment/dpo-operator"}


def complaints(name, template):
    """Sentences about what a pod template lacks; none is good."""
    spec, found = template["spec"], []
    if spec.get("automountServiceAccountToken") is not (name in CAN_TALK_TO_KUBERNETES):
        found.append("service-account token where there should be none, or none where it is needed")
    if spec.get("enableServiceLinks") is not False:
        found.append("service links")
    for field in ("hostNetwork", "hostPID", "hostIPC"):
        if spec.get(field):
            found.append(field)
    for volume in spec.get("volumes", []):
        if not {"secret", "configMap", "emptyDir"} & volume.keys():
            found.append(f"volume {volume['name']} of another kind")
        if "emptyDir" in volume and "sizeLimit" not in volume["emptyDir"]:
            found.append(f"volume {volume['name']} without a size limit")
    for container in spec.get("initContainers", []):
        found += container_complaints(container, probed=False)
    for container in spec["containers"]:
        found += container_complaints(container, probed=True)
    return found


def container_complaints(container, probed):
    security, found = container.get("securityContext", {}), []
    expected = {
        "runAsNonRoot": True,
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
        "seccompProfile": {"type": "RuntimeDefault"},
    }
    found += [f"{key} is {security.get(key)}" for key, value in expected.items() if security.get(key) != value]
    found += [f"{key} below 10000" for key in ("runAsUser", "runAsGroup") if security.get(key, 0) < 10000]
    for bound in ("requests", "limits"):
        given = container.get("resources", {}).get(bound, {})
        found += [f"no {bound} of {what}" for what in ("cpu", "memory", "ephemeral-storage") if what not in given]
    if probed:
        found += [f"no {probe}" for probe in ("readinessProbe", "livenessProbe") if probe not in container]
    return [f"{container['name']}: {sentence}" for sentence in found]


class Pods(unittest.TestCase):
    def test_a_planted_mistake_is_seen(self):
        name, template = next(pod_templates("default"))
        for plant in (
            lambda pod: pod["containers"][0]["securityContext"].update(runAsUser=0),
            lambda pod: pod["containers"][0]["resources"]["limits"].pop("ephemeral-storage"),
            lambda pod: pod.update(automountServiceAccountToken=name not in CAN_TALK_TO_KUBERNETES),
            lambda pod: pod.setdefault("volumes", []).append({"name": "host", "hostPath": {"path": "/"}}),
        ):
            planted = copy.deepcopy(template)
            plant(planted["spec"])
            self.assertEqual(len(complaints(name, planted)), 1)

    def test_every_pod_of_every_shape(self):
        for shape in SHAPES:
            templates = list(pod_templates(shape))
            self.assertGreaterEqual(len(templates), 2)
            for name, template in templates:
                with self.subTest(shape=shape, pod=name):
                    self.assertEqual(complaints(name, template), [])

    def test_several_replicas_have_a_disruption_budget(self):
        self.assertEqual(of_kind("default", "PodDisruptionBudget").keys(), {"dpo-operator", "dpo-api"})
        self.assertEqual(of_kind("one replica, no policies", "PodDisruptionBudget"), {})

    def environment(self, shape, deployment="dpo-operator"):
        container = of_kind(shape, "Deployment")[deployment]["spec"]["template"]["spec"]["containers"][0]
        return {each["name"]: each.get("value") for each in container["env"]}

    def test_a_platform_address_reaches_the_operator(self):
        self.assertNotIn("DPO_PLATFORM_URLS", self.environment("default"))
        self.assertIn('"googleads.googleapis.com":"http://', self.environment("other platform addresses")["DPO_PLATFORM_URLS"])

    def test_what_generated_pods_need_reaches_the_operator(self):
        plain, real = self.environment("default"), self.environment("for real use")
        for name in ("DPO_IMAGE_PULL_SECRETS", "DPO_TENANT_EGRESS"):
            self.assertNotIn(name, plain)
        self.assertEqual(real["DPO_IMAGE_PULL_SECRETS"], "registry")
        self.assertEqual(json.loads(real["DPO_TENANT_EGRESS"]), SHAPES["for real use"]["networkPolicy"]["tenantEgress"])

    def test_the_generated_release_key_has_one_name(self):
        """Another name would make another key, and with it other passwords for every tenant."""
        manifests = list(yaml.safe_load_all(template({"releaseKey": {"key": "renamed"}})))
        secret = next(each for each in manifests if each["kind"] == "Secret" and each["metadata"]["name"] == "dpo-release-key")
        self.assertEqual(list(secret["data"]), ["release-key"])
        operator = next(each for each in manifests if each["kind"] == "Deployment" and each["metadata"]["name"] == "dpo-operator")
        environment = {each["name"]: each.get("value") for each in operator["spec"]["template"]["spec"]["containers"][0]["env"]}
        self.assertEqual(environment["DPO_RELEASE_KEY_FILE"], "/etc/dpo/release-key/release-key")
        own = template({"releaseKey": {"existingSecret": "mine", "key": "renamed"}})
        self.assertIn("/etc/dpo/release-key/renamed", own)

    def test_cookies_are_for_https_once_there_is_an_ingress(self):
        secure = [self.environment(shape, "dpo-api")["DPO_COOKIE_SECURE"] for shape in ("default", "for real use")]
        self.assertEqual(secure, ["false", "true"])

    def test_trusted_proxies_reach_the_api(self):
        self.assertNotIn("DPO_TRUSTED_PROXIES", self.environment("default", "dpo-api"))
        self.assertEqual(self.environment("for real use", "dpo-api")["DPO_TRUSTED_PROXIES"], "10.42.0.0/16,2001:db8:ffff::/48")


if __name__ == "__main__":
    unittest.main()
