"""What the charts copy from elsewhere, or write from their own values, is up to date."""

import unittest

import yaml

import rendering
from rendering import CHART, CRD_CHART, REPOSITORY, template


class Copies(unittest.TestCase):
    def test_the_embedded_postgres_runs_the_documented_administrator_sql(self):
        original = (REPOSITORY / "warehouse/sql/administrator.sql").read_text()
        self.assertEqual((CHART / "files/postgres/administrator.sql").read_text(), original, "run `make crds`")

    def test_the_custom_resources_are_the_generated_ones(self):
        generated = {path.name: path.read_text() for path in (REPOSITORY / "crds/generated").glob("*.yaml")}
        copied = {path.name: path.read_text() for path in (CRD_CHART / "files").glob("*.yaml")}
        self.assertGreaterEqual(len(generated), 3)
        self.assertEqual(copied, generated, "run `make crds`")

    def test_readmes_tell_the_values_as_they_are(self):
        result = rendering.run("python3", str(REPOSITORY / "charts/tools/document_values.py"), "--check", str(CHART), str(CRD_CHART))
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_every_value_is_described(self):
        for chart in (CHART, CRD_CHART):
            values = yaml.safe_load((chart / "values.yaml").read_text())
            readme = (chart / "README.md").read_text()
            for key in leaves(values):
                described = any(f"| `{prefix}` |" in readme for prefix in prefixes(key))
                self.assertTrue(described, f"{chart.name}: {key} has no `# --` comment")


class CustomResources(unittest.TestCase):
    def definitions(self, values):
        return [each for each in yaml.safe_load_all(template(values, CRD_CHART)) if each]

    def test_the_chart_changes_nothing_but_labels_and_annotations(self):
        generated = [yaml.safe_load(path.read_text()) for path in sorted((REPOSITORY / "crds/generated").glob("*.yaml"))]
        rendered = {each["metadata"]["name"]: each for each in self.definitions({})}
        for definition in generated:
            name = definition["metadata"]["name"]
            self.assertEqual(rendered[name]["spec"], definition["spec"], name)

    def test_they_are_kept_on_uninstall_unless_told_otherwise(self):
        kept = [each["metadata"].get("annotations", {}).get("helm.sh/resource-policy") for each in self.definitions({})]
        dropped = [each["metadata"].get("annotations", {}).get("helm.sh/resource-policy") for each in self.definitions({"keep": False})]
        self.assertEqual(set(kept), {"keep"})
        self.assertEqual(set(dropped), {None})


def leaves(values, prefix=""):
    for key, value in values.items():
        if isinstance(value, dict) and value:
            yield from leaves(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}"


def prefixes(key):
    parts = key.split(".")
    return [".".join(parts[:length]) for length in range(1, len(parts) + 1)]


if __name__ == "__main__":
    unittest.main()
