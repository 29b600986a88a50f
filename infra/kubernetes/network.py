"""Who may talk to whom: nobody, but for what is written here.

The internet is for those who crawl, and of it what is public: a page that leads to an address
inside is refused by the crawler, and here once more.
"""

from __future__ import annotations

from collections.abc import Sequence

from conf.site import Site
from infra.kubernetes.crawling import BEGIN, COMMITTER, WORKER
from infra.kubernetes.parts import METRICS_PORT, Object, cluster, labels, thing
from infra.kubernetes.spark import BLOCK_PORT, DRIVER, DRIVER_PORT, EXECUTOR
from infra.kubernetes.stores import (
    MLFLOW,
    MLFLOW_PORT,
    POSTGRES,
    POSTGRES_PORT,
    REDIS,
    REDIS_PORT,
)

# Private, shared, link-local, loopback and multicast networks of IPv4, and the same of IPv6.
NOT_PUBLIC = (
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "224.0.0.0/4",
)
NOT_PUBLIC_6 = ("::1/128", "fc00::/7", "fe80::/10", "ff00::/8", "64:ff9b::/96")
_WEB = (80, 443)
_DNS = 53
_FRONTIER = (WORKER, BEGIN, COMMITTER)


def network(site: Site) -> list[Object]:
    """Give every policy."""
    outside = cluster(site).outside
    monitoring = _namespace(outside.monitoring_namespace)
    store = cluster(site).object_store
    return [
        _policy(site, "nobody", {}, ingress=[], egress=[]),
        _policy(site, "names", {}, egress=[_names(outside.dns_namespace)]),
        _policy(site, WORKER, labels(WORKER), ingress=_seen_by(monitoring), egress=_crawling()),
        _policy(site, BEGIN, labels(BEGIN), egress=_crawling()),
        _policy(
            site,
            COMMITTER,
            labels(COMMITTER),
            ingress=_seen_by(monitoring),
            egress=[_to([REDIS], REDIS_PORT)],
        ),
        _policy(site, REDIS, labels(REDIS), ingress=[_from(_FRONTIER, REDIS_PORT)]),
        *_spark(site),
        _policy(
            site,
            MLFLOW,
            labels(MLFLOW),
            ingress=[_from([DRIVER], MLFLOW_PORT)],
            egress=[_to([POSTGRES], POSTGRES_PORT), _networks(store.networks, store.port)],
        ),
        _policy(site, POSTGRES, labels(POSTGRES), ingress=[_from([MLFLOW], POSTGRES_PORT)]),
    ]


def _spark(site: Site) -> list[Object]:
    outside = cluster(site).outside
    both = (DRIVER, EXECUTOR)
    return [
        _policy(
            site,
            DRIVER,
            labels(DRIVER),
            ingress=[_from([EXECUTOR], DRIVER_PORT, BLOCK_PORT)],
            egress=[
                _to([EXECUTOR], BLOCK_PORT),
                _to([MLFLOW], MLFLOW_PORT),
                _networks(outside.api_server, outside.api_server_port),
            ],
        ),
        _policy(
            site,
            EXECUTOR,
            labels(EXECUTOR),
            ingress=[_from(both, BLOCK_PORT)],
            egress=[_to([DRIVER], DRIVER_PORT, BLOCK_PORT), _to([EXECUTOR], BLOCK_PORT)],
        ),
    ]


def _crawling() -> list[Object]:
    """Let the public web and the frontier's store be reached."""
    public = [
        {"ipBlock": {"cidr": "0.0.0.0/0", "except": list(NOT_PUBLIC)}},
        {"ipBlock": {"cidr": "::/0", "except": list(NOT_PUBLIC_6)}},
    ]
    return [{"to": public, "ports": _ports(*_WEB)}, _to([REDIS], REDIS_PORT)]


def _names(namespace: str) -> Object:
    ports = [{"protocol": protocol, "port": _DNS} for protocol in ("UDP", "TCP")]
    return {"to": [_namespace(namespace)], "ports": ports}


def _seen_by(monitoring: Object) -> list[Object]:
    return [{"from": [monitoring], "ports": _ports(METRICS_PORT)}]


def _policy(
    site: Site,
    name: str,
    pods: dict[str, str],
    *,
    ingress: Sequence[Object] | None = None,
    egress: Sequence[Object] | None = None,
) -> Object:
    ways = {"Ingress": ingress, "Egress": egress}
    spec: Object = {
        "podSelector": {"matchLabels": pods} if pods else {},
        "policyTypes": [way for way, rules in ways.items() if rules is not None],
    }
    spec |= {way.lower(): list(rules) for way, rules in ways.items() if rules}
    return thing("networking.k8s.io/v1", "NetworkPolicy", name, site) | {"spec": spec}


def _to(roles: Sequence[str], *ports: int) -> Object:
    return {"to": [_pods(role) for role in roles], "ports": _ports(*ports)}


def _from(roles: Sequence[str], *ports: int) -> Object:
    return {"from": [_pods(role) for role in roles], "ports": _ports(*ports)}


def _networks(networks: Sequence[str], port: int) -> Object:
    return {"to": [{"ipBlock": {"cidr": one}} for one in networks], "ports": _ports(port)}


def _pods(role: str) -> Object:
    return {"podSelector": {"matchLabels": labels(role)}}


def _namespace(name: str) -> Object:
    return {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": name}}}


def _ports(*ports: int) -> list[Object]:
    return [{"protocol": "TCP", "port": port} for port in ports]
