"""Nobody talks to anybody, but for those who must; the internet is for those who crawl."""

from __future__ import annotations

import ipaddress

import pytest

from tests.infra.kubernetes.parts_of import ROLE, Object, may_talk, networks, peers, pods

ROLES = ("worker", "begin", "committer", "redis", "driver", "executor", "mlflow", "postgres")
TALK = {
    ("worker", "redis", 6379),
    ("begin", "redis", 6379),
    ("committer", "redis", 6379),
    ("executor", "driver", 7078),
    ("executor", "driver", 7079),
    ("driver", "executor", 7079),
    ("executor", "executor", 7079),
    ("driver", "mlflow", 5000),
    ("mlflow", "postgres", 5432),
}
PORTS = sorted({port for _, _, port in TALK} | {80, 443, 9400})


def test_who_may_talk_to_whom_is_this_and_no_more(objects: list[Object]) -> None:
    found = {
        (source, target, port)
        for source in ROLES
        for target in ROLES
        for port in PORTS
        if may_talk(objects, source, target, port)
    }
    assert found == TALK


def test_every_pod_has_a_policy_of_its_own_and_the_one_that_shuts_all(
    objects: list[Object],
) -> None:
    policies = [one["spec"] for one in objects if one["kind"] == "NetworkPolicy"]
    named = {one["podSelector"].get("matchLabels", {}).get(ROLE) for one in policies}
    assert {pod["metadata"]["labels"][ROLE] for _, pod in pods(objects)} <= named
    shut = [one for one in policies if not one["podSelector"] and len(one["policyTypes"]) == 2]
    assert [set(one) for one in shut] == [{"podSelector", "policyTypes"}]


@pytest.mark.parametrize(
    ("role", "reached"),
    [
        ("worker", {("0.0.0.0/0", 80), ("0.0.0.0/0", 443), ("::/0", 80), ("::/0", 443)}),
        ("begin", {("0.0.0.0/0", 80), ("0.0.0.0/0", 443), ("::/0", 80), ("::/0", 443)}),
        ("committer", set()),
        ("redis", set()),
        ("driver", {("10.96.0.1/32", 443)}),
        ("executor", set()),
        ("mlflow", {("10.20.0.0/16", 443)}),
        ("postgres", set()),
    ],
)
def test_which_networks_a_role_reaches(
    objects: list[Object], role: str, reached: set[tuple[str, int]]
) -> None:
    assert networks(objects, role) == reached


@pytest.mark.parametrize("inside", ["10.20.1.2", "169.254.169.254", "192.168.0.1", "fd00::1"])
def test_who_crawls_reaches_no_address_inside(objects: list[Object], inside: str) -> None:
    address = ipaddress.ip_address(inside)
    for peer, _ in peers(objects, "worker", "egress"):
        if block := peer.get("ipBlock"):
            shut = any(address in ipaddress.ip_network(one) for one in block["except"])
            assert shut or address not in ipaddress.ip_network(block["cidr"])


def test_metrics_are_for_prometheus_alone(objects: list[Object]) -> None:
    for role in ("worker", "committer"):
        seen = [peer for peer, port in peers(objects, role, "ingress") if port == 9400]
        name = "kubernetes.io/metadata.name"
        assert seen == [{"namespaceSelector": {"matchLabels": {name: "monitoring"}}}]
