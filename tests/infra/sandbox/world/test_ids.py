"""Ids lead back to what they stand for, and to nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infra.sandbox.world.ids import MOST_PLACES, Ids, PictureIds, Spot
from infra.sandbox.world.markets import BY_NAME, Market

PLACES = st.integers(min_value=0, max_value=MOST_PLACES - 1)
GENERATIONS = st.integers(min_value=-2000, max_value=2000)
KEYS = st.integers(min_value=0, max_value=2**64 - 1)


@pytest.mark.parametrize("market", BY_NAME.values(), ids=lambda one: one.name)
@given(of=KEYS, place=PLACES, generation=GENERATIONS)
def test_a_listing_id_leads_back(market: Market, of: int, place: int, generation: int) -> None:
    ids = Ids(of, market.listing_form)
    text = ids.write(place, generation)
    assert ids.read(text) == Spot(place, generation)
    assert len(text) == len(ids.write(0, 0))


@given(
    of=KEYS, place=PLACES, generation=GENERATIONS, market=st.integers(0, 11), at=st.integers(0, 9)
)
def test_a_picture_id_leads_back(
    of: int, place: int, generation: int, market: int, at: int
) -> None:
    ids = PictureIds(of)
    found = ids.read(ids.write(market, place, generation, at))
    assert found is not None
    assert (found.market, found.spot, found.at) == (market, Spot(place, generation), at)


@given(st.text(max_size=20), KEYS)
def test_any_other_text_is_no_id_or_leads_somewhere(text: str, of: int) -> None:
    for ids in (Ids(of, BY_NAME["bazaar"].listing_form), Ids(of, BY_NAME["plaza"].seller_form)):
        spot = ids.read(text)
        assert spot is None or ids.write(spot.place, spot.generation) == text


@pytest.mark.parametrize("text", ["", "nobody-sells-this", "٣" * 15, "9" * 15, "00000000000000"])
def test_a_wrong_id_is_none(text: str) -> None:
    assert Ids(1, BY_NAME["harbor"].listing_form).read(text) is None
