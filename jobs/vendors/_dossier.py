"""A vendor's dossier: one page that needs nothing else, the same as JSON, and its graph."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import msgspec
import networkx as nx
import polars as pl
from markupsafe import Markup

from jobs.reader import Lake
from jobs.report._page import environment
from jobs.vendors import _asked
from jobs.vendors._asked import Link, Row
from jobs.vendors._decided import PAIR
from jobs.vendors._drawing import LIKELY, SURE, drawn, network, timeline
from jobs.whole import whole

LEAST_POSSIBLE = 0.05
MOST_LISTINGS, MOST_LINKS, MOST_POSSIBLE = 20, 200, 50


class Dossier(msgspec.Struct, frozen=True):
    """All that is told of a vendor."""

    vendor_key: str
    made_at: datetime
    summed: Row
    known: tuple[Row, ...]  # accounts that a person confirmed, or whose link is surer than SURE
    likely: tuple[Row, ...]  # the vendor's other accounts
    possible: tuple[Row, ...]  # accounts beside it, with the link that may join them
    links: tuple[Link, ...]  # within the vendor, each with the values that are shared
    listings: tuple[Row, ...]  # the worst, with the capture of each
    places: tuple[Row, ...]  # countries, by how many listings and pages name them
    lives: tuple[Row, ...]  # accounts: first and last seen, gone or not


class Written(msgspec.Struct, frozen=True):
    """Files of a dossier."""

    vendor_key: str
    page: str
    json: str
    graphml: str


def dossier(lake: Lake, vendor_key: str, now: datetime) -> Dossier:
    """Gather what the tables tell of a vendor.

    Raises:
        LakeError: there is no such vendor.

    """
    found = _asked.show(lake, vendor_key)
    accounts, links = list(found.accounts), list(found.links)
    confirmed = {one[end] for one in links if one["verdict"] == "confirmed" for end in PAIR}
    known = [one for one in accounts if _is_known(one, confirmed, len(accounts))]
    keys = [one["seller_key"] for one in accounts]
    offers = _offers(lake, keys)
    return Dossier(
        vendor_key=vendor_key,
        made_at=now,
        summed=found.summed,
        known=tuple(known),
        likely=tuple(one for one in accounts if one not in known),
        possible=tuple(_possible(lake, keys)),
        links=tuple(
            _asked.links_of(
                lake, [(one["seller_key_a"], one["seller_key_b"]) for one in links[:MOST_LINKS]]
            )
        ),
        listings=tuple(_worst(offers)),
        places=tuple(_places(accounts, offers)),
        lives=tuple(_lives(accounts, offers)),
    )


def _is_known(account: Row, confirmed: set[str], count: int) -> bool:
    """Tell what is known from what is likely; of an account alone nothing has to be linked."""
    sure = account["probability"] is not None and account["probability"] >= SURE
    return count == 1 or sure or account["seller_key"] in confirmed


def _possible(lake: Lake, keys: list[str]) -> list[Row]:
    links = lake.frame("seller_links")
    own = pl.Series(keys).implode()
    ends = [pl.col(name).is_in(own) for name in PAIR]
    beside = links.filter(ends[0] != ends[1], pl.col("probability").is_between(LEAST_POSSIBLE, 1))
    return (
        beside.sort("probability", *PAIR, descending=[True, False, False])
        .head(MOST_POSSIBLE)
        .to_dicts()
    )


def _offers(lake: Lake, keys: list[str]) -> pl.DataFrame:
    own = pl.col("seller_key").is_in(pl.Series(keys).implode())
    seen = lake.frame("listing_sightings", where=own).drop("platform")
    columns = ["listing_key", "title", "url", "price_usd", "ships_from_country", "capture_id"]
    listings = lake.frame("listings", columns=[*columns, "seller_key"], where=own)
    scored = ["listing_key", "suspicion", "is_red_flag", "brand", "reasons", "seller_key"]
    scores = lake.frame("listing_scores", columns=scored, where=own)
    # each: one row a listing
    return seen.join(listings.drop("seller_key"), on="listing_key", how="left").join(
        scores.drop("seller_key"), on="listing_key", how="left"
    )


def _worst(offers: pl.DataFrame) -> list[Row]:
    order = offers.sort("suspicion", "listing_key", descending=[True, False], nulls_last=True)
    return order.filter(pl.col("is_red_flag")).head(MOST_LISTINGS).to_dicts()


def _places(accounts: list[Row], offers: pl.DataFrame) -> list[Row]:
    pages = pl.Series("country", [one["country"] for one in accounts], dtype=pl.String)
    shipped = offers["ships_from_country"].drop_nulls().value_counts(name="listings")
    named = pages.drop_nulls().value_counts(name="pages")
    # each: one row a country
    both = shipped.rename({"ships_from_country": "country"}).join(
        named, on="country", how="full", coalesce=True
    )
    counts = pl.col("listings", "pages").fill_null(0)
    order = both.with_columns(counts).sort("listings", "country", descending=[True, False])
    return order.to_dicts()


def _lives(accounts: list[Row], offers: pl.DataFrame) -> list[Row]:
    lives = offers.group_by("seller_key").agg(
        pl.col("first_seen_at").min(), pl.col("last_seen_at").max(), pl.col("is_gone").all()
    )
    names = {one["seller_key"]: one["name"] or one["seller_key"] for one in accounts}
    rows = lives.sort("first_seen_at", "seller_key").to_dicts()
    return [{"name": names[row["seller_key"]], **row} for row in rows]


def write(lake: Lake, vendor_key: str, folder: Path, now: datetime | None = None) -> Written:
    """Write the three files; each is there whole or not at all.

    Raises:
        ConfError: the folder cannot be written.
        LakeError: there is no such vendor.

    """
    told = dossier(lake, vendor_key, now or datetime.now(UTC))
    graph = network(
        [*told.known, *told.likely],
        [{**msgspec.structs.asdict(one), "shared": len(one.shared)} for one in told.links],
    )
    content = BytesIO()
    nx.write_graphml(graph, content)
    files = {
        "html": page(told, graph).encode(),
        "json": msgspec.json.format(msgspec.json.encode(told), indent=2),
        "graphml": content.getvalue(),
    }
    paths = {kind: folder / f"vendor-{vendor_key}.{kind}" for kind in files}
    for kind, path in paths.items():
        with whole(path) as part:
            part.write_bytes(files[kind])
    return Written(vendor_key, *(str(paths[kind]) for kind in ("html", "json", "graphml")))


def page(told: Dossier, graph: nx.Graph) -> str:
    """Give the page."""
    lives = [
        (one["name"], one["first_seen_at"], one["last_seen_at"], one["is_gone"])
        for one in told.lives
    ]
    pictures = {"graph": Markup(drawn(graph)), "timeline": Markup(timeline(lives))}  # noqa: S704 - drawn by us, escaped there
    return (
        environment()
        .get_template("vendor.html")
        .render(
            told=told, pictures=pictures, likely=LIKELY, sure=SURE, made=f"{told.made_at:%Y-%m-%d}"
        )
    )
