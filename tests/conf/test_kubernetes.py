"""A cluster in a site's file: what is wrong in it is told with its place and a way out."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from conf import reading, site
from conf.errors import ConfError
from conf.kubernetes import Kubernetes, Room

EXAMPLE: dict[str, Any] = yaml.safe_load((site.SITES / "production.yaml").read_text())["kubernetes"]


def read(**changes: Any) -> Kubernetes:
    """The example with some of its fields changed; None takes one away."""
    content = {key: value for key, value in (EXAMPLE | changes).items() if value is not None}
    return reading.convert(site.SITES / "production.yaml", content, Kubernetes)


def test_the_example_is_a_cluster() -> None:
    assert read().images.spark == "countermark-spark:0.1.0"
    assert read(rooms={"worker": {"cpu": "2", "memory": "1Gi"}}).rooms.worker == Room("2", "1Gi")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"imagess": {}}, r"unknown field `imagess`"),
        ({"images": None}, r"missing required field `images`"),
        (
            {"images": EXAMPLE["images"] | {"spark": "countermark-spark"}},
            r"image spark is 'countermark-spark'; write its version.*images",
        ),
        (
            {"images": EXAMPLE["images"] | {"redis": "redis:latest"}},
            r"image redis is 'redis:latest'.*not `latest`",
        ),
        (
            {"images": EXAMPLE["images"] | {"redis": "store:5000/redis"}},
            r"image redis is 'store:5000/redis'; write its version",
        ),
        ({"rooms": {"worker": {"cpu": "much", "memory": "1Gi"}}}, r"rooms.worker.cpu"),
        ({"rooms": {"worker": {"cpu": "1"}}}, r"missing required field `memory`.*worker"),
        ({"namespace": "Counter_Mark"}, r"namespace"),
        ({"workers": {"fewest": 5, "most": 2}}, r"most is 2; at least 1 and `fewest` \(5\)"),
        ({"workers": {"most": 0}}, r"most is 0; at least 1"),
        ({"workers": {"queue_a_worker": 0}}, r"queue_a_worker"),
        ({"schedule": {"crawl": "daily"}}, r"schedule crawl is 'daily'; cron's five fields"),
        ({"schedule": {"tables": "0 1 * * ?"}}, r"schedule tables is"),
        ({"outside": {"api_server": []}}, r"outside.api_server names no network"),
        ({"outside": {"api_server": ["10.96.0.1/8"]}}, r"host bits set; write a network as"),
        ({"object_store": {"destination": "models", "networks": ["10.0.0.0/8"]}}, r"destination"),
    ],
)
def test_a_fault_is_told(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(ConfError, match=rf"production.yaml: .*{told}.*mend that field"):
        read(**changes)


def test_an_image_may_be_named_by_its_digest() -> None:
    digest = "countermark-spark@sha256:" + "0" * 64
    assert read(images=EXAMPLE["images"] | {"spark": digest}).images.spark == digest


def test_a_local_site_has_no_cluster() -> None:
    assert site.site("local").kubernetes is None
