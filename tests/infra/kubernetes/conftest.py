"""Manifests of two sites: the example, and one that differs from it wherever it may."""

from __future__ import annotations

import msgspec
import pytest

from conf import site as sites
from conf.kubernetes import Disk, Kubernetes, Room, Workers
from conf.site import Site
from infra.kubernetes import rendering
from infra.kubernetes.parts import Object


def other(site: Site) -> Site:
    """A site with every choice made the other way."""
    found = site.kubernetes
    assert found is not None
    changed: Kubernetes = msgspec.structs.replace(
        found,
        namespace="brands",
        storage=msgspec.structs.replace(found.storage, home=Disk("5Gi"), redis=Disk("1Gi")),
        workers=Workers(fewest=2, most=3, queue_a_worker=10),
        schedule=msgspec.structs.replace(found.schedule, is_on=False),
        secrets=msgspec.structs.replace(found.secrets, pull="pull", redis="elsewhere"),
        object_store=msgspec.structs.replace(found.object_store, endpoint=None),
        rooms=msgspec.structs.replace(found.rooms, executor=Room("500m", "3Gi", "1500m")),
    )
    return msgspec.structs.replace(site, kubernetes=changed)


@pytest.fixture(params=["production", "other"])
def place(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site with a cluster."""
    for variable in ("HOME", "SITE", "BRANDS", "PLATFORMS", "JARS", "FRONTIER"):
        monkeypatch.delenv(f"COUNTERMARK_{variable}", raising=False)
    found = sites.site("production")
    return found if request.param == "production" else other(found)


@pytest.fixture
def objects(place: Site) -> list[Object]:
    """All objects of a site."""
    return [one for file in rendering.manifests(place).values() for one in file]
