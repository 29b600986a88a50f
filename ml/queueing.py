"""The list of listings to look at or to buy next, with why each is on it, as people fill it in."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import msgspec
import numpy as np
import polars as pl

from conf import contract
from conf.errors import ModelError
from conf.model import model as read_model
from conf.site import Site
from jobs import catalogue, models
from jobs.facts import join_facts
from jobs.reader import Lake
from jobs.report._cells import cell
from jobs.score import _rules
from jobs.score._scorer import Scorer, booster, xgboost
from ml.choosing import RANDOM, UNCERTAIN, Alike, Candidates, at_stake, picks

FEED = "review_queue"  # conf/feeds: reads the filled list back
FACTS = ("listing_matches", "sellers", "seller_features")
WANTED = ("listing_key", "platform", "seller_key", "brand", "suspicion")


class Pick(msgspec.Struct, frozen=True):
    """One listing of the list; the last fields are for people to fill in."""

    subject_kind: str
    subject_key: str
    kind: str  # uncertain, valuable or random
    why: str
    selection_probability: float
    suspicion: float
    platform: str
    brand: str | None
    seller_key: str | None
    title: str | None
    price_usd: float | None
    url: str | None
    verdict: str = ""
    basis: str = ""
    decided_by: str = ""
    decided_at: str = ""
    note: str = ""


def queue(site: Site, name: str, budget: int, random_share: float, day: date) -> list[Pick]:
    """Choose what to look at next among live listings that nobody has decided upon.

    The same tables, day and budget give the same list. What is chosen has the chance 1, as it
    speaks for itself alone; what is drawn has its own, and speaks for all that was not chosen.

    Raises:
        ModelError: the numbers make no sense, or nothing is scored yet.

    """
    model = read_model(name)
    if budget < 1 or not 0 <= random_share <= 1:
        raise ModelError(
            f"a list of {budget} listings, {random_share:g} of them at random, makes no sense; "
            "give a budget of 1 or more and a share from 0 to 1"
        )
    site = models.of(site, name)
    lake, scorer = Lake(site.lake), models.scorer(site)
    rows = candidates(lake)
    chances = rows["suspicion"].to_numpy() / 100
    worth = rows["worth"].fill_null(0.0).to_numpy()
    keys = rows["listing_key"]
    given = Candidates(
        chances, at_stake(chances, worth), lambda at: alike(scorer, facts(lake, keys[at]))
    )
    text = f"{model.name} {scorer.version} {day.isoformat()}"
    seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
    found = picks(given, budget, random_share, np.random.default_rng(seed))
    shown = rows[found.at].with_columns(
        pl.Series("kind", found.kinds, pl.String),
        pl.Series("selection_probability", found.probabilities, pl.Float64),
    )
    return told(lake, shown)


def candidates(lake: Lake) -> pl.DataFrame:
    """Give the live listings that nobody decided upon, what each is worth beside its score.

    Raises:
        ModelError: nothing is scored yet.

    """
    if not lake.exists("listing_scores"):
        raise ModelError(f"{lake.root} holds no scores: `countermark job run all` makes them")
    rows = lake.frame("listing_scores", columns=WANTED)
    worth = pl.col("reference_usd").alias("worth")
    if lake.exists("listing_matches"):
        priced = lake.frame("listing_matches", columns=["listing_key", "reference_usd"])
        # priced: one row a listing
        rows = rows.join(priced.select("listing_key", worth), on="listing_key", how="left")
    for table, column, where in (
        ("listing_sightings", "listing_key", pl.col("is_gone")),
        ("decisions", "subject_key", pl.col("verdict") != "unsure"),
    ):
        if lake.exists(table):
            out = lake.frame(table, columns=[column], where=where)
            rows = rows.join(out, left_on="listing_key", right_on=column, how="anti")
    if "worth" not in rows.columns:
        rows = rows.with_columns(pl.lit(None, pl.Float64).alias("worth"))
    return rows.sort("listing_key")


def facts(lake: Lake, keys: pl.Series) -> pl.DataFrame:
    """Give the facts of some listings, in the order of their keys as given."""
    listings = lake.frame("listings", where=pl.col("listing_key").is_in(keys.to_list()))
    ordered = keys.to_frame().join(listings, on="listing_key", how="left", maintain_order="left")
    beside = [_beside(lake, name, ordered) for name in FACTS]
    return join_facts(ordered, *beside)


def alike(scorer: Scorer, rows: pl.DataFrame) -> Alike:
    """Say by what listings are compared: leaves of the model or rules that hold, seller, words."""
    sellers = rows["seller_key"].fill_null(rows["listing_key"])
    titles = rows["title_folded"].fill_null(rows["listing_key"])
    groups = tuple(one.rank("dense").to_numpy() for one in (sellers, titles))
    if scorer.is_learned:
        vectors = catalogue.vectors(rows, scorer.features)
        matrix = xgboost().DMatrix(vectors, feature_names=list(scorer.features))
        return Alike(booster(scorer.content).predict(matrix, pred_leaf=True), groups)
    vectors = catalogue.vectors(rows, _rules.FEATURES)
    columns = {name: vectors[:, at] for at, name in enumerate(_rules.FEATURES)}
    return Alike(np.column_stack([_rules.holds(one, columns) for one in _rules.RULES]), groups)


def told(lake: Lake, shown: pl.DataFrame) -> list[Pick]:
    """Give the list with what people need to see of each listing."""
    rows = facts(lake, shown["listing_key"]).select("title", "price_usd", "url")
    return [
        Pick(
            subject_kind="listing",
            subject_key=row["listing_key"],
            kind=row["kind"],
            why=why(row["kind"], row["suspicion"], row["worth"]),
            selection_probability=round(row["selection_probability"], 9),
            suspicion=row["suspicion"],
            platform=row["platform"],
            brand=row["brand"],
            seller_key=row["seller_key"],
            title=row["title"],
            price_usd=row["price_usd"],
            url=row["url"],
        )
        for row in pl.concat([shown, rows], how="horizontal").to_dicts()
    ]


def why(kind: str, suspicion: float, worth: float | None) -> str:
    """Say in words why a listing is on the list."""
    if kind == RANDOM:
        return "drawn at random, so that what no score suspects is found as well"
    doubt = f"the score is {suspicion:.0f} of 100"
    if kind == UNCERTAIN:
        return f"{doubt}: the model is in doubt, and nothing on the list is like it"
    return f"{doubt}, and the genuine thing costs ${worth or 0:,.0f}"


def write(found: list[Pick], out: Path) -> None:
    """Write the list as a CSV that people fill in and `feed import --feed review_queue` reads.

    Raises:
        ModelError: the file cannot be written.

    """
    names = Pick.__struct_fields__
    rows = [{name: _cell(getattr(one, name)) for name in names} for one in found]
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String)).write_csv(out)
    except OSError as error:
        raise ModelError(f"{out} cannot be written: {error.strerror}; name another") from None


def _cell(value: str | float | None) -> str:
    if value is None or value == "":
        return ""
    return cell(value) if isinstance(value, str) else f"{value:.9g}"


def _beside(lake: Lake, name: str, listings: pl.DataFrame) -> pl.DataFrame:
    key = contract.table(name).key[0]
    if not lake.exists(name):
        return pl.DataFrame(contract.table(name).arrow().empty_table())
    return lake.frame(name, where=pl.col(key).is_in(listings[key].drop_nulls().unique().to_list()))


def as_table(found: list[Pick]) -> str:
    """Give the list for a terminal, a line a listing."""
    lines = [
        f"{at:>3}  {one.kind:<9} {one.suspicion:5.1f}  {one.subject_key:<32} "
        f"{(one.brand or '-'):<12} {' '.join((one.title or '').split())[:50]}\n     {one.why}"
        for at, one in enumerate(found, 1)
    ]
    counts = {kind: sum(one.kind == kind for one in found) for kind in {o.kind for o in found}}
    said = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items())) or "nothing"
    return "\n".join([*lines, f"{len(found)} to look at: {said}"])
