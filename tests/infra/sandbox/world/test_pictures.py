"""Pictures: official ones in all states, the sellers' own, shared ones."""

from __future__ import annotations

import io
from collections import Counter

import numpy as np
import pytest
from PIL import Image

from conf.brand import BRANDS, brands
from crawler.pdq import pdq
from infra.sandbox.world import Offer, World
from infra.sandbox.world.truth import listing_truth


def hashed(body: bytes) -> int:
    """The PDQ bits of a picture."""
    return int(pdq(np.asarray(Image.open(io.BytesIO(body)).convert("RGB")))[0], 16)


def shown(world: World, tactic: str, count: int) -> list[Offer]:
    """Some listings of a tactic or kind that have pictures."""
    found = []
    for name in world.platforms:
        for one in world.live_ids(name, 1):
            truth = listing_truth(world, name, one)
            if truth and truth.tactic == tactic:
                offer = world.offer(name, one, 1)
                if offer and offer.images:
                    found.append(offer)
            if len(found) == count:
                return found
    return found


def official(world: World, offer: Offer) -> int:
    """Bits between a listing's first picture and its product's nearest official photo."""
    truth = listing_truth(world, offer.platform, offer.listing_id)
    assert truth is not None
    brand, _, product = (truth.product or "").partition("/")
    known = next(b for b in brands() if b.key == brand)
    photos = next(p for p in known.products if p.key == product).photos
    bits = hashed(world.picture(offer.images[0]))
    near = [hashed((BRANDS / photo.file).read_bytes()) for photo in photos]
    return min((bits ^ one).bit_count() for one in near)


def test_a_brand_shows_its_own_photos_as_they_are(world: World) -> None:
    for offer in shown(world, "brand_shop", 6):
        assert official(world, offer) == 0


def test_who_says_nothing_shows_the_brands_photo_cut_or_whole(world: World) -> None:
    bits = [official(world, offer) for offer in shown(world, "official_photo", 14)]
    assert sum(one <= 48 for one in bits) > len(bits) / 2
    assert len(set(bits)) > 2


def test_owners_take_photos_of_their_own(world: World) -> None:
    bits = [official(world, offer) for offer in shown(world, "second_hand", 10)]
    assert sum(one > 60 for one in bits) >= 7


def test_dealers_of_the_same_thing_share_their_suppliers_photos(world: World) -> None:
    offers = shown(world, "generic", 60)
    seen = Counter(world.picture(offer.images[0]) for offer in offers)
    assert max(seen.values()) > 1
    assert len(seen) > 20


def test_a_picture_is_a_small_jpeg_the_same_each_time(world: World) -> None:
    picture = shown(world, "bargain", 1)[0].images[0]
    body = world.picture(picture)
    assert body == World(world.seed, world.listing_count).picture(picture)
    image = Image.open(io.BytesIO(body))
    assert image.format == "JPEG"
    assert max(image.size) <= 320


def test_pictures_of_another_world_or_marketplace_are_not_there(
    world: World, partners: World
) -> None:
    ids = partners.live_ids("rialto", 1)
    picture = next(o.images[0] for i in ids if (o := partners.offer("rialto", i, 1)) and o.images)
    assert partners.picture(picture)
    for none in ("", "none-such", picture[:-1], picture + "0"):
        with pytest.raises(KeyError):
            world.picture(none)
    with pytest.raises(KeyError):
        world.picture(picture)
