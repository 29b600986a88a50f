"""Where pods are in objects, and who may talk to whom by the policies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml

Object = dict[str, Any]
ROLE = "app.kubernetes.io/component"


def name_of(one: Object) -> str:
    return f"{one['kind']}/{one['metadata']['name']}"


def pods(objects: list[Object]) -> Iterator[tuple[str, Object]]:
    """Every pod template, with the name of what holds it."""
    for one in objects:
        spec = one.get("spec", {})
        if one["kind"] in {"Deployment", "StatefulSet"}:
            yield name_of(one), spec["template"]
        elif one["kind"] == "CronJob":
            yield name_of(one), spec["jobTemplate"]["spec"]["template"]
        elif one["kind"] == "SparkApplication":
            yield f"{name_of(one)} driver", spec["driverSpec"]["podTemplateSpec"]
            yield f"{name_of(one)} executor", spec["executorSpec"]["podTemplateSpec"]
        elif one["kind"] == "ConfigMap":
            yield f"{name_of(one)} executor", yaml.safe_load(one["data"]["executor.yaml"])


def containers(objects: list[Object]) -> Iterator[tuple[str, Object]]:
    for name, pod in pods(objects):
        for one in [*pod["spec"]["containers"], *pod["spec"].get("initContainers", [])]:
            yield f"{name} {one['name']}", one


def selects(selector: dict[str, Any], marks: dict[str, str]) -> bool:
    return selector.get("matchLabels", {}).items() <= marks.items()


def peers(objects: list[Object], role: str, way: str) -> list[tuple[Object, int]]:
    """What the policies of a role let in or out: a peer and a port each; none is nobody."""
    found = []
    key = {"ingress": "from", "egress": "to"}[way]
    for one in (o["spec"] for o in objects if o["kind"] == "NetworkPolicy"):
        if selects(one["podSelector"], {ROLE: role, "app.kubernetes.io/name": "countermark"}):
            for rule in one.get(way, []):
                found += [(peer, port["port"]) for peer in rule[key] for port in rule["ports"]]
    return found


def may_talk(objects: list[Object], source: str, target: str, port: int) -> bool:
    """Whether a role reaches another: one lets it out, the other in."""

    def knows(role: str, way: str, other: str) -> bool:
        marks = {ROLE: other, "app.kubernetes.io/name": "countermark"}
        return any(
            at == port and "podSelector" in peer and selects(peer["podSelector"], marks)
            for peer, at in peers(objects, role, way)
        )

    return knows(source, "egress", target) and knows(target, "ingress", source)


def networks(objects: list[Object], role: str) -> set[tuple[str, int]]:
    """Networks that a role reaches, each with the port."""
    reached = peers(objects, role, "egress")
    return {(peer["ipBlock"]["cidr"], port) for peer, port in reached if "ipBlock" in peer}
