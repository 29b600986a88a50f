"""Features and scores of listings: ours in Spark, plain Polars, and Spark SQL's strings.

    python infra/bench/scoring.py [FOLDER]

The facts of ROWS listings (200,000) of a world of infra/bench/daily_world.py, without what their
texts show, go through each in turn, ROUNDS times (3) after one that warms up:

- ours: one Arrow pass in Spark makes the texts' signs, all features, the model's score, the rules'
  score and the reasons, holds them to their contract and writes the Delta table, as the job does;
- polars: the very same functions over the same batches in this process, written as Parquet: the
  ceiling, as there is no Spark between;
- spark_sql: the words' and patterns' signs and the shape of the title as Spark's own string
  functions (regular expressions over the lexicons' words), then the same model in an Arrow pass. It
  makes only the features that read texts, so it is spared the others; and it is given SQL_ROWS
  (4,000) rows only, as it takes milliseconds for each.

CPU seconds are of the whole process tree; a model of all features and of our own model's size
scores (TREES and DEPTH give it another).
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import Column, DataFrame, SparkSession
from pyspark.sql import functions as F  # noqa: N812 - its usual name

from conf import contract, lexicon
from conf.site import PROJECT, Spark, site
from infra.bench.daily_model import costly_model, facts_of
from jobs import buckets, catalogue, writes
from jobs.clean import _signs
from jobs.consumed import Consumed
from jobs.cpu import tree_seconds
from jobs.parts import folder, make
from jobs.passes import Pass
from jobs.run import open_tables
from jobs.score._scorer import ELSEWHERE, Scorer
from jobs.score._scoring import fact_columns
from jobs.score.listing_scores import KEPT, SEEN, score_rows, stamps
from jobs.tables import LakeTables
from jobs.writes import Want

ROWS = int(os.environ.get("ROWS", "200000"))
ROUNDS = int(os.environ.get("ROUNDS", "3"))
TREES, DEPTH = int(os.environ.get("TREES", "0")), int(os.environ.get("DEPTH", "0"))
SQL_ROWS = int(os.environ.get("SQL_ROWS", "4000"))
A_BATCH = 10_000
MADE = ("text_signs", "trade_word_count")
TARGETS = {
    "ours_rows_per_cpu_s": ">= 20000",
    "ours_to_polars": ">= 0.85",
    "ours_to_spark_sql": ">= 5",
}


def main() -> None:
    """Run the rounds; figures as JSON, last."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT / "var" / "bench"
    model = costly_model(folder, TREES, DEPTH)
    with tempfile.TemporaryDirectory(prefix="scoring-") as name:
        place = Path(name)
        _write_facts(folder, place / "facts", model)
        where = msgspec.structs.replace(
            site("local"), home=place / "home", spark=Spark(driver_memory="4g", is_small=False)
        )
        tables = open_tables(where)
        tables.spark.sparkContext.setLogLevel("ERROR")
        ways: dict[str, Callable[[], None]] = {
            "ours": partial(_ours, tables, place, model),
            "polars": partial(_polars, place, model),
            "spark_sql": partial(_spark_sql, tables.spark, place, model),
        }
        spent: dict[str, list[float]] = {way: [] for way in ways}
        for at in range(ROUNDS + 1):
            for way, do in ways.items():
                begun, cpu = time.monotonic(), tree_seconds()
                do()
                used, wall = tree_seconds() - cpu, time.monotonic() - begun
                sys.stderr.write(f"round {at}: {way:<10} {used:6.1f} CPU s in {wall:5.1f} s\n")
                if at:
                    spent[way].append(used)
        tables.close()
    _tell(spent)


def _write_facts(folder: Path, place: Path, model: Scorer) -> None:
    """Write the facts as a few Parquet files, as many times over as it takes."""
    columns = sorted({*fact_columns(model), *KEPT, *SEEN} - {*MADE})
    facts = facts_of(folder).select(columns)
    place.mkdir(parents=True)
    times = -(-ROWS // facts.height)
    key = pl.col("listing_key")
    rows = pl.concat([facts.with_columns(key + f"-{at}") for at in range(times)]).head(ROWS)
    for at in range(4):
        part = rows.slice(at * ROWS // 4, (at + 1) * ROWS // 4 - at * ROWS // 4)
        part.write_parquet(place / f"{at}.parquet")
    few = place.parent / "sql"
    few.mkdir()
    for at in range(2):
        rows.slice(at * SQL_ROWS // 2, SQL_ROWS // 2).write_parquet(few / f"{at}.parquet")


def _scores(model: Scorer, facts: pl.DataFrame, words: _signs.Lexicons) -> pa.Table:
    signs = _signs.signs(facts["title_folded"], facts["description_folded"], words)
    made = score_rows(model, facts.with_columns(**signs), {}, stamps(model, {}))
    table = contract.table("listing_scores")
    return made.select(table.names).to_arrow().cast(table.arrow())


def _ours(tables: LakeTables, place: Path, model: Scorer) -> None:
    words, table = _signs.lexicons(), contract.table("listing_scores")

    def kernel(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            facts = pl.DataFrame(pa.Table.from_batches([batch]))
            yield from _scores(model, facts, words).to_batches()

    facts = tables.spark.read.parquet(str(place / "facts"))
    with folder(tables.lake, table.name) as where:
        made = Pass(facts, kernel, table.spark())
        parts = make(made, table, buckets.count_for(ROWS), where)
        writes.write(tables, table, parts, Want("replace"), Consumed({}, ""))


def _polars(place: Path, model: Scorer) -> None:
    words, out = _signs.lexicons(), place / "polars"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir()
    for file in sorted((place / "facts").glob("*.parquet")):
        with pq.ParquetWriter(out / file.name, contract.table("listing_scores").arrow()) as writer:
            for batch in pq.ParquetFile(file).iter_batches(A_BATCH):
                facts = pl.DataFrame(pa.Table.from_batches([batch]))
                writer.write_table(_scores(model, facts, words))


def _spark_sql(spark: SparkSession, place: Path, model: Scorer) -> None:
    facts = spark.read.parquet(str(place / "sql"))
    made = facts.select("listing_key", *(value.alias(name) for name, value in _strings().items()))
    at = {name: place_ for place_, name in enumerate(model.features)}
    names = [name for name in _strings() if name in at]
    rows = made.select("listing_key", F.array(*(F.col(n).cast("float") for n in names)).alias("x"))

    def kernel(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            given = batch.column("x").flatten().to_numpy(zero_copy_only=False)
            vectors = np.full((batch.num_rows, len(at)), np.nan, dtype=np.float32)
            vectors[:, [at[name] for name in names]] = given.reshape(batch.num_rows, -1)
            points = model.suspicion(vectors, [ELSEWHERE] * len(vectors))[0]
            yield pa.RecordBatch.from_arrays(
                [batch.column("listing_key"), pa.array(points, pa.float64())],
                names=["listing_key", "suspicion"],
            )

    scored: DataFrame = rows.mapInArrow(kernel, "listing_key string, suspicion double")
    scored.write.format("delta").mode("overwrite").save(str(place / "spark_sql"))


def _strings() -> dict[str, Column]:
    """Give the features that read texts, as one would write them with Spark's string functions."""
    title, text = F.coalesce("title", F.lit("")), _text("title", "description")
    folded = _text("title_folded", "description_folded")
    spaced = F.regexp_replace(F.concat(F.lit(" "), folded, F.lit(" ")), r"[^\p{L}\p{N}_]+", " ")
    said = {
        "says_replica": "replica",
        "says_grade": "quality",
        "says_authentic": "authentic",
        "says_wholesale": "wholesale",
        "says_evasive": "evasive",
        "says_messenger": "contact",
        "says_outside_payment": "payment",
        "says_customs": "customs",
        "says_packing": "packing",
        "says_used": "used",
        "says_flaw": "flaw",
        "says_receipt": "receipt",
        "says_hurry": "urgency",
    }
    shown = {
        "shows_messenger_id": "messenger_id",
        "shows_phone_or_mail": "phone_or_mail",
        "shows_link": "link",
        "shows_size_run": "size_run",
    }
    trade = F.lit(f"({'|'.join(_either(group) for group in _signs.TRADE)})")
    words = F.regexp_extract_all(F.col("title_folded"), F.lit(r"(\w+)"))
    return {
        **{name: spaced.rlike(_either(group)) for name, group in said.items()},
        **{name: folded.rlike(_signs.PATTERNS[sign]) for name, sign in shown.items()},
        "trade_word_kinds": F.size(F.array_distinct(F.regexp_extract_all(spaced, trade))),
        "title_length_log": F.log1p(F.length("title")),
        "title_word_count": F.size(words),
        "title_word_variety": F.size(F.array_distinct(words)) / F.size(words),
        "title_capital_share": F.regexp_count("title", F.lit("[A-Z]")) / F.length(title),
        "title_digit_share": F.regexp_count("title", F.lit("[0-9]")) / F.length(title),
        "title_symbol_share": F.regexp_count("title", F.lit(r"[^\w\s]")) / F.length(title),
        "exclamation_count": F.regexp_count(text, F.lit("[!]")),
        "picture_letter_count": F.regexp_count(text, F.lit("[\u2600-\u27bf]")),
        "description_length_log": F.log1p(F.length("description")),
        "is_title_in_description": F.instr(F.col("description_folded"), F.col("title_folded")) > 0,
    }


def _text(*names: str) -> Column:
    return F.concat_ws(" | ", *(F.coalesce(name, F.lit("")) for name in names))


def _either(group: str) -> str:
    words = (word.replace("\\", "") for word in _signs.patterns(lexicon.words(group)))
    return "|".join("".join(f"\\{c}" if not c.isalnum() else c for c in word) for word in words)


def _tell(spent: dict[str, list[float]]) -> None:
    counts = {way: SQL_ROWS if way == "spark_sql" else ROWS for way in spent}
    rows = {way: counts[way] / statistics.median(used) for way, used in spent.items()}
    sys.stdout.writelines(
        f"{way:<10} {count:>10,.0f} rows a CPU s\n" for way, count in rows.items()
    )
    figures = {
        **{f"{way}_rows_per_cpu_s": round(count) for way, count in rows.items()},
        "features": len(catalogue.catalogue()),
        "ours_to_polars": round(rows["ours"] / rows["polars"], 3),
        "ours_to_spark_sql": round(rows["ours"] / rows["spark_sql"], 2),
    }
    sys.stdout.write(
        json.dumps({"bench": "scoring", "figures": figures, "targets": TARGETS}) + "\n"
    )


if __name__ == "__main__":
    main()
