"""Renders the charts as `helm install` would, in each of the shapes that people install them in."""

import functools
import subprocess
from pathlib import Path

import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
CHART = REPOSITORY / "charts" / "dpo"
CRD_CHART = REPOSITORY / "charts" / "dpo-crds"
NAMESPACE = "dpo-system"
KUBERNETES = "1.34.4"

SHAPES = {
    "default": {},
    "other platform addresses": {
        "platforms": {"urls": {"googleads.googleapis.com": "http://upstreams.upstreams.svc:8080", "*.myshopify.com": "http://upstreams.upstreams.svc:8080"}}
    },
    "for real use": {
        "image": {"registry": "registry.example.com/marketing", "tag": "0.1.0", "pullSecrets": [{"name": "registry"}]},
        "releaseKey": {"existingSecret": "release-key"},
        "postgres": {
            "embedded": False,
            "external": {
                "operatorSecret": "operator-database",
                "apiSecret": "api-database",
                "tenantAddress": "db.example.com:5432/dpo?sslmode=verify-full",
                "cidrs": ["203.0.113.0/24"],
            },
        },
        "store": {"embedded": False},
        "api": {
            "trustedProxies": ["10.42.0.0/16", "2001:db8:ffff::/48"],
            "ingress": {"enabled": True, "host": "marketing.example.com", "tlsSecretName": "dashboard-tls"},
        },
        "networkPolicy": {
            "apiServer": {"cidrs": ["198.51.100.1/32"]},
            "tenantEgress": [{"to": [{"ipBlock": {"cidr": "10.1.2.0/24"}}], "ports": [{"port": 9000}]}],
        },
        "monitoring": {"serviceMonitor": {"enabled": True, "labels": {"release": "prometheus"}}},
    },
    "one replica, no policies": {"operator": {"replicas": 1}, "api": {"replicas": 1}, "networkPolicy": {"enabled": False}},
}


def run(*command, text=None):
    return subprocess.run(command, input=text, capture_output=True, text=True, check=False)


def template(values, chart=CHART):
    """The manifest's text, or an AssertionError with helm's own words."""
    result = refused_template(values, chart)
    assert result.returncode == 0, result.stderr
    return result.stdout


def refused_template(values, chart=CHART):
    """Helm's result, also where it refuses the values."""
    return run(
        "helm", "template", "dpo", str(chart), "--namespace", NAMESPACE, "--kube-version", KUBERNETES, "--values", "-", text=yaml.safe_dump(values)
    )


@functools.cache
def manifest(shape):
    return template(SHAPES[shape])


@functools.cache
def objects(shape):
    return [document for document in yaml.safe_load_all(manifest(shape)) if document]


def of_kind(shape, kind):
    return {each["metadata"]["name"]: each for each in objects(shape) if each["kind"] == kind}


def pod_templates(shape):
    """Each workload's name with its pod template."""
    for each in objects(shape):
        if each["kind"] in ("Deployment", "StatefulSet"):
            yield f"{each['kind']}/{each['metadata']['name']}", each["spec"]["template"]
