"""The kinds of what is found are kinds that links are weighed by."""

from __future__ import annotations

import pytest

from conf import contract
from conf.hosts import hosts
from jobs.vendors._kinds import FAMILY_OF
from jobs.vendors._messengers import APPS


@pytest.mark.parametrize("kind", contract.table("identifiers").column("kind").allowed)
def test_an_identifier_is_of_a_family(kind: str) -> None:
    assert kind in FAMILY_OF


def test_every_messenger_and_network_is_a_kind_of_the_contract() -> None:
    allowed = contract.table("identifiers").column("kind").allowed
    assert {one.kind for one in APPS} | set(hosts().apps) <= set(allowed)
