from __future__ import annotations

from datetime import UTC, datetime

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from crawler.conform import fault
from crawler.items import Gone, Image, Observation, Refused, SellerObservation, Variant
from crawler.rows import (
    Stamp,
    gone_row,
    image_row,
    observation_row,
    refused_row,
    seller_row,
)

AT = datetime(2026, 11, 1, 6, tzinfo=UTC)
STAMP = Stamp(
    platform="shop", at=AT, source="crawl", source_name="c1", parser="shop/1", capture_id="0" * 64
)
texts = st.none() | st.text(
    alphabet=st.characters() | st.characters(categories=["Cs"]), max_size=20
)


@given(title=texts, price=texts, seller=texts, variant=texts)
def test_whatever_a_page_shows_becomes_a_row_that_keeps_the_contract(
    title: str | None, price: str | None, seller: str | None, variant: str | None
) -> None:
    shown = Observation(
        listing_id="7",
        url="http://x/7",
        title_text=title,
        price_text=price,
        seller_id=seller,
        image_urls=("http://x/a.jpg",),
        variants=(Variant(name=variant or "", price_text=price),),
        provenance={"title_text": "jsonld"},
    )
    row = observation_row(shown, STAMP)
    assert fault("observations", row) is None
    for value in row.values():
        if isinstance(value, str):
            value.encode()


def test_a_row_says_what_was_shown_and_where_it_came_from() -> None:
    shown = Observation(
        listing_id="7",
        url="http://x/7",
        seller_id="s",
        image_urls=("b", "a"),
        variants=(Variant(name="L", sku_text="7-L"),),
        provenance={"url": "api", "seller_id": "api"},
    )
    row = observation_row(shown, STAMP)
    assert (row["listing_key"], row["seller_key"]) == ("shop:7", "shop:s")
    assert row["image_urls"] == ["b", "a"]
    assert msgspec.json.decode(row["variants_json"])[0]["sku_text"] == "7-L"
    assert row["provenance_json"] == '{"seller_id":"api","url":"api"}'
    assert (row["observed_at"], row["observed_on"].isoformat()) == (AT, "2026-11-01")


def test_the_digest_follows_what_was_shown_and_nothing_else() -> None:
    shown = Observation(listing_id="7", url="http://x/7", price_text="5")
    later = msgspec.structs.replace(STAMP, at=AT.replace(day=2), parser="shop/2")
    moved = msgspec.structs.replace(shown, provenance={"price_text": "state"})
    cheaper = msgspec.structs.replace(shown, price_text="4")
    digest = observation_row(shown, STAMP)["content_sha256"]
    assert observation_row(shown, later)["content_sha256"] == digest
    assert observation_row(moved, STAMP)["content_sha256"] == digest
    assert observation_row(cheaper, STAMP)["content_sha256"] != digest
    gone = gone_row(Gone(listing_id="7", url="http://x/7"), STAMP)
    bare = observation_row(Observation(listing_id="7", url="http://x/7"), STAMP)
    assert gone["content_sha256"] != bare["content_sha256"]
    assert gone["is_gone"] is True
    assert fault("observations", gone) is None


def test_sellers_pictures_and_refusals_keep_their_contracts() -> None:
    seller = seller_row(SellerObservation(seller_id="s", about_text="WeChat: \ud800abc"), STAMP)
    assert fault("seller_observations", seller) is None
    assert seller["about_text"] == "WeChat: \ufffdabc"
    image = Image(image_url="http://x/a.jpg", image_sha256="a" * 64, width_px=9, height_px=9)
    assert fault("images", image_row(image, "shop:7", STAMP)) is None
    refused = Refused(stage="parse", place="http://x/7", reason="no_title", detail="no title")
    assert fault("refused", refused_row(refused, "c1", AT, "shop")) is None
