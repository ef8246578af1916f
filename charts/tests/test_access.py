"""Who may do what: Kubernetes rights, and who may reach whom over the network."""

import ipaddress
import unittest

from rendering import CHART, NAMESPACE, manifest, of_kind, objects

TENANT = {"app.kubernetes.io/managed-by": "dpo-operator", "app.kubernetes.io/part-of": "dpo"}

# Every right of the operator, outside its own namespace.
RIGHTS = {
    ("dpo.dev", "organizations"): {"list", "watch", "patch"},
    ("dpo.dev", "datasources"): {"list", "watch"},
    ("dpo.dev", "retentionpolicies"): {"list", "watch"},
    ("dpo.dev", "organizations/status"): {"patch"},
    ("dpo.dev", "datasources/status"): {"patch"},
    ("dpo.dev", "retentionpolicies/status"): {"patch"},
    ("dpo.dev", "organizations/finalizers"): {"update"},
    ("dpo.dev", "datasources/finalizers"): {"update"},
    ("batch", "cronjobs"): {"list", "watch", "create", "patch", "delete"},
    ("batch", "jobs"): {"list", "watch", "create", "delete"},
    ("networking.k8s.io", "networkpolicies"): {"list", "watch", "create", "patch"},
    ("", "secrets"): {"list", "watch", "create", "patch"},
    ("events.k8s.io", "events"): {"create", "patch"},
}


class KubernetesRights(unittest.TestCase):
    def rules(self):
        return of_kind("default", "ClusterRole")["dpo-operator"]["rules"]

    def test_they_are_exactly_these(self):
        granted = {}
        for rule in self.rules():
            for group in rule["apiGroups"]:
                for resource in rule["resources"]:
                    granted.setdefault((group, resource), set()).update(rule["verbs"])
        self.assertEqual(granted, RIGHTS)

    def test_secrets_are_limited_to_the_one_that_the_operator_makes(self):
        for rule in self.rules():
            if "secrets" in rule["resources"]:
                self.assertEqual(rule["resourceNames"], ["dpo-tenant-database"])

    def test_no_role_has_a_wildcard(self):
        roles = list(of_kind("default", "ClusterRole").values()) + list(of_kind("default", "Role").values())
        self.assertEqual(len(roles), 2)
        for role in roles:
            for rule in role["rules"]:
                self.assertNotIn("*", rule["apiGroups"] + rule["resources"] + rule["verbs"])

    def test_every_rule_tells_its_reason(self):
        lines = (CHART / "templates/operator/rbac.yaml").read_text().splitlines()
        rules = [number for number, line in enumerate(lines) if line.startswith("  - apiGroups:")]
        self.assertGreater(len(rules), 8)
        for number in rules:
            reason = lines[number - 1].strip()
            shared = lines[number - 1].startswith("    verbs:") and "leases" in lines[number + 1]
            self.assertTrue(reason.startswith("# ") or shared, f"line {number + 1}")

    def test_only_the_operator_has_rights(self):
        subjects = [
            subject["name"]
            for kind in ("ClusterRoleBinding", "RoleBinding")
            for binding in of_kind("default", kind).values()
            for subject in binding["subjects"]
        ]
        self.assertEqual(set(subjects), {"dpo-operator"})


class Network(unittest.TestCase):
    """The policies as a table of who may reach whom. A pod is (namespace, labels); an address stands for what is outside."""

    def pod(self, component, shape="default"):
        for each in objects(shape):
            if each["kind"] in ("Deployment", "StatefulSet") and each["metadata"]["name"] == f"dpo-{component}":
                return NAMESPACE, each["spec"]["template"]["metadata"]["labels"]
        raise AssertionError(component)

    def may(self, shape, source, target, port, protocol="TCP"):
        policies = of_kind(shape, "NetworkPolicy").values()
        return admits(policies, "egress", source, target, port, protocol) and admits(policies, "ingress", target, source, port, protocol)

    def test_who_may_reach_whom(self):
        operator, api = self.pod("operator"), self.pod("api")
        postgres, store = self.pod("postgres"), self.pod("store")
        tenant, stranger = ("saigon-coffee", TENANT), ("saigon-coffee", {"app": "shop"})
        monitoring, anywhere = ("monitoring", {}), "198.51.100.7"
        table = [
            (operator, postgres, 5432, True),
            (operator, store, 7070, True),
            (operator, anywhere, 6443, True),
            (operator, anywhere, 8443, False),
            (operator, api, 8080, False),
            (api, postgres, 5432, True),
            (api, store, 7070, False),
            (api, anywhere, 443, False),
            (postgres, anywhere, 443, False),
            (store, anywhere, 443, False),
            (store, postgres, 5432, False),
            (tenant, postgres, 5432, True),
            (tenant, store, 7070, True),
            (tenant, operator, 8080, False),
            (stranger, postgres, 5432, False),
            (stranger, store, 7070, False),
            (stranger, api, 8080, True),
            (stranger, api, 9090, False),
            (monitoring, api, 9090, True),
            (monitoring, operator, 8080, True),
            (monitoring, postgres, 5432, False),
        ]
        for source, target, port, expected in table:
            with self.subTest(source=source, target=target, port=port):
                self.assertEqual(self.may("default", source, target, port), expected)

    def test_an_external_database_is_reached_at_its_networks_only(self):
        shape = "for real use"
        for component in ("operator", "api"):
            source = self.pod(component, shape)
            self.assertTrue(self.may(shape, source, "203.0.113.9", 5432))
            self.assertFalse(self.may(shape, source, "198.51.100.7", 5432))
        self.assertTrue(self.may(shape, self.pod("operator", shape), "198.51.100.1", 443))
        self.assertFalse(self.may(shape, self.pod("operator", shape), "198.51.100.2", 443))

    def test_they_can_be_left_out(self):
        self.assertNotIn("kind: NetworkPolicy", manifest("one replica, no policies"))


def admits(policies, direction, pod, peer, port, protocol):
    """Whether the policies that select `pod` (all of them, if none does) let it talk to `peer` in that direction."""
    if isinstance(pod, str):
        return True
    selecting = [each["spec"] for each in policies if selects(each, pod) and direction.capitalize() in each["spec"]["policyTypes"]]
    rules = [rule for spec in selecting for rule in spec.get(direction, [])]
    return not selecting or any(matches(rule, direction, peer, port, protocol) for rule in rules)


def selects(policy, pod):
    namespace, labels = pod
    return policy["metadata"]["namespace"] == namespace and fits(policy["spec"]["podSelector"], labels)


def matches(rule, direction, peer, port, protocol):
    peers = rule.get("to" if direction == "egress" else "from")
    ports = rule.get("ports")
    right_port = ports is None or any(each["port"] == port and each["protocol"] == protocol for each in ports)
    return right_port and (peers is None or any(is_peer(each, peer) for each in peers))


def is_peer(described, peer):
    if isinstance(peer, str):
        return "ipBlock" in described and ipaddress.ip_address(peer) in ipaddress.ip_network(described["ipBlock"]["cidr"])
    namespace, labels = peer
    if "namespaceSelector" in described:
        in_namespace = fits(described["namespaceSelector"], {"kubernetes.io/metadata.name": namespace})
    else:
        in_namespace = namespace == NAMESPACE
    return in_namespace and "ipBlock" not in described and fits(described.get("podSelector", {}), labels)


def fits(selector, labels):
    return (selector or {}).get("matchLabels", {}).items() <= labels.items()


if __name__ == "__main__":
    unittest.main()
