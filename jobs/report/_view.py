"""What one brand may see of the lake, as frames: its own listings and nothing of other brands'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec
import polars as pl

from conf import contract
from conf.brand import Brand
from conf.errors import LakeError
from jobs.reader import Lake
from jobs.report._days import versions_of
from jobs.report._wall import BLANK, Wall

_SCORES = (
    "listing_key",
    "platform",
    "seller_key",
    "product_key",
    "suspicion",
    "is_red_flag",
    "rules_suspicion",
    "reasons",
    "evidence_text",
    "model_name",
    "model_version",
    "model_sha256",
    "observation_id",
    "observed_at",
)
_MATCHES = (
    "listing_key",
    "claim",
    "mention_text",
    "is_mention_disguised",
    "reference_usd",
    "price_to_reference",
    "is_brand_shop",
    "is_authorised_seller",
)
_LISTINGS = (
    "listing_key",
    "listing_id",
    "url",
    "title",
    "price_amount",
    "price_currency",
    "price_usd",
    "condition",
    "availability",
    "ships_from_country",
    "seller_name",
    "capture_id",
)
_SIGHTINGS = ("listing_key", "first_seen_at", "last_seen_at", "checked_at", "is_gone")
_SELLERS = ("seller_key", "name", "since_on", "country")
_DAYS = ("report_on", "platform", "red_flag_count", "new_red_flag_count", "live_count")


class View(msgspec.Struct, frozen=True):
    """One brand on one day."""

    brand: Brand
    day: date
    listings: pl.DataFrame  # one row a listing of the brand, the most suspect first
    days: pl.DataFrame  # brand_report, its rows of the brand up to the day
    refused: pl.DataFrame  # platform, stage, reason, count: what was not read that day
    checked_at: datetime | None  # when the brand's listings were looked at last

    @property
    def live(self) -> pl.DataFrame:
        """The listings that are still there."""
        return self.listings.filter(~pl.col("is_gone"))

    @property
    def flags(self) -> pl.DataFrame:
        """The live red flags."""
        return self.listings.filter(pl.col("state") == "red flag")


def view(lake: Lake, brand: Brand, wall: Wall, day: date) -> View:
    """Read what one brand may see, as the tables had it when the day's report was made.

    Raises:
        LakeError: nothing has been scored yet, or no report was made for that day.

    """
    if not lake.exists("listing_scores"):
        raise LakeError(
            f"nothing in {lake.root} has been scored yet; take listings with `countermark crawl "
            "run` or `countermark feed import`, then run `countermark job run all`"
        )
    found = _joined(lake, brand.key, versions_of(lake, day))
    found = found.filter(pl.col("first_seen_at").dt.date() <= day)
    found = found.with_columns(_state(brand, day)).with_columns(_texts(found, wall))
    ordered = found.sort(
        ["suspicion", "first_seen_at", "listing_key"], descending=[True, True, False]
    )
    platforms = sorted(found["platform"].unique())
    return View(
        brand=brand,
        day=day,
        listings=ordered,
        days=_days(lake, brand.key, day),
        refused=_refused(lake, day, platforms),
        checked_at=_latest(found["checked_at"]),
    )


def _joined(lake: Lake, brand: str, versions: Mapping[str, int]) -> pl.DataFrame:
    def some(table: str, columns: Sequence[str], where: pl.Expr) -> pl.DataFrame:
        return _some(lake, table, columns, where, versions.get(table))

    scores = some("listing_scores", _SCORES, pl.col("brand") == brand)
    keys = pl.col("listing_key").is_in(scores["listing_key"].implode())
    sellers = pl.col("seller_key").is_in(scores["seller_key"].drop_nulls().unique().implode())
    return (
        # each of them: at most one row a listing
        scores.join(some("listing_matches", _MATCHES, keys), "listing_key", how="left")
        .join(some("listings", _LISTINGS, keys), "listing_key", how="left")
        .join(some("listing_sightings", _SIGHTINGS, keys), "listing_key", how="inner")
        # at most one row a seller
        .join(
            some("sellers", _SELLERS, sellers).rename({"name": "shop_name"}),
            "seller_key",
            how="left",
        )
    )


def _some(
    lake: Lake, table: str, columns: Sequence[str], where: pl.Expr, version: int | None = None
) -> pl.DataFrame:
    """Read some rows of a table; none when it has not been made yet."""
    if lake.exists(table):
        return lake.frame(table, columns=columns, where=where, version=version)
    empty = pl.DataFrame(contract.table(table).arrow().empty_table())
    return empty.select(columns)


def _state(brand: Brand, day: date) -> list[pl.Expr]:
    state = (
        pl.when(pl.col("is_gone"))
        .then(pl.lit("gone"))
        .when(pl.col("is_red_flag"))
        .then(pl.lit("red flag"))
        .when(pl.col("suspicion") >= brand.gates.review)
        .then(pl.lit("to review"))
        .otherwise(pl.lit("not suspect"))
    )
    is_new = ~pl.col("is_gone") & (pl.col("first_seen_at").dt.date() == day)
    return [
        state.alias("state"),
        is_new.alias("is_new"),
        (pl.col("is_gone") & (pl.col("checked_at").dt.date() == day)).alias("is_newly_gone"),
    ]


def _texts(found: pl.DataFrame, wall: Wall) -> list[pl.Series]:
    """Give the texts that came from outside with what is other brands' taken out."""
    sellers = found.select(pl.coalesce("seller_name", "shop_name")).to_series()
    shown = [found[name] for name in ("title", "mention_text", "evidence_text")]
    texts = [wall.texts(one) for one in (*shown, sellers)]
    keys = found.select(
        # An observation's id finds the same evidence and spells nobody's name.
        evidence_key=wall.keys(found["listing_key"]).fill_null(found["observation_id"]),
        seller_shown=wall.keys(found["seller_key"]).fill_null(_unnamed(found)),
    )
    addresses, reasons = wall.addresses(found["url"]), wall.reasons(found["reasons"])
    return [*texts, *keys, addresses, reasons]


def _unnamed(found: pl.DataFrame) -> pl.Series:
    """Give what stands for a seller whose key spells another brand; null for no seller."""
    key = pl.col("platform") + ":" + BLANK
    return found.select(pl.when(pl.col("seller_key").is_not_null()).then(key)).to_series()


def _days(lake: Lake, brand: str, day: date) -> pl.DataFrame:
    where = (pl.col("brand") == brand) & (pl.col("report_on") <= day)
    return _some(lake, "brand_report", _DAYS, where).sort("report_on", "platform")


def _refused(lake: Lake, day: date, platforms: list[str]) -> pl.DataFrame:
    where = (pl.col("refused_on") == day) & pl.col("platform").is_in(platforms)
    rows = _some(lake, "refused", ("platform", "stage", "reason"), where)
    counted = rows.group_by("platform", "stage", "reason").len("count")
    return counted.sort(["count", "platform", "reason"], descending=[True, False, False])


def _latest(times: pl.Series) -> datetime | None:
    latest = times.max()
    return latest if isinstance(latest, datetime) else None
