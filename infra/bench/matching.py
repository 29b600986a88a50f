"""Product matching: which pairs of offers are one product, on sets that others are measured on.

    python infra/bench/matching.py DATA [NAME…]

DATA is a folder of pairs in Ditto's form, `COL name VAL value …<TAB>COL …<TAB>0|1`: the three of
Magellan and DeepMatcher (`ditto_ab_train.txt` …) and WDC's product corpus. Learned is from train
alone, the line included; judged is valid, and test where the folder has it. Beside ours, in the
same run: ours of each pair alone, the same learner on spelling alone, and a cosine of words with
the best line on train.

An offer's standing among all offers of the set counts (jobs/match/_pool.py), so the texts of pairs
to be judged are known beforehand, as a catalogue is; their labels are not. `alone` is without it.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from jobs.match._offer import Said, offer
from jobs.match._pool import NAMES
from ml.pairing import LINES, Pairs, f1, learned, measured

SETS = {
    "abt_buy": "ditto_ab_{}.txt",
    "amazon_google": "ditto_ag_{}.txt",
    "walmart_amazon": "ditto_wa_{}.txt",
    "walmart_amazon_dirty": "ditto_wa_dirty_{}.txt",
    "shoes": "wdc_shoes_{}_medium.txt",
    "watches": "wdc_watches_{}_medium.txt",
    "computers": "wdc_computers_{}_medium.txt",
    "cameras": "wdc_cameras_{}_medium.txt",
}
# F1, percent: boosting on string measures as measured before, and what is to be reached.
BASELINES = dict(zip(SETS, (79.2, 69.8, 83.1, 76.6, 66.3, 80.7, 81.9, 80.3), strict=True))
TARGETS = dict(zip(SETS, (84.0, 73.0, 86.0, 76.6, 69.3, 83.7, 84.9, 83.3), strict=True))
PLAIN = re.compile(
    r"^(title_(ratio|partial|sorted|set|jaro|jaccard)|text_(ratio|sorted|set|jaccard)|price_.*)$"
)
_FIELD = re.compile(r"COL (\S+) VAL ?(.*?)(?=COL \S+ VAL|$)")
_LANGUAGE = re.compile(r'"@\w\w')  # how WDC marks a text's language
_NO_PRICE = re.compile(r"[^0-9.]")

Row = tuple[str, str, bool]


def rows(path: Path) -> Iterator[Row]:
    """Read pairs and labels."""
    for line in path.read_text(encoding="utf-8").split("\n"):
        parts = line.split("\t")
        if len(parts) == 3:  # noqa: PLR2004 - two offers and a label
            yield parts[0], parts[1], parts[2].strip() == "1"


def said(text: str) -> Said:
    """Read one offer."""
    fields = {
        name: _LANGUAGE.sub(" ", value).lower().strip() for name, value in _FIELD.findall(text)
    }
    price = _NO_PRICE.sub("", fields.get("price", ""))
    return Said(
        title=fields.get("name") or fields.get("title", ""),
        brand=fields.get("brand") or fields.get("manufacturer", ""),
        number=fields.get("modelno", ""),
        category=fields.get("category", ""),
        description=fields.get("description", ""),
        price=float(price) if re.fullmatch(r"\d+(\.\d+)?", price) else None,
    )


def paired(found: Sequence[Row]) -> Pairs:
    """Give pairs as places of offers that stand once each."""
    sides: list[dict[str, int]] = [{}, {}]
    at = [
        tuple(side.setdefault(text, len(side)) for side, text in zip(sides, row[:2], strict=True))
        for row in found
    ]
    ours, theirs = (tuple(offer(said(text)) for text in side) for side in sides)
    return Pairs(ours, theirs, tuple((i, j) for i, j in at))


def judged(folder: Path, name: str) -> dict[str, Any]:
    """Learn one set and judge it."""
    parts = {
        part: list(rows(folder / SETS[name].format(part)))
        for part in ("train", "valid", "test")
        if (folder / SETS[name].format(part)).exists()
    }
    every = [row for part in parts.values() for row in part]
    labels = np.array([row[2] for row in every])
    begun = time.process_time()
    names, vectors = measured(paired(every))
    measuring = time.process_time() - begun
    of = np.repeat(list(parts), [len(part) for part in parts.values()])
    is_train = of == "train"
    ways = {
        "f1": list(range(len(names))),
        "f1_alone": [at for at, one in enumerate(names) if one not in NAMES],
        "f1_spelling": [at for at, one in enumerate(names) if PLAIN.match(one)],
    }
    found = {way: learned(vectors[is_train][:, at], labels[is_train]) for way, at in ways.items()}
    cosine = vectors[:, names.index("words_cosine")]
    line = LINES[np.argmax([f1(labels[is_train], cosine[is_train] > one) for one in LINES])]
    told: dict[str, Any] = {"pairs": len(every), "pairs_per_cpu_s": round(len(every) / measuring)}
    for part in parts:
        if part == "train":
            continue
        mine = of == part
        for way, at in ways.items():
            chance = found[way].chance(vectors[mine][:, at])
            told[f"{part}_{way}"] = _percent(f1(labels[mine], chance > found[way].line))
        told[f"{part}_f1_cosine"] = _percent(f1(labels[mine], cosine[mine] > line))
    return told


def _percent(share: float) -> float:
    return round(100 * share, 1)


def main() -> None:
    """Judge every set; figures as JSON, last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(SETS)}; all of them if none")
    given = parser.parse_args()
    if strange := [name for name in given.names if name not in SETS]:
        parser.error(f"there is no set {strange[0]}")
    if not given.data.is_dir():
        parser.error(f"{given.data} is no folder of pairs")
    figures = {}
    for name in given.names or SETS:
        figures[name] = judged(given.data, name)
        sys.stdout.write(f"{name:<22} {figures[name]} baseline {BASELINES[name]}\n")
        sys.stdout.flush()
    sys.stdout.write(
        json.dumps({"bench": "matching", "figures": figures, "targets": TARGETS}) + "\n"
    )


if __name__ == "__main__":
    main()
