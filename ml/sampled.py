"""A sample of the lake's listings as a model sees them: whole buckets, as keys lie there by chance.

So a sample costs what its listings cost, whatever the lake holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import msgspec
import numpy as np
import polars as pl

from conf import contract
from conf.site import Site
from jobs import catalogue
from jobs.buckets import Bucket
from jobs.facts import read_facts
from jobs.models import MODEL_FILE
from jobs.reader import Lake
from jobs.score._scorer import Scorer, read
from jobs.score._scoring import feature_names, held
from jobs.stored import Stored, bucket_count
from ml.drift import FILE, Frame, reference
from ml.examples import Examples
from ml.frame import TABLES

MOST = 50_000  # listings, at least while there are buckets
FACTS = TABLES[:4]


def kept(
    site: Site, files: dict[str, bytes], examples: Examples, at: Mapping[str, int]
) -> dict[str, bytes]:
    """Give a model's files and, beside them, what there was to score when it was trained."""
    scorer = read(files[MODEL_FILE], site.model, "", "")
    weights = examples.population
    share = float((examples.labels * weights).sum() / weights.sum())
    made = msgspec.structs.replace(
        reference(frame(site, scorer, at), min(max(share, 1e-3), 1 - 1e-3)),
        examples=len(examples),
        decided_until=datetime.fromtimestamp(86_400 * float(examples.days.max()), UTC),
    )
    return files | {FILE: msgspec.json.format(msgspec.json.encode(made))}


def frame(site: Site, scorer: Scorer, at: Mapping[str, int]) -> Frame:
    """Give a sample of the listings at these versions of the tables, scored."""
    names = feature_names(scorer)
    columns = sorted({"platform", *catalogue.fact_columns(names)})
    found = [_framed(scorer, names, facts) for facts in _facts(site, at, columns)]
    parts = [np.concatenate(part) for part in zip(*found, strict=True)]
    return Frame(scorer.features, *parts)


def _facts(site: Site, at: Mapping[str, int], columns: list[str]) -> Iterator[pl.DataFrame]:
    tables = [_stored(site, name, at) for name in FACTS]
    count, rows = bucket_count(tables[:2]), 0
    for bucket in range(count):
        facts = read_facts(Bucket(bucket, count), columns, *tables)
        yield facts
        rows += facts.height
        if rows >= MOST:
            return


def _stored(site: Site, name: str, at: Mapping[str, int]) -> Stored:
    lake = Lake(site.lake)
    paths = tuple(lake.files(name, at[name])) if name in at else ()
    return Stored(contract.table(name), str(lake.path(name)), paths)


def _framed(scorer: Scorer, names: tuple[str, ...], facts: pl.DataFrame) -> tuple[np.ndarray, ...]:
    vectors = catalogue.vectors(facts, names)
    by_name = {name: vectors[:, at] for at, name in enumerate(names)}
    own = np.column_stack([by_name[name] for name in scorer.features])
    platforms = np.array(facts["platform"].to_list(), dtype=object)
    sellers = facts["seller_key"].fill_null(facts["listing_key"])
    chances = held(scorer.suspicion(own, facts["platform"].to_list())[0], by_name) / 100
    return own, chances, platforms, np.array(sellers.to_list(), dtype=object)
