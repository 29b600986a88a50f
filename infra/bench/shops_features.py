"""What is told of a shop: the columns as they come, and ours of the same columns.

Ours are worked out of one shop alone, so that nothing of a judged shop can reach what is learned.
"""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np
import polars as pl
from sklearn.feature_extraction.text import HashingVectorizer

from infra.bench.shops_rows import NUMBERS

PLAIN = (*NUMBERS.values(), "age_days")  # 21, as measured before
# What a service says of the shop. When its domain was registered is public and stays.
SERVICES = ("certificate", "reviews", "rank")
SERVICE_COLUMNS = frozenset(
    {"issuer_number", "has_trustpilot", "trustpilot_score", "has_sitejabber", "has_rank", "rank"}
)
LEAST_KNOWN_RANK = 6.0  # log10 of the last rank of the list
_GRAMS = (2, 4)
_SPACE = 1 << 15


class Told(msgspec.Struct, frozen=True):
    """Numbers of each shop, NaN where unknown, and letters of its name in a row."""

    names: tuple[str, ...]
    numbers: np.ndarray  # (shops, names)
    grams: Any  # sparse, (shops, 2 ** 15)


def plain(shops: pl.DataFrame, *, has_services: bool = True) -> np.ndarray:
    """Give the columns as they come, float32, shape (shops, 21); 15 without the services'."""
    kept = [name for name in PLAIN if has_services or name not in SERVICE_COLUMNS]
    return shops.select(kept).to_numpy().astype(np.float32)


def ours(shops: pl.DataFrame, *, left_out: tuple[str, ...] = ()) -> Told:
    """Give ours of repaired shops, without the subjects left out.

    Args:
        shops: as `repaired` gives them.
        left_out: of name, ending, page, domain, certificate, reviews, rank.

    """
    made = {
        f"{subject}_{name}": one
        for subject, columns in subjects().items()
        if subject not in left_out
        for name, one in columns.items()
    }
    frame = shops.select(one.cast(pl.Float32).alias(name) for name, one in made.items())
    return Told(tuple(made), frame.to_numpy().astype(np.float32), grams(shops["name"]))


def subjects() -> dict[str, dict[str, pl.Expr]]:
    """Give every feature by its subject."""
    return {
        "name": _name(),
        "ending": {
            kind: pl.col("ending") == kind for kind in ("com", "old", "new", "country", "eu")
        },
        "page": _page(),
        "domain": {
            "age_log": pl.col("age_days").log(),
            "young": pl.col("young_kind"),
            # Some registries tell nobody; that is known of any shop, and alone tells little (.52).
            "unknown": pl.col("age_days").is_null(),
        },
        "certificate": _certificate(),
        "reviews": {
            "trustpilot_score": pl.col("trustpilot_score"),
            "trustpilot": pl.col("has_trustpilot"),
            "sitejabber": pl.col("has_sitejabber"),
        },
        # Who is not on the list has a later rank than any on it.
        "rank": {"log": pl.col("rank").log10().fill_null(LEAST_KNOWN_RANK + 1)},
    }


def grams(names: pl.Series) -> Any:
    """Give runs of two to four letters of each name, hashed: no vocabulary is learned for it."""
    hashing = HashingVectorizer(
        analyzer="char_wb", ngram_range=_GRAMS, n_features=_SPACE, alternate_sign=False
    )
    return hashing.transform(names.to_list())


def _name() -> dict[str, pl.Expr]:
    name = pl.col("name")
    length = name.str.len_chars()
    runs = name.str.extract_all(r"[b-df-hj-np-tv-z]+").list.eval(pl.element().str.len_chars())
    return {
        "length": length,
        "labels": pl.col("dot_count") + 1,
        "digits": name.str.count_matches("[0-9]"),
        "hyphens": name.str.count_matches("-"),
        "vowel_share": name.str.count_matches("[aeiou]") / length.clip(lower_bound=1),
        "longest_consonants": runs.list.max().fill_null(0),
    }


def _page() -> dict[str, pl.Expr]:
    pays = [pl.col(one) for one in ("has_card", "has_money_back", "has_cash", "has_crypto")]
    kinds = {f"email_{at}": pl.col("email_kind") == at for at in range(4)}
    has_contact = (pl.col("email_kind") >= 2).cast(pl.Float64)  # noqa: PLR2004 - by its own domain
    return {
        **{one.meta.output_name(): one for one in pays},
        "ways_to_pay": pl.sum_horizontal(pays),
        **kinds,
        "logo": pl.col("has_logo"),
        "signs_of_care": pl.sum_horizontal(*pays[:3], has_contact, "has_logo"),
    }


def _certificate() -> dict[str, pl.Expr]:
    issuer, group = pl.col("issuer"), pl.col("issuer_group")
    is_google = group.str.starts_with("Google")
    is_cloudflare = group.str.starts_with("Cloudflare")
    is_short = pl.col("certificate_days") < 365  # noqa: PLR2004 - a year
    return {
        "lets_encrypt_rsa": issuer == "R3",
        "lets_encrypt_ecdsa": issuer == "E1",
        "google": is_google,
        "cloudflare": is_cloudflare,
        "short": is_short,
        "bought": ~is_short & ~is_cloudflare,
        # Those that a content network asks for by itself.
        "by_network": is_google | is_cloudflare | (issuer == "E1"),
        "of_organisation": issuer.str.contains(r"\bOV\b|Organization Validation"),
        "extended": issuer.str.contains(r"\bEV\b|Extended Validation"),
    }
