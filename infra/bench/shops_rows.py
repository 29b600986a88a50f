"""Reads labelled online shops, and undoes what only tells how the labels were collected.

The file is that of Janavičiūtė et al. (Appl. Sci. 2024, 14, 919; Mendeley Data m7xtkx7g5m): 1,140
shops with what their address, their page, their certificate and three services showed. Fraudulent
and genuine shops were written down in different ways, so that the form of a cell tells the label.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
from rapidfuzz import fuzz
from rapidfuzz.process import cdist
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from tldextract import TLDExtract

from conf.errors import ConfError

FILE = "mendeley_online_shops.csv"
SEEN_ON = date(2023, 9, 1)  # the newest domain is of 18 August, the oldest certificate ends the 5th
YOUNG_DAYS = 432  # the file calls all domains since the end of June 2022 young
ALIKE = 85  # percent of their letters that two names of one group share
LEAST_OF_ENDING = 10
LEAST_LETTERS = 5  # shorter names are alike by chance
AUTOMATIC = ("Let's Encrypt", "Google Trust Services LLC", "ZeroSSL", "cPanel, Inc.")  # 90 days

TEXTS = {
    "Online shop URL": "address",
    "Label": "label",
    "SSL certificate issuer": "issuer",
    "SSL certificate expire date": "expires_text",
    "Issuer organization": "issuer_group",
    "Domain registration date": "registered_text",
}
NUMBERS = {
    "Domain length": "domain_length",
    "Top domain length": "ending_length",
    "Presence of prefix 'www'": "has_www",
    "Number of digits": "digit_count",
    "Number of letters": "letter_count",
    "Number of dots (.)": "dot_count",
    "Number of hyphens (-)": "hyphen_count",
    "Presence of credit card payment": "has_card",
    "Presence of money back payment": "has_money_back",
    "Presence of cash on delivery payment": "has_cash",
    "Presence of crypto currency": "has_crypto",
    "Presence of free contact emails": "email_kind",
    "Presence of logo URL": "has_logo",
    "SSL certificate issuer organization list item": "issuer_number",
    "Indication of young domain": "young_kind",
    "Presence of TrustPilot reviews": "has_trustpilot",
    "TrustPilot score": "trustpilot_score",
    "Presence of SiteJabber reviews": "has_sitejabber",
    "Presence in the standard Tranco list": "has_rank",
    "Tranco List rank": "rank",
}
LABELS = {"fraudulent": 1, "legitimate": 0}
OLD_ENDINGS = ("net", "org", "info", "biz")


def read(folder: Path) -> pl.DataFrame:
    """Give the shops as they were written down, and `is_fraud`; a number that is none is null.

    Raises:
        ConfError: the file is not there, or columns are.

    """
    path = folder / FILE
    if not path.is_file():
        raise ConfError(
            f"{path} is missing; name the folder that holds it by DATA=… (the file is data set "
            "m7xtkx7g5m of Mendeley Data, saved as CSV)"
        )
    rows = pl.read_csv(path, infer_schema=False)
    rows = rows.rename({name: " ".join(name.split()) for name in rows.columns})
    if absent := [name for name in (*TEXTS, *NUMBERS) if name not in rows.columns]:
        raise ConfError(f"{path} has no column {', '.join(absent)}; is it the file of that set?")
    made = rows.select(
        *(pl.col(name).str.strip_chars().alias(own) for name, own in TEXTS.items()),
        *(pl.col(name).cast(pl.Float64, strict=False).alias(own) for name, own in NUMBERS.items()),
    )
    label = pl.col("label").replace_strict(LABELS, default=None, return_dtype=pl.Int64)
    return made.with_columns(label.alias("is_fraud")).drop_nulls(["is_fraud", "address"])


def repaired(shops: pl.DataFrame) -> pl.DataFrame:
    """Give the same shops with one form for both labels.

    No score is null, however it was written; a rank too. Of the address the host without www
    stays: 88 genuine shops have a path, no fraud has one. Of the registration stays the day:
    registries differ in whether they tell the hour. Of the certificate stay its issuer and for how
    long such an issuer signs: when it ends tells the day on which the shop was looked at.
    """
    host = pl.col("address").str.to_lowercase().str.extract(r"^(?:[a-z]+://)?(?:www\.)?([^/?#:]+)")
    day = pl.col("registered_text").str.slice(0, 10).str.replace_all(".", "-", literal=True)
    found = shops.with_columns(
        host.fill_null("").alias("host"),
        pl.when(pl.col("trustpilot_score") >= 0).then("trustpilot_score"),
        pl.when(pl.col("rank") > 0).then("rank"),
        _age_days(day.str.to_date("%Y-%m-%d", strict=False)),
    )
    parts = [_domains()(one) for one in found["host"]]
    names, endings = [one.domain for one in parts], [one.suffix for one in parts]
    is_automatic = pl.col("issuer_group").is_in(AUTOMATIC)
    return found.with_columns(
        pl.Series("name", names, pl.String),
        pl.Series("ending", [_ending(one) for one in endings], pl.String),
        pl.Series("ending_length", [float(len(one)) for one in endings], pl.Float64),
        pl.when(is_automatic).then(90.0).otherwise(365.0).alias("certificate_days"),
        (pl.col("age_days") < YOUNG_DAYS).cast(pl.Float64).alias("young_kind"),
        pl.col("trustpilot_score").is_not_null().cast(pl.Float64).alias("has_trustpilot"),
        pl.col("rank").is_not_null().cast(pl.Float64).alias("has_rank"),
        _count("host", r"[a-z]").alias("letter_count"),
        _count("host", r"[0-9]").alias("digit_count"),
        _count("host", r"\.").alias("dot_count"),
        _count("host", r"-").alias("hyphen_count"),
        pl.col("host").str.len_chars().cast(pl.Float64).alias("domain_length"),
        pl.lit(0.0).alias("has_www"),
    ).drop("registered_text", "expires_text", "address", "label")


def trustpilot_alone(shops: pl.DataFrame) -> pl.DataFrame:
    """Give the shops with only TrustPilot's score repaired, as they were measured before."""
    day = pl.col("registered_text").str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False)
    return shops.with_columns(
        pl.when(pl.col("trustpilot_score") >= 0).then("trustpilot_score"), _age_days(day)
    )


def groups(shops: pl.DataFrame) -> np.ndarray:
    """Give the number of each repaired shop's group, which no judgement splits.

    Of one group are names that share 85 of 100 letters, and shops of one issuer whose domains were
    registered on one day: one vendor sets up many shops at once.
    """
    names = [one.replace("-", "") for one in shops["name"]]
    alike = cdist(names, names, scorer=fuzz.ratio, score_cutoff=ALIKE) >= ALIKE
    is_long = np.array([len(one) >= LEAST_LETTERS for one in names])
    near = np.argwhere(np.triu(alike & is_long & is_long[:, None], 1))
    together = shops.with_row_index("at").drop_nulls("age_days").group_by("issuer", "age_days")
    ats = together.agg("at")["at"].to_list()
    pairs = [*map(tuple, near.tolist()), *((one[0], other) for one in ats for other in one[1:])]
    ends = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    size = shops.height
    graph = coo_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(size, size))
    found: np.ndarray = connected_components(graph, directed=False)[1]
    return found


def traces(shops: pl.DataFrame) -> dict[str, np.ndarray]:
    """Give what may tell how a shop was written down rather than what it is: shape (rows, n)."""
    registered, address = pl.col("registered_text"), pl.col("address")
    form = registered.str.replace_all(r"[0-9]", "9")
    ends = pl.col("expires_text").str.replace_all(r"\s+", " ").str.strip_suffix(" GMT")
    ends_at = ends.str.to_datetime("%b %d %H:%M:%S %Y", strict=False).dt.epoch("s") / 86_400
    score, young = pl.col("trustpilot_score"), pl.col("young_kind")
    content = ("has_card", "has_money_back", "has_cash", "has_crypto", "email_kind", "has_logo")
    hours = registered.str.extract(r" (\d\d):").cast(pl.Float64, strict=False)
    endings = address.str.to_lowercase().str.extract(r"^(?:[a-z]+://)?[^/?#:]*\.([a-z]+)")
    common = shops.select(endings.alias("of")).group_by("of").len()
    which = sorted(common.filter(pl.col("len") >= LEAST_OF_ENDING)["of"].drop_nulls())
    told: dict[str, list[pl.Expr]] = {
        "TrustPilot's score is empty or -1": [score.is_null(), score < 0],
        "every null, -1 and word for unknown": [
            *(pl.col(name).is_null() for name in NUMBERS.values()),
            *(pl.col(name) < 0 for name in NUMBERS.values()),
            registered.is_in(["Hidden", "None"]),
        ],
        "registration: form of the cell": [
            form == one for one in ("Hidden", "None", "9999-99-99", "9999.99.99")
        ],
        "registration: hour, midnight": [hours, registered.str.ends_with("00:00")],
        "registration: unknown": [~registered.str.contains(r"^\d")],
        "young domain coded 2, or 0 of an unknown one": [young == 2, registered == "None"],  # noqa: PLR2004 - the file's code for hidden
        "address has a path": [address.str.contains(r"[^/:]/[^/]")],
        "address has www": [pl.col("has_www")],
        "address: not https, capitals": [
            address.str.starts_with("https"),
            address.str.contains("[A-Z]"),
        ],
        "address: which ending, of those with ten shops": [endings == one for one in which],
        "certificate: day it ends, 90-day issuers alone": [
            pl.when(pl.col("issuer_group").is_in(AUTOMATIC)).then(ends_at)
        ],
        "certificate: day of one digit": [pl.col("expires_text").str.contains("  ")],
        "page: nothing found on it": [pl.sum_horizontal(content) == 0],
        "place in the file": [pl.int_range(pl.len())],
    }
    return {
        name: shops.select(one.cast(pl.Float32).alias(str(at)) for at, one in enumerate(columns))
        .to_numpy()
        .astype(np.float32)
        for name, columns in told.items()
    }


def _age_days(registered_on: pl.Expr) -> pl.Expr:
    days = (pl.lit(SEEN_ON) - registered_on).dt.total_days()
    return days.cast(pl.Float64).clip(lower_bound=1.0).alias("age_days")


def _count(column: str, pattern: str) -> pl.Expr:
    return pl.col(column).str.count_matches(pattern).cast(pl.Float64)


def _ending(suffix: str) -> str:
    """Give the kind of ending: which country it is tells where the labels were collected."""
    last = suffix.rpartition(".")[2]
    if last in ("com", "eu"):
        return last
    if last in OLD_ENDINGS:
        return "old"
    return "country" if len(last) == 2 else "new"  # noqa: PLR2004 - countries have two letters


@cache
def _domains() -> TLDExtract:
    """Tell a name from its ending by the list that comes with the library, without a network."""
    return TLDExtract(suffix_list_urls=(), cache_dir=None)
