"""A site's manifests: which file holds which objects, and what must be there before them."""

from __future__ import annotations

from pathlib import Path

import yaml

from conf.site import Site
from infra.kubernetes.crawling import crawling
from infra.kubernetes.network import network
from infra.kubernetes.parts import Object, cluster
from infra.kubernetes.spark import application, jobs
from infra.kubernetes.stores import stores

HEAD = "# Made by `make manifests`; edit the site's file, not this one.\n"
ONCE = "once/tables.yaml"  # run when wanted, not applied with the rest


def manifests(site: Site) -> dict[str, list[Object]]:
    """Give the objects of every file, in the order in which they are applied.

    Raises:
        ConfError: the site has no cluster, or its rooms do not fit.

    """
    return {
        "10-namespace.yaml": [_namespace(site)],
        "20-network.yaml": network(site),
        "30-stores.yaml": stores(site),
        "40-spark.yaml": jobs(site),
        "50-crawl.yaml": crawling(site),
        ONCE: [application(site)],
    }


def by_hand(site: Site) -> dict[str, tuple[str, ...]]:
    """Give what is made by hand: the names of the Secrets, and the keys of each."""
    secrets = cluster(site).secrets
    found: dict[str, tuple[str, ...]] = {
        secrets.redis: ("password",),
        secrets.postgres: ("password",),
        secrets.object_store: ("access-key", "secret-key"),
    }
    return found | ({secrets.pull: (".dockerconfigjson",)} if secrets.pull else {})


def write(site: Site, out: Path) -> list[Path]:
    """Write the files; gives their paths."""
    written = []
    for name, objects in manifests(site).items():
        path = out / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text(objects), encoding="utf-8")
        written.append(path)
    return written


def text(objects: list[Object]) -> str:
    """Give objects as one YAML file."""
    return HEAD + yaml.dump_all(objects, Dumper=_Dumper, sort_keys=False, width=100)


def _namespace(site: Site) -> Object:
    """Give the namespace; Kubernetes itself refuses a pod there that asks for more than ours do."""
    name = cluster(site).namespace
    marks = {f"pod-security.kubernetes.io/{mode}": "restricted" for mode in ("enforce", "warn")}
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": marks}}


class _Dumper(yaml.SafeDumper):
    """Writes a value anew wherever it stands: Kubernetes' tools need not know YAML's anchors."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - its signature
        return True
