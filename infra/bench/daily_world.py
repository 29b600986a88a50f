"""Two days of a marketplace world of any size, as rows of bronze: seconds a million.

A sandbox history of BASE listings is laid side by side until there are enough. Each copy has its
own listings and sellers, and a number of its own in every title, so no text is there twice that was
not twice in the history. Day 2 is a normal day: 70 % of what is there is seen unchanged, 25 % with
another price, stock or number sold, and 5 % is new. A third day can be made of as few of its
listings as are asked for: 70 % of them unchanged, 30 % changed.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from conf import contract
from conf.site import Site
from crawler.commit import Committer
from infra.sandbox.history.habits import HABITS
from infra.sandbox.history.past import past
from infra.sandbox.history.rows import listing_rows, seller_rows
from infra.sandbox.world import World
from infra.sandbox.world.markets import PARTNERS

BASE, SEED = 20_000, 77
DAYS = tuple(datetime(2026, 11, day, 6, tzinfo=UTC) for day in (1, 2, 3))
MARK = ".whole"
A_BATCH = 25  # files that one commit brings
SAME, NEW = 0.70, 0.05  # of a normal day's observations; the rest is changed a little
SELLERS_CHANGED = 0.05
SAME_PROVENANCE = '{"title_text":"json_ld","price_text":"json_ld"}'


def world(folder: Path, listings: int) -> Path:
    """Give the folder of a world of so many listings, made if it is not there.

    Holds `day1` and `day2`, each with `observations` and `seller_observations` as Parquet files of
    the contracts' columns.
    """
    whole = folder / f"daily-{listings}"
    if not (whole / MARK).exists():
        shutil.rmtree(whole, ignore_errors=True)
        base = _base(folder)
        _write(whole, base, listings)
        (whole / MARK).touch()
    return whole


def third_day(whole: Path, seen: int) -> Path:
    """Give the folder of a third day that sees so many of a world's listings, made anew."""
    out = whole / "day3"
    shutil.rmtree(out, ignore_errors=True)
    for table in ("observations", "seller_observations"):
        (out / table).mkdir(parents=True)
    for tile, file in enumerate(sorted((whole / "day2" / "observations").glob("*.parquet"))):
        rows = pl.read_parquet(file).head(seen)
        seen -= rows.height
        number = pl.col("content_sha256").str.slice(1)
        is_same = pl.int_range(pl.len()).hash(seed=tile + 2) % 100 < int(100 * SAME)
        other = pl.col("price_text").str.replace(r"[0-9](\D*)$", "3${1}")
        third = rows.with_columns(
            pl.col("observed_at") + (DAYS[2] - DAYS[1]),
            pl.lit(DAYS[2].date()).alias("observed_on"),
            (pl.lit("c") + pl.col("observation_id").str.slice(1)).alias("observation_id"),
            pl.when(is_same).then("content_sha256").otherwise(pl.lit("d") + number),
            pl.when(is_same).then("price_text").otherwise(other),
        )
        _put(third, "observations", out / "observations" / file.name)
        if not seen:
            break
    return out


def committed(where: Site, rows: Path) -> int:
    """Append a day's rows to bronze, as the crawler's committer does; gives the observations."""
    count = 0
    with Committer(where.lake, "bench") as committer:
        committer.hold(("seller_observations", "observations", "images", "refused", "decisions"))
        for table in ("seller_observations", "observations"):
            files = sorted((rows / table).glob("*.parquet"))
            for at in range(0, len(files), A_BATCH):
                batch = pq.read_table(files[at : at + A_BATCH])
                count += batch.num_rows if table == "observations" else 0
                committer.commit_arrow({table: batch}, committer.next_seq((table,)))
    return count


def _base(folder: Path) -> dict[str, pl.DataFrame]:
    """Give the history that is laid side by side: rows of bronze, each listing once."""
    paths = {name: folder / f"base-{BASE}-{name}.parquet" for name in ("listings", "sellers")}
    if not all(path.exists() for path in paths.values()):
        folder.mkdir(parents=True, exist_ok=True)
        world = World(SEED, BASE, PARTNERS)
        pasts = {partner: past(world, partner) for partner in PARTNERS}
        made = {
            "listings": [
                {**row, "platform": name}
                for name, one in pasts.items()
                for row in listing_rows(one, HABITS[name], SEED)
                if row["listing_id"]
            ],
            "sellers": [
                {**row, "platform": name}
                for name, one in pasts.items()
                for row in seller_rows(one, HABITS[name])
            ],
        }
        for name, key, table in (
            ("listings", "listing_id", "observations"),
            ("sellers", "seller_id", "seller_observations"),
        ):
            once = {(row["platform"], row[key]): _texts(row) for row in made[name]}
            schema = contract.table(table).arrow()
            loose = pa.schema([field.with_nullable(True) for field in schema])  # noqa: FBT003 - Arrow's own
            rows = pa.Table.from_pylist(list(once.values()), schema=loose)
            pl.DataFrame(rows).write_parquet(paths[name])
    return {name: pl.read_parquet(path) for name, path in paths.items()}


def _texts(row: dict[str, object]) -> dict[str, object]:
    """Give a partner's row as a crawler would have written it: texts, and lists of addresses."""
    variants = row.get("variants_json")
    kept: dict[str, object] = {
        k: v if isinstance(v, list) or v is None else str(v) for k, v in row.items()
    }
    kept.pop("observed_at", None)
    kept["variants_json"] = json.dumps(variants) if variants else None
    return kept


def _write(whole: Path, base: dict[str, pl.DataFrame], listings: int) -> None:
    for day in (1, 2):
        for table in ("observations", "seller_observations"):
            (whole / f"day{day}" / table).mkdir(parents=True)
    for tile, count in _tiles(listings, base["listings"].height):
        name = f"{tile:05d}.parquet"
        first, second = _listings(base["listings"].head(count), tile)
        for day, rows in ((1, first), (2, second)):
            _put(rows, "observations", whole / f"day{day}" / "observations" / name)
        first, second = _sellers(base["sellers"], tile)
        for day, rows in ((1, first), (2, second)):
            _put(rows, "seller_observations", whole / f"day{day}" / "seller_observations" / name)


def _tiles(listings: int, each: int) -> Iterator[tuple[int, int]]:
    """Give the number of each copy and how many of its rows are wanted."""
    for tile, start in enumerate(range(0, listings, each)):
        yield tile, min(each, listings - start)


def _listings(base: pl.DataFrame, tile: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give a copy of the listings as they are on both days."""
    rows = _own(base, "listing_id", tile).with_columns(
        pl.col("title_text") + pl.format(" {}{}", pl.lit(f"N{tile:05d}"), pl.int_range(pl.len())),
        pl.col("seller_id") + f"-{tile}",
        (pl.col("platform") + ":" + pl.col("seller_id") + f"-{tile}").alias("seller_key"),
        (pl.col("platform") + ":" + pl.col("listing_id")).alias("listing_key"),
        pl.lit(False).alias("is_gone"),  # noqa: FBT003 - a literal of Polars
    )
    chance = pl.int_range(pl.len()).hash(seed=tile + 1) % 100_000 / 100_000.0
    marked = rows.with_columns(chance.alias("_chance"))
    is_new, is_same = pl.col("_chance") >= 1 - NEW, pl.col("_chance") < SAME
    # Day 2 sees as many as there are: what is new takes the place of what is not looked at.
    fresh = marked.filter(is_new).with_columns(
        pl.col("listing_id") + "-b",
        pl.col("listing_key") + "-b",
        pl.col("title_text") + "b",
    )
    seen = marked.filter(~is_new)
    changed = seen.filter(~is_same).with_columns(
        pl.lit("1,0").alias("sold_text") + (pl.col("_chance") * 100).cast(pl.Int32).cast(pl.String),
        pl.col("price_text").str.replace(r"[0-9](\D*)$", "7${1}"),
    )
    again = [_seen(changed, tile, 1), _seen(seen.filter(is_same), tile, 0), _seen(fresh, tile, 0)]
    day2 = pl.concat(again).with_columns(_at(1, tile))
    return _seen(marked, tile, 0).with_columns(_at(0, tile)), day2


def _sellers(base: pl.DataFrame, tile: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    rows = _own(base, "seller_id", tile).with_columns(
        (pl.col("platform") + ":" + pl.col("seller_id")).alias("seller_key"),
    )
    is_changed = pl.int_range(pl.len()).hash(seed=tile + 1) % 100 < int(100 * SELLERS_CHANGED)
    marked = rows.with_columns(is_changed.alias("_changed"))
    changed = marked.filter("_changed").with_columns(pl.lit("2,345").alias("sold_text"))
    again = pl.concat([_seen(changed, tile, 1), _seen(marked.filter(~pl.col("_changed")), tile, 0)])
    return _seen(marked, tile, 0).with_columns(_at(0, tile)), again.with_columns(_at(1, tile))


def _own(base: pl.DataFrame, key: str, tile: int) -> pl.DataFrame:
    """Give the rows under ids of their own."""
    return base.with_columns(
        (pl.col(key) + f"-{tile}").alias(key),
        (pl.col("url") + f"-{tile}").alias("url"),
        pl.lit("crawl").alias("source"),
        pl.lit("crawl-bench").alias("source_name"),
        pl.lit("generic 1").alias("parser"),
        pl.lit(SAME_PROVENANCE).alias("provenance_json"),
    )


def _seen(rows: pl.DataFrame, tile: int, state: int) -> pl.DataFrame:
    """Give the rows with the hash of what they show; `state` is another for other content."""
    number = pl.col("url").hash(seed=3).cast(pl.String).str.zfill(20)
    tail = pl.format("{}{}{}", number, pl.lit(f"{tile:08d}"), pl.lit(state))
    return rows.with_columns((pl.lit("c") + tail.str.zfill(63)).alias("content_sha256"))


def _at(day: int, tile: int) -> list[pl.Expr]:
    """Give the columns that tell when: the copies are seen one after the other over ten hours."""
    first = DAYS[day] + timedelta(seconds=tile)
    at = pl.lit(first).cast(pl.Datetime("us", "UTC")) + pl.duration(
        seconds=pl.int_range(pl.len()) % 36_000
    )
    number = pl.col("content_sha256").str.slice(1)
    return [
        at.alias("observed_at"),
        pl.lit(first.date()).alias("observed_on"),
        (pl.lit("ab"[day]) + number).alias("observation_id"),
    ]


def _put(rows: pl.DataFrame, table: str, path: Path) -> None:
    rows.select(contract.table(table).names).write_parquet(path, compression_level=1)
