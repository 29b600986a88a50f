"""What a known address costs in Redis: ours beside a set of SHA-1s, as scrapy-redis keeps them.

    COUNT=10000000 python infra/bench/dedupe.py

COUNT listings (1 million if not said) are added once and acknowledged at once, then a tenth of
them again in other spellings. Both run on a redis-server of the benchmark's own; a byte is one of
`used_memory`, less what the empty server uses. The set is filled with a tenth of COUNT: its bytes a
member do not depend on the number.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from hashlib import sha1
from typing import Any

import redis

from crawler.frontier.remote import Remote, fingerprint
from infra.bench.store import server

COUNT = int(os.environ.get("COUNT", "1000000"))
CHUNK = 5_000
OPEN = ("q:shop|shop.example|listing", "data", "open", "pages")  # gone when a page is done
TARGETS = {"bytes_per_url": "<= 12"}


def listings(count: int) -> Iterator[list[str]]:
    """Give the platform's own ids, chunk by chunk."""
    for at in range(0, count, CHUNK):
        yield [str(number) for number in range(at, min(count, at + CHUNK))]


def used(client: redis.Redis) -> int:
    """Give the server's bytes."""
    return int(client.info("memory")["used_memory"])


def _item(one: str) -> list[Any]:
    key = f"listing:{one}"
    url = f"https://shop.example/item/{one}"
    return [str(fingerprint("shop", key)), "shop", "shop.example", "listing", key, url, 0, ""]


def ours(url: str, client: redis.Redis) -> dict[str, float]:
    """Give bytes a listing, how many were taken for new, twice, and what adding one took."""
    remote = Remote(url, "bench")
    before, begun = used(client), time.monotonic()
    new = sum(_add(remote, client, ids) for ids in listings(COUNT))
    seconds = time.monotonic() - begun
    size = used(client) - before
    encodings = _encodings(client, remote.prefix)
    again = sum(_add(remote, client, ids) for ids in listings(COUNT // 10))
    remote.close()
    return {
        "bytes_per_url": size / COUNT,
        "new": new,
        "new_again": again,
        "us_per_url": seconds / COUNT * 1e6,
        **encodings,
    }


def _add(remote: Remote, client: redis.Redis, ids: list[str]) -> int:
    items = [_item(one) for one in ids]
    new = int(remote.round([("add", {"limit": -1, "items": items})])[0])
    if new:  # as if a worker had fetched them and a batch had brought them to the lake
        client.delete(*(remote.prefix + name for name in OPEN))
    return new


def _encodings(client: redis.Redis, prefix: str) -> dict[str, float]:
    """Give how many sets there are, and how many of them are no longer whole numbers only."""
    sets = list(client.scan_iter(match=prefix.replace("{", "?").replace("}", "?") + "seen:*"))
    plain_sets = sum(client.object("encoding", one) != b"intset" for one in sets)
    return {"sets": len(sets), "sets_not_packed": plain_sets}


def plain(client: redis.Redis) -> float:
    """Give bytes an address in a set of SHA-1s as text."""
    before, count = used(client), COUNT // 10
    for ids in listings(count):
        client.sadd("sha1", *(sha1(f"https://shop.example/{i}".encode()).hexdigest() for i in ids))  # noqa: S324 - the peer's own
    return (used(client) - before) / count


def main() -> None:
    """Measure both and tell."""
    with server() as url:
        client = redis.Redis.from_url(url)
        figures = ours(url, client)
        client.flushall()
        figures["sha1_bytes_per_url"] = plain(client)
    print(
        f"{COUNT:,} listings: {figures['bytes_per_url']:.2f} bytes each, {figures['new']:,.0f} new"
    )
    print(f"a set of SHA-1s: {figures['sha1_bytes_per_url']:.1f} bytes each")
    print(f"{figures['new_again']:.0f} of {COUNT // 10:,} known ones were taken for new")
    print(f"{figures['us_per_url']:.1f} us each to add, from one client")
    print(json.dumps({"bench": "dedupe", "figures": figures, "targets": TARGETS}))


if __name__ == "__main__":
    main()
