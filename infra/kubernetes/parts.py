"""What every pod is made of: names, labels, room, rights, volumes.

No container is root, writes to its root, or may get more rights; a pod's token of Kubernetes is
mounted for Spark's driver alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from conf.errors import ConfError
from conf.kubernetes import Disk, Kubernetes, Room
from conf.site import SITES, Site

Object = dict[str, Any]

HOME = "/srv/countermark"  # the shared volume, as COUNTERMARK_HOME names it
HOME_CLAIM = "countermark-home"
ACCOUNT, SPARK_ACCOUNT = "countermark", "spark"
METRICS_PORT = 9400
USER = 10001  # of our images
_ROLE = "app.kubernetes.io/component"


def cluster(site: Site) -> Kubernetes:
    """Give a site's cluster.

    Raises:
        ConfError: it has none, or its tables lie in a bucket, which the pods cannot reach yet.

    """
    if site.kubernetes is None:
        raise ConfError(
            f"{SITES / site.name}.yaml has no `kubernetes`; conf/sites/production.yaml shows one"
        )
    if site.lake_url is not None:
        raise ConfError(
            f"{SITES / site.name}.yaml: manifests bring no pod to a lake in a bucket; leave `lake` "
            "out, or give AWS_* and a way to the store to the pods by hand (docs/object-store.md)"
        )
    return site.kubernetes


def labels(role: str) -> dict[str, str]:
    """Give the labels of a role's pods, which selectors and network policies go by."""
    return {"app.kubernetes.io/name": "countermark", _ROLE: role}


def thing(api: str, kind: str, name: str, site: Site, role: str = "") -> Object:
    """Give an object without its content."""
    named = {"app.kubernetes.io/name": "countermark", "app.kubernetes.io/managed-by": "manifests"}
    marks = named | ({_ROLE: role} if role else {})
    meta = {"name": name, "namespace": cluster(site).namespace, "labels": marks}
    return {"apiVersion": api, "kind": kind, "metadata": meta}


def container(  # noqa: PLR0913 - each is a part of a container
    name: str,
    image: str,
    room: Room,
    *,
    command: Sequence[str] = (),
    args: Sequence[str] = (),
    env: Sequence[Object] = (),
    mounts: Mapping[str, str] | None = None,
    ports: Mapping[str, int] | None = None,
) -> Object:
    """Give a container; `mounts` are paths by volume."""
    found: Object = {
        "name": name,
        "image": image,
        "resources": resources(room),
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "volumeMounts": [{"name": v, "mountPath": p} for v, p in (mounts or {}).items()],
    }
    if command:
        found["command"] = list(command)
    if args:
        found["args"] = list(args)
    if env:
        found["env"] = list(env)
    if ports:
        found["ports"] = [{"name": n, "containerPort": p} for n, p in ports.items()]
    return found


def resources(room: Room) -> Object:
    """Give what a container asks for and may not exceed."""
    return {
        "requests": {"cpu": room.cpu, "memory": room.memory},
        "limits": {"cpu": room.most_cpu or room.cpu, "memory": room.memory},
    }


def pod(  # noqa: PLR0913 - each is a part of a pod
    site: Site,
    role: str,
    containers: Sequence[Object],
    *,
    volumes: Sequence[Object] = (),
    user: int = USER,
    account: str = ACCOUNT,
    annotations: Mapping[str, str] | None = None,
    more: Mapping[str, Any] | None = None,
) -> Object:
    """Give a pod's template; `more` are further fields of its spec."""
    secrets = cluster(site).secrets
    meta: Object = {"labels": labels(role)}
    if annotations:
        meta["annotations"] = dict(annotations)
    spec: Object = {
        "serviceAccountName": account,
        "automountServiceAccountToken": account == SPARK_ACCOUNT,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": user,
            "runAsGroup": user,
            "fsGroup": user,
            "fsGroupChangePolicy": "OnRootMismatch",
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": list(containers),
        "volumes": list(volumes),
    }
    if secrets.pull:
        spec["imagePullSecrets"] = [{"name": secrets.pull}]
    return {"metadata": meta, "spec": spec | dict(more or {})}


def home_env(site: Site) -> list[Object]:
    """Give the environment by which a command of ours finds its site; the store's password too."""
    return [
        {"name": "COUNTERMARK_SITE", "value": site.name},
        {"name": "COUNTERMARK_HOME", "value": HOME},
    ]


def secret_env(name: str, secret: str, key: str) -> Object:
    """Give a variable whose value a Secret holds."""
    return {"name": name, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}


def field_env(name: str, path: str) -> Object:
    """Give a variable that tells a pod of itself."""
    return {"name": name, "valueFrom": {"fieldRef": {"fieldPath": path}}}


def home_volume() -> Object:
    """Give the shared volume."""
    return {"name": "home", "persistentVolumeClaim": {"claimName": HOME_CLAIM}}


def scratch(name: str = "scratch", size: str = "1Gi", medium: str = "") -> Object:
    """Give room that goes with the pod."""
    return {"name": name, "emptyDir": {"sizeLimit": size} | ({"medium": medium} if medium else {})}


def claim(site: Site, name: str, disk: Disk, mode: str) -> Object:
    """Give a claim of a volume of its own."""
    return thing("v1", "PersistentVolumeClaim", name, site) | {"spec": claim_spec(disk, mode)}


def claim_spec(disk: Disk, mode: str = "ReadWriteOnce") -> Object:
    """Give what a claim asks for."""
    spec: Object = {"accessModes": [mode], "resources": {"requests": {"storage": disk.size}}}
    return spec | ({"storageClassName": disk.storage_class} if disk.storage_class else {})


def service(site: Site, role: str, ports: Mapping[str, int], *, headless: bool = False) -> Object:
    """Give the name by which a role's pods are found."""
    found = thing("v1", "Service", role, site, role)
    listed = [{"name": n, "port": p, "targetPort": n} for n, p in ports.items()]
    head: Object = {"clusterIP": "None"} if headless else {}
    return found | {"spec": head | {"selector": labels(role), "ports": listed}}


def budget(site: Site, role: str, **limit: int | str) -> Object:
    """Give how many pods of a role a drain of nodes may take at once."""
    found = thing("policy/v1", "PodDisruptionBudget", role, site, role)
    return found | {"spec": {"selector": {"matchLabels": labels(role)}, **limit}}


def scraped() -> dict[str, str]:
    """Give the annotations by which Prometheus finds a pod's metrics."""
    return {"prometheus.io/scrape": "true", "prometheus.io/port": str(METRICS_PORT)}
