"""What a site on Kubernetes is made of: images, room, storage, schedule, and what is outside of it.

`python -m infra.kubernetes` makes the manifests of it. Secrets go by name: no value stands here.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Annotated

import msgspec

_QUANTITY = r"^[0-9]+(\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$"
_NAME = r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$"
_CRON_FIELD = re.compile(r"[0-9A-Za-z*/,-]+")
_CRON_FIELDS = 5

Quantity = Annotated[str, msgspec.Meta(pattern=_QUANTITY, description="as Kubernetes has it: 2Gi")]
Name = Annotated[str, msgspec.Meta(pattern=_NAME, description="a name in Kubernetes: a-z 0-9 -")]
Count = Annotated[int, msgspec.Meta(ge=0)]
Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]


class Images(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Images, each with a tag or a digest."""

    spark: str
    crawler: str
    mlflow: str
    redis: str  # Redis from 7, or Valkey
    postgres: str

    def __post_init__(self) -> None:
        """See that each says which version it is."""
        for role in self.__struct_fields__:
            name = getattr(self, role)
            tag = name.rpartition("/")[2].partition("@")[0].partition(":")[2]
            if (not tag and "@sha256:" not in name) or tag == "latest" or name != name.strip():
                raise ValueError(
                    f"image {role} is {name!r}; write its version, `name:tag` or "
                    "`name@sha256:…`, and not `latest`"
                )


class Room(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one pod asks for and may not exceed; memory is both."""

    cpu: Quantity
    memory: Quantity
    most_cpu: Quantity | None = None  # `cpu` if not given


class Rooms(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Room by role; docs/scale.md tells what the figures rest on."""

    worker: Room = Room("1", "1Gi", "2")
    begin: Room = Room("1", "2Gi", "2")  # begins a crawl; it has a worker and a committer as well
    committer: Room = Room("500m", "1Gi", "1")
    driver: Room = Room("2", "10Gi")
    executor: Room = Room("2", "10Gi")
    redis: Room = Room("500m", "4Gi", "1")
    mlflow: Room = Room("500m", "2Gi", "1")
    postgres: Room = Room("500m", "1Gi", "1")


class Disk(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A volume: how large, and of which storage class (the cluster's own if none is given)."""

    size: Quantity
    storage_class: Name | None = None


class Storage(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Volumes; many machines write `home` at once, so it must hold locks that all of them see."""

    home: Disk
    redis: Disk = Disk("20Gi")
    postgres: Disk = Disk("20Gi")


class Workers(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many machines crawl: by the length of the queue."""

    fewest: Count = 0
    most: Count = 10
    queue_a_worker: Annotated[int, msgspec.Meta(ge=1)] = 100_000  # pages that wait for each

    def __post_init__(self) -> None:
        """See that there may be as many as there must be."""
        if self.most < max(self.fewest, 1):
            raise ValueError(f"most is {self.most}; at least 1 and `fewest` ({self.fewest})")


class Schedule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When things begin, as cron has it, in UTC; for a cluster without Airflow."""

    crawl: str = "0 1 * * *"
    tables: str = "0 */4 * * *"  # takes what is new since the last time
    is_on: bool = True  # false where Airflow has the schedule

    def __post_init__(self) -> None:
        """See that each is five fields."""
        for role, text in (("crawl", self.crawl), ("tables", self.tables)):
            fields = text.split()
            if len(fields) != _CRON_FIELDS or not all(map(_CRON_FIELD.fullmatch, fields)):
                raise ValueError(f"schedule {role} is {text!r}; cron's five fields are: 0 1 * * *")


class ObjectStore(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where MLflow keeps models; S3 or what speaks like it."""

    destination: Annotated[str, msgspec.Meta(pattern="^s3://[^/]+")]
    networks: tuple[str, ...]  # that it is in, for the network policy: 10.20.0.0/16
    endpoint: str | None = None  # its address, if it is not AWS's own
    port: Port = 443

    def __post_init__(self) -> None:
        """See that the networks are some."""
        check_networks("object_store", self.networks)


class Secrets(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names of the Secrets that are made by hand, before the manifests are applied."""

    redis: Name = "countermark-redis"  # key: password
    postgres: Name = "countermark-postgres"  # key: password
    object_store: Name = "countermark-object-store"  # keys: access-key, secret-key
    pull: Name | None = None  # for images that are not public


class Outside(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the cluster has already."""

    api_server: tuple[str, ...]  # networks of Kubernetes' own server, as pods see it: 10.96.0.1/32
    api_server_port: Port = 443
    prometheus: str = "http://prometheus-operated.monitoring:9090"
    monitoring_namespace: Name = "monitoring"
    dns_namespace: Name = "kube-system"
    spark_operator_namespace: Name = "spark-operator"

    def __post_init__(self) -> None:
        """See that the networks are some."""
        check_networks("outside.api_server", self.api_server)


class Kubernetes(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A site's cluster."""

    images: Images
    storage: Storage
    object_store: ObjectStore
    outside: Outside
    namespace: Name = "countermark"
    rooms: Rooms = Rooms()
    workers: Workers = Workers()
    executors: Annotated[int, msgspec.Meta(ge=1)] = 2
    schedule: Schedule = Schedule()
    secrets: Secrets = Secrets()


def check_networks(where: str, networks: tuple[str, ...]) -> None:
    """See that networks are written as 10.20.0.0/16.

    Raises:
        ValueError: one is not, or there is none; the reader adds the file and the field.

    """
    if not networks:
        raise ValueError(f"{where} names no network; write at least one, as 10.20.0.0/16")
    for one in networks:
        try:
            ipaddress.ip_network(one)
        except ValueError as error:
            raise ValueError(f"{where}: {error}; write a network as 10.20.0.0/16") from None
