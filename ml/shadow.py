"""Lets a challenger score in the champion's shadow, and compares what the two say.

The challenger is an alias of the registry; the job `shadow_scores` scores with it while it is set.
Nothing that people see comes of its scores.
"""

from __future__ import annotations

import msgspec
import polars as pl

from conf.errors import ModelError
from conf.model import model as read_model
from conf.site import Site
from jobs import models
from jobs.models import CHALLENGER, CHAMPION
from jobs.reader import Lake
from jobs.score._scoring import RED_FLAG
from ml import registry
from ml.judge import chosen

TABLE = "shadow_scores"
MOST_SHOWN = 10  # listings that would change sides, the farthest first


class Shadow(msgspec.Struct, frozen=True):
    """Which version scores in the shadow now."""

    model: str
    version: str | None  # None: none does
    is_new: bool
    share: float  # of the listings that it scores


class Moved(msgspec.Struct, frozen=True):
    """One listing that would get a red flag or lose it."""

    listing_key: str
    platform: str
    brand: str | None
    suspicion: float  # by the champion
    shadow_suspicion: float


class Compared(msgspec.Struct, frozen=True):
    """What a challenger says beside the champion, of the same listings."""

    model: str
    champion: str
    challenger: str
    listings: int
    agreement: float  # share of listings upon which both say flag, or both say none
    correlation: float  # of the two orders (Spearman)
    mean_difference: float  # points, challenger less champion
    gained: int  # listings that would get a red flag
    lost: int
    moved: tuple[Moved, ...]


def start(site: Site, name: str, number: str | None) -> Shadow:
    """Let a version score in the shadow from the next run of the job, the newest by default.

    Raises:
        ModelError: it is the champion itself, or cannot be read.

    """
    share = read_model(name).watch.shadow_share
    site = models.of(site, name)
    with registry.held(site, name):
        version = chosen(site, name, number)
        if CHAMPION in version.aliases:
            raise ModelError(
                f"model {name} version {version.number} is the champion and casts the shadow; name "
                "another with --version"
            )
        models.load(site, version)
        is_new = CHALLENGER not in version.aliases
        if is_new:
            registry.client(site).set_registered_model_alias(site.model, CHALLENGER, version.number)
            models.shelf(site)
        return Shadow(name, version.number, is_new, share)


def stop(site: Site, name: str) -> Shadow:
    """Let no version score in the shadow any more; what was scored stays in the table."""
    share = read_model(name).watch.shadow_share
    site = models.of(site, name)
    with registry.held(site, name):
        found = [one for one in models.shelf(site) if CHALLENGER in one.aliases]
        if found:
            registry.client(site).delete_registered_model_alias(site.model, CHALLENGER)
            models.shelf(site)
        return Shadow(name, None, bool(found), share)


def shown(site: Site, name: str) -> Compared:
    """Compare the challenger's scores with the champion's.

    Raises:
        ModelError: no challenger is set, or the job has not scored with it yet.

    """
    site = models.of(site, name)
    version = models.challenger(site)
    if version is None:
        raise ModelError(
            f"no version of {name} scores in the shadow: `countermark model shadow {name}` lets one"
        )
    lake = Lake(site.lake)
    rows = lake.frame(TABLE, where=_by(name, version.number)) if lake.exists(TABLE) else None
    if rows is None or not rows.height:
        raise ModelError(
            f"version {version.number} of {name} has scored nothing yet: `countermark job run "
            f"{TABLE}` lets it"
        )
    return compared(rows)


def compared(rows: pl.DataFrame) -> Compared:
    """Compare two scores of the same listings, rows of `shadow_scores` of one challenger."""
    would, does = pl.col("shadow_suspicion") > RED_FLAG, pl.col("suspicion") > RED_FLAG
    difference = pl.col("shadow_suspicion") - pl.col("suspicion")
    told = rows.select(
        (would == does).mean().alias("agreement"),
        pl.corr("suspicion", "shadow_suspicion", method="spearman").alias("correlation"),
        difference.mean().alias("mean_difference"),
        (would & ~does).sum().alias("gained"),
        (does & ~would).sum().alias("lost"),
    ).row(0, named=True)
    farthest = rows.filter(would != does).sort(difference.abs(), "listing_key", descending=True)
    names = Moved.__struct_fields__
    first = rows.row(0, named=True)
    return Compared(
        model=first["shadow_name"],
        champion=f"{first['model_name']} {first['model_version']}",
        challenger=f"{first['shadow_name']} {first['shadow_version']}",
        listings=rows.height,
        moved=tuple(Moved(**one) for one in farthest.head(MOST_SHOWN).select(names).to_dicts()),
        **told,
    )


def _by(name: str, version: str) -> pl.Expr:
    return (pl.col("shadow_name") == name) & (pl.col("shadow_version") == version)
