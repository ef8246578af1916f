"""The manifests are what Kubernetes takes, and wrong values are refused with a sentence."""

import json
import os
import re
import tempfile
import unittest
from pathlib import Path

import yaml

import rendering
from rendering import CHART, CRD_CHART, REPOSITORY, SHAPES, manifest, refused_template

SCHEMAS = "kubernetes-json-schema/v1.34.0-local-strict"


class Lint(unittest.TestCase):
    def test_helm_lint_finds_nothing(self):
        for name, values in SHAPES.items():
            with self.subTest(name), tempfile.NamedTemporaryFile("w", suffix=".yaml") as file:
                yaml.safe_dump(values, file)
                file.flush()
                result = rendering.run("helm", "lint", "--strict", str(CHART), "--values", file.name)
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        result = rendering.run("helm", "lint", "--strict", str(CRD_CHART))
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)


class Schemas(unittest.TestCase):
    """kubeconform against Kubernetes' own schemas (from a Python package) and our generated ones."""

    @classmethod
    def setUpClass(cls):
        import kubernetes_validate

        cls.folder = tempfile.TemporaryDirectory()
        source = Path(kubernetes_validate.__file__).parent / SCHEMAS
        for path in source.glob("*.json"):
            # The package's references are absolute addresses; kubeconform has to find the files beside each other.
            schema = json.loads(path.read_text().replace("/api/_definitions.json", "_definitions.json"))
            schema.pop("$id", None)
            schema.pop("$schema", None)
            (Path(cls.folder.name) / path.name).write_text(json.dumps(schema))
        for path in (REPOSITORY / "crds/generated").glob("*.yaml"):
            definition = yaml.safe_load(path.read_text())["spec"]
            version = definition["versions"][0]
            name = f"{definition['names']['kind'].lower()}-dpo-{version['name']}.json"
            schema = strict(version["schema"]["openAPIV3Schema"])
            schema["properties"] |= {"apiVersion": {"type": "string"}, "kind": {"type": "string"}, "metadata": {"type": "object"}}
            (Path(cls.folder.name) / name).write_text(json.dumps(schema))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def kubeconform(self, text):
        location = f"{self.folder.name}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json"
        return rendering.run("kubeconform", "-strict", "-summary", "-schema-location", location, "-skip", "ServiceMonitor", "-", text=text)

    def test_it_sees_a_planted_mistake(self):
        planted = manifest("default").replace("serviceAccountName:", "serviceAcountName:")
        self.assertNotEqual(self.kubeconform(planted).returncode, 0)

    def test_every_shape_of_the_chart(self):
        for name in SHAPES:
            with self.subTest(name):
                result = self.kubeconform(manifest(name))
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
                self.assertRegex(result.stdout, r"Valid: [1-9]")

    def test_the_custom_resources_and_the_examples(self):
        texts = [rendering.template({}, CRD_CHART)] + [path.read_text() for path in sorted((REPOSITORY / "examples").glob("*.yaml"))]
        self.assertGreater(len(texts), 1)
        result = self.kubeconform("\n---\n".join(texts))
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)


class KubeScore(unittest.TestCase):
    def criticals(self, text):
        result = rendering.run("kube-score", "score", "--output-format", "ci", "-", text=text)
        return [line for line in result.stdout.splitlines() if line.startswith("[CRITICAL]")]

    def test_it_sees_a_planted_mistake(self):
        planted = manifest("default").replace("readOnlyRootFilesystem: true", "readOnlyRootFilesystem: false")
        self.assertTrue(self.criticals(planted))

    def test_nothing_is_critical(self):
        for name in SHAPES:
            if SHAPES[name].get("networkPolicy", {}).get("enabled") is not False:
                with self.subTest(name):
                    self.assertEqual(self.criticals(manifest(name)), [])

    def test_an_ignored_check_has_its_reason(self):
        for each in rendering.objects("default"):
            annotations = each["metadata"].get("annotations", {})
            if "kube-score/ignore" in annotations:
                self.assertEqual(annotations["kube-score/ignore"], "container-image-pull-policy")
                self.assertGreater(len(annotations["kube-score/ignore-reason"]), 40)


class Refusals(unittest.TestCase):
    CASES = {
        "an unknown value": ({"operatr": {}}, "operatr"),
        "a platform address without scheme": ({"platforms": {"urls": {"googleads.googleapis.com": "upstreams:8080"}}}, "googleads.googleapis.com"),
        "the tag latest": ({"image": {"tag": "latest"}}, "image.tag|/image/tag"),
        "limits without ephemeral storage": ({"api": {"resources": {"limits": {"cpu": 1, "memory": "1Gi", "ephemeral-storage": None}}}}, "ephemeral-storage"),
        "tenants' egress that names nobody": ({"networkPolicy": {"tenantEgress": [{"ports": [{"port": 9000}]}]}}, "tenantEgress"),
        "an Ingress without host": ({"api": {"ingress": {"enabled": True}}}, "api.ingress.host is missing"),
        "a trusted proxy without its network": ({"api": {"trustedProxies": ["10.42.0.1"]}}, "trustedProxies"),
        "everybody as a trusted proxy": ({"api": {"trustedProxies": ["0.0.0.0/0"]}}, "trustedProxies"),
        "no Postgres at all": ({"postgres": {"embedded": False}}, "postgres.external.[a-zA-Z]+ is missing"),
        "a tenant address with a login in it": (
            {"postgres": {"embedded": False, "external": {"tenantAddress": "postgres://me:secret@db:5432/dpo"}}},
            "tenantAddress",
        ),
    }

    def test_wrong_values_are_refused_by_name(self):
        for name, (values, words) in self.CASES.items():
            with self.subTest(name):
                result = refused_template(values)
                self.assertNotEqual(result.returncode, 0)
                self.assertRegex(result.stderr, re.compile(words))


def strict(schema):
    """An object's schema that refuses what it does not know, as the API server would drop it."""
    if isinstance(schema, dict):
        schema = {key: strict(value) for key, value in schema.items()}
        if "properties" in schema and not schema.get("x-kubernetes-preserve-unknown-fields"):
            schema.setdefault("additionalProperties", False)
    elif isinstance(schema, list):
        schema = [strict(value) for value in schema]
    return schema


if __name__ == "__main__":
    os.chdir(REPOSITORY)
    unittest.main()
