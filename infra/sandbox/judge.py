"""Hold the scores in the lake against the truth that the sandbox's world was planted with.

The listings that count are all that were on the marketplaces on the days served, whether the crawl
came upon them or not: one that was never scored cannot be flagged. Marketplaces of which nothing
was scored (the JavaScript shop on a machine without a browser) are named and left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np
import polars as pl

from conf.errors import ConfError
from infra.sandbox.intervals import Area, Codes, Flags, Floats, Share, area, share
from infra.sandbox.served import Served
from infra.sandbox.world import World
from infra.sandbox.world.markets import MARKETS
from infra.sandbox.world.truth import seller_truth, truths
from jobs.reader import Lake

RED_FLAG = 80.0  # over it; the line that listing_scores draws too
NO_SCORE = -1.0  # of a listing that was not scored: under every score


class Judged(msgspec.Struct, frozen=True):
    """How one group of listings or sellers fared."""

    name: str
    there: int
    scored: int
    counterfeit: int
    flags: int
    precision: Share
    recall: Share
    false_alarms: Share
    auc: Area


class ListingGroups(msgspec.Struct, frozen=True):
    """How listings fared: all, and group by group."""

    all: Judged
    platforms: tuple[Judged, ...]
    tactics: tuple[Judged, ...]  # of counterfeits
    honest_kinds: tuple[Judged, ...]
    tactics_by_platform: dict[str, dict[str, Share]]  # tactic -> platform -> recall


class SellerGroups(msgspec.Struct, frozen=True):
    """How sellers fared: all, and group by group."""

    all: Judged
    platforms: tuple[Judged, ...]
    kinds: tuple[Judged, ...]


class VendorPairs(msgspec.Struct, frozen=True):
    """Pairs of accounts that were held to be one vendor, against those that are."""

    precision: Share  # of the pairs that were joined
    recall: Share  # of the pairs of one vendor, whether or not they show anything in common


class Verdict(msgspec.Struct, frozen=True):
    """All that is told of one judgement."""

    world: Served
    models: tuple[str, ...]  # "name/version" of every model that scored
    pages_fetched: int
    strangers: int  # scored listings that the world has never shown: 0, or something is wrong
    left_out: tuple[str, ...]  # marketplaces of which nothing was scored
    listings: ListingGroups
    rules: ListingGroups  # the same by the readable rules alone
    sellers: SellerGroups
    vendors: VendorPairs | None  # none where vendors were not looked for


def judge(lake: Lake, world: Served) -> Verdict:
    """Judge every listing and seller of the world's days by the scores of the lake.

    Raises:
        ConfError: there is no lake, there are no scores, or they are of another world.

    """
    scores = _scores(lake, "listing_scores")
    there = _there(world)
    listings = _joined(there, scores, "listing_key", ("suspicion", "rules_suspicion"))
    if not listings["is_scored"].any():
        raise ConfError(
            f"no listing that was scored in {lake.root} is one of seed {world.seed} with "
            f"{world.listings} listings; name the world that was crawled with --seed and --listings"
        )
    left_out = _unscored(listings)
    listings = listings.filter(~pl.col("platform").is_in(left_out))
    sellers = _sellers(lake, world, listings)
    return Verdict(
        world=world,
        models=_models(scores),
        pages_fetched=_pages(lake),
        strangers=scores.join(there, on="listing_key", how="anti").height,
        left_out=left_out,
        listings=_listing_groups(listings, "suspicion"),
        rules=_listing_groups(listings, "rules_suspicion"),
        sellers=_seller_groups(sellers),
        vendors=_vendor_pairs(lake, sellers),
    )


def _scores(lake: Lake, table: str) -> pl.DataFrame:
    """Read the marketplaces' rows of a table of scores."""
    if not lake.exists(table):
        raise ConfError(
            f"there is no {table} in {lake.root}; `countermark crawl run`, then "
            "`countermark job run all` makes it"
        )
    found = lake.frame(table, where=pl.col("platform").is_in(MARKETS))
    if found.is_empty():
        raise ConfError(
            f"{table} in {lake.root} has no listing of the sandbox's marketplaces; "
            "`countermark crawl run` fetches them, `countermark job run all` scores them"
        )
    return found


def _pages(lake: Lake) -> int:
    if not lake.exists("captures"):
        return 0
    where = pl.col("platform").is_in(MARKETS)
    return lake.frame("captures", columns=["capture_id"], where=where).height


def _models(scores: pl.DataFrame) -> tuple[str, ...]:
    named = pl.concat_str("model_name", "model_version", separator="/")
    return tuple(scores.select(named.unique().sort()).to_series())


def _there(world: Served) -> pl.DataFrame:
    """Give every listing that was there on a day served, with its truth."""
    made = World(world.seed, world.listings, MARKETS)
    columns = ("platform", "listing_id", "seller_id", "is_counterfeit", "tactic")
    rows = [
        tuple(getattr(truth, name) for name in columns)
        for platform in MARKETS
        for day in world.days
        for truth in truths(made, platform, day)
    ]
    kinds = [pl.String, pl.String, pl.String, pl.Boolean, pl.String]
    schema = dict(zip(columns, kinds, strict=True))
    return (
        pl.DataFrame(rows, schema=schema, orient="row")
        .unique(["platform", "listing_id"], keep="first", maintain_order=True)
        .with_columns(
            listing_key=pl.format("{}:{}", "platform", "listing_id"),
            seller_key=pl.format("{}:{}", "platform", "seller_id"),
        )
    )


def _sellers(lake: Lake, world: Served, listings: pl.DataFrame) -> pl.DataFrame:
    """Give every seller of the listings, with its truth and its score."""
    made = World(world.seed, world.listings, MARKETS)
    shown = listings.select("platform", "seller_id").unique(maintain_order=True)
    rows = []
    for platform, seller_id in shown.iter_rows():
        truth = seller_truth(made, platform, seller_id)
        if truth is not None:
            key = f"{platform}:{seller_id}"
            rows.append((platform, key, truth.is_counterfeiter, truth.kind, truth.vendor))
    schema = {
        "platform": pl.String,
        "seller_key": pl.String,
        "is_counterfeit": pl.Boolean,
        "kind": pl.String,
        "vendor": pl.String,
    }
    known = pl.DataFrame(rows, schema=schema, orient="row")
    return _joined(known, _scores(lake, "seller_scores"), "seller_key", ("suspicion",))


def _vendor_pairs(lake: Lake, sellers: pl.DataFrame) -> VendorPairs | None:
    """Hold the accounts that were joined against those behind which one vendor is."""
    if not lake.exists("vendor_members"):
        return None
    members = lake.frame("vendor_members", columns=["seller_key", "vendor_key"])
    # members: one row a seller
    both = sellers.join(members, on="seller_key", how="left", maintain_order="left")
    true, found = both["vendor"].to_list(), both["vendor_key"].to_list()
    left, right = np.triu_indices(both.height, 1)
    is_true, is_found = (_same(names, left, right) for names in (true, found))
    true_codes, found_codes = (_codes(names)[left] for names in (true, found))
    return VendorPairs(
        precision=share(is_true, is_found, found_codes),
        recall=share(is_found, is_true, true_codes),
    )


def _codes(names: Sequence[str | None]) -> Codes:
    """Number names; null is a number of its own."""
    order = {name: at for at, name in enumerate(dict.fromkeys(names))}
    return np.array([order[name] for name in names], dtype=np.int64)


def _same(names: Sequence[str | None], left: Codes, right: Codes) -> Flags:
    codes, known = _codes(names), np.array([name is not None for name in names], dtype=bool)
    return np.asarray((codes[left] == codes[right]) & known[left], dtype=np.bool_)


def _joined(
    there: pl.DataFrame, scores: pl.DataFrame, key: str, columns: Sequence[str]
) -> pl.DataFrame:
    """Set what was there beside its scores; one without a score gets one under all others."""
    # scores: at most one row a key
    found = there.join(scores.select(key, *columns), on=key, how="left", maintain_order="left")
    return found.with_columns(
        pl.col(columns[0]).is_not_null().alias("is_scored"),
        *[pl.col(name).fill_null(NO_SCORE) for name in columns],
    )


def _unscored(listings: pl.DataFrame) -> tuple[str, ...]:
    per = listings.group_by("platform", maintain_order=True).agg(pl.col("is_scored").any())
    return tuple(per.filter(~pl.col("is_scored"))["platform"])


def _listing_groups(listings: pl.DataFrame, score: str) -> ListingGroups:
    fakes, honest = listings.filter("is_counterfeit"), listings.filter(~pl.col("is_counterfeit"))
    return ListingGroups(
        all=_judged("all", listings, score),
        platforms=_each(listings, "platform", score),
        tactics=_each(fakes, "tactic", score),
        honest_kinds=_each(honest, "tactic", score),
        tactics_by_platform=_crossed(fakes, score),
    )


def _seller_groups(sellers: pl.DataFrame) -> SellerGroups:
    return SellerGroups(
        all=_judged("all", sellers, "suspicion"),
        platforms=_each(sellers, "platform", "suspicion"),
        kinds=_each(sellers, "kind", "suspicion"),
    )


def _each(rows: pl.DataFrame, by: str, score: str) -> tuple[Judged, ...]:
    """Judge each group by itself, the largest first."""
    groups = rows.partition_by(by, maintain_order=True)
    groups.sort(key=lambda group: (-group.height, group[by][0]))
    return tuple(_judged(group[by][0], group, score) for group in groups)


def _judged(name: str, rows: pl.DataFrame, score: str) -> Judged:
    scores: Floats = rows[score].to_numpy()
    fake: Flags = rows["is_counterfeit"].to_numpy()
    flagged = scores > RED_FLAG
    sellers: Codes = rows["seller_key"].rank("dense").to_numpy().astype(np.int64)
    return Judged(
        name=name,
        there=rows.height,
        scored=int(rows["is_scored"].sum()),
        counterfeit=int(fake.sum()),
        flags=int(flagged.sum()),
        precision=share(fake, flagged, sellers),
        recall=share(flagged, fake, sellers),
        false_alarms=share(flagged, ~fake, sellers),
        auc=area(scores, fake, sellers),
    )


def _crossed(fakes: pl.DataFrame, score: str) -> dict[str, dict[str, Share]]:
    found: dict[str, dict[str, Share]] = {}
    cells = fakes.sort("tactic", "platform").partition_by("tactic", "platform", maintain_order=True)
    for cell in cells:
        tactic, platform = cell.row(0, named=True)["tactic"], cell.row(0, named=True)["platform"]
        found.setdefault(tactic, {})[platform] = _judged(platform, cell, score).recall
    return found
