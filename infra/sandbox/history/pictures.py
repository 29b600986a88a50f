"""The PDQ hashes that partners send of listings' pictures: hashed as the crawler hashes its own.

To draw and hash a picture takes some 7 ms, so a partner sends a bounded number of them: the first
picture of every listing that its people decided upon, then first pictures of others.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from hashlib import sha256
from multiprocessing import get_context

from rich.console import Console
from rich.progress import track

from crawler.items import Image
from crawler.pictures import picture
from infra.sandbox.history.past import Past, chance
from infra.sandbox.history.triage import first_of_each
from infra.sandbox.world import World
from infra.stages import end_with_parent

MOST = 500  # pictures that one partner sends
ALONE = 300  # so few are drawn here: to start a pool takes longer
_AT_ONCE = 24  # pictures that a process is handed
_WORKERS = 2


def wanted(seed: int, past: Past, decided: Iterable[str]) -> list[str]:
    """Give the ids of the pictures that a partner hashes, in the order of its listings."""
    is_decided = set(decided)
    shown = [one.offer for one in first_of_each(past.listings) if one.offer.images]
    ranked = sorted(
        shown,
        key=lambda offer: (
            offer.listing_id not in is_decided,
            chance(seed, "hashed", past.partner, offer.listing_id).random(),
        ),
    )
    most = {offer.images[0] for offer in ranked[:MOST]}
    return [offer.images[0] for offer in shown if offer.images[0] in most]


def hashes(world: World, picture_ids: Sequence[str]) -> dict[str, Image]:
    """Give size, digest and PDQ hash of pictures, each drawn once."""
    distinct = list(dict.fromkeys(picture_ids))
    parts = [distinct[at : at + _AT_ONCE] for at in range(0, len(distinct), _AT_ONCE)]
    workers = min(_WORKERS, os.cpu_count() or 1)
    if workers < 2 or len(distinct) <= ALONE:
        return dict(_hashed(world, distinct))
    made_of = (world.seed, world.listing_count, world.platforms)
    # A process of its own starts clean: no threads or locks of ours in it.
    with ProcessPoolExecutor(workers, get_context("spawn"), _begin, made_of) as pool:
        done = track(
            pool.map(_part, parts),
            "hashing pictures",
            total=len(parts),
            console=Console(stderr=True),
            transient=True,
            disable=not sys.stderr.isatty(),
        )
        return {name: image for part in done for name, image in part}


def _begin(seed: int, listings: int, platforms: tuple[str, ...]) -> None:
    """Make the world in a process of the pool; it ends with the process that started it."""
    end_with_parent()
    _worlds.append(World(seed, listings, platforms))


def _part(picture_ids: Sequence[str]) -> list[tuple[str, Image]]:
    return list(_hashed(_worlds[0], picture_ids))


_worlds: list[World] = []  # the world of a process of the pool


def _hashed(world: World, picture_ids: Iterable[str]) -> Iterator[tuple[str, Image]]:
    known: dict[bytes, Image] = {}
    for picture_id in picture_ids:
        body = world.picture(picture_id)
        digest = sha256(body).digest()
        if digest not in known:
            known[digest] = picture("", body)
        yield picture_id, known[digest]
