"""Reading product pages of shops that nobody described: how much is right, and what it costs.

    python infra/bench/extraction.py DATA

DATA is a folder that holds, itself or as `pages/product-extraction-benchmark`, saved pages
(`html/KEY.html.gz`), `truth.json` (KEY to address and acceptable values) and, if there are any,
`output-SYSTEM.json`, what other systems answered on the same pages. The reader sees page and
address, never the truth. Half of the pages,
by the digest of their key, were looked at while the reader was written ("seen"); the others were
only ever measured ("unseen"). The rule is the benchmark's own: no answer is a miss if the page has
a truth, a wrong answer is a false one and a miss besides; F1 from the sums.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import extruct

from conf.currency import currencies
from crawler.items import Observation, PageError
from crawler.pages import generic
from crawler.pages.page import Page
from jobs.clean._availability import availability
from jobs.clean._money import money

FIELDS = ("price", "sku", "availability", "brand", "gtin")
SYSTEMS = ("extruct", "diffbot", "zyte")
ROUNDS, RESAMPLES = 5, 2_000
SYNTAXES = ("json-ld", "microdata", "opengraph")
TARGETS = {
    "price_f1": "> 0.921",
    "sku_f1": "> 0.809",
    "availability_f1": "> 0.973",
    "cpu_ms_per_page": "<= 15",
}
Answers = Mapping[str, str | None]
Truths = Mapping[str, Any]


def answers(shown: Observation | None) -> dict[str, str | None]:
    """Give what was read as the benchmark writes it: a plain decimal, InStock or OutOfStock."""
    if shown is None:
        return dict.fromkeys(FIELDS)
    asked = money(shown.price_text, shown.currency_text, None, currencies())
    there = availability(shown.availability_text)
    return {
        "price": None if asked is None else f"{asked.amount:.10g}",
        "sku": shown.sku_text,
        "availability": {"out_of_stock": "OutOfStock", None: None}.get(there, "InStock"),
        "brand": shown.brand_text,
        "gtin": shown.gtin_text,
    }


def read(url: str, body: bytes) -> Observation | None:
    """Read one page with our reader for shops that nobody described."""
    try:
        return generic.listing(Page(url=url, body=body))
    except PageError:
        return None


def counts(given: Answers, truth: Truths, field: str) -> tuple[int, int, int]:
    """Give hits, false answers and misses of one page and field, by the benchmark's rule."""
    accepted, answer = truth.get(field) or [], given.get(field)
    if not answer:
        return 0, 0, int(bool(accepted))
    is_hit = any(_same(field, answer, one) for one in accepted)
    return int(is_hit), int(not is_hit), int(bool(accepted) and not is_hit)


def f1(every: Iterable[tuple[int, int, int]]) -> float:
    """Give F1 from counts of many pages."""
    hits, false, misses = (sum(column) for column in zip(*every, strict=True))
    return float(2 * hits / max(1, 2 * hits + false + misses))


def _same(field: str, answer: str, accepted: str) -> bool:
    if field != "price":
        return answer.strip() == accepted.strip()
    try:
        return Decimal(answer) == Decimal(accepted.strip())
    except InvalidOperation:
        return False


def is_seen(key: str) -> bool:
    """Say whether a page was looked at while the reader was written."""
    return int(hashlib.sha256(key.encode()).hexdigest(), 16) % 2 == 0


def interval(every: list[tuple[int, int, int]], chance: random.Random) -> tuple[float, float]:
    """Give the middle 95% of F1 when pages are drawn again and again."""
    drawn = sorted(f1(chance.choices(every, k=len(every))) for _ in range(RESAMPLES))
    return drawn[int(0.025 * RESAMPLES)], drawn[int(0.975 * RESAMPLES)]


def timed(pages: Mapping[str, tuple[str, bytes]]) -> dict[str, float]:
    """Give CPU milliseconds a page, ours and extruct's, page by page in turn; best of rounds."""
    spent: dict[str, list[float]] = {"ours": [], "extruct": []}
    ways: dict[str, Callable[[str, bytes], object]] = {"ours": read, "extruct": _extruct}
    for _ in range(ROUNDS):
        total = dict.fromkeys(spent, 0.0)
        for url, body in pages.values():
            for name, way in ways.items():
                before = time.process_time()
                way(url, body)
                total[name] += time.process_time() - before
        for name, seconds in total.items():
            spent[name].append(1000 * seconds / len(pages))
    return {name: min(every) for name, every in spent.items()}


def _extruct(url: str, body: bytes) -> object:
    return extruct.extract(
        body.decode("utf-8", "replace"),
        base_url=url,
        syntaxes=list(SYNTAXES),
        uniform=True,
        errors="ignore",
    )


def main() -> None:
    """Print the table, and last one line of JSON."""
    folder = _folder(Path(sys.argv[1]))
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    pages = {
        key: (one["url"], gzip.decompress((folder / "html" / f"{key}.html.gz").read_bytes()))
        for key, one in truth.items()
    }
    given = {"ours": {key: answers(read(*pages[key])) for key in truth}}
    for name in SYSTEMS:
        stored = folder / f"output-{name}.json"
        if stored.is_file():
            given[name] = json.loads(stored.read_text(encoding="utf-8"))
    figures = _accuracy(given, truth)
    cost = timed(pages)
    print(f"CPU ms a page: ours {cost['ours']:.1f}, extruct {cost['extruct']:.1f}")
    figures["cpu_ms_per_page"] = cost["ours"]
    figures["extruct_cpu_ms_per_page"] = cost["extruct"]
    figures["cpu_to_extruct"] = cost["ours"] / cost["extruct"]
    rounded = {name: round(value, 3) for name, value in figures.items()}
    print(json.dumps({"bench": "extraction", "figures": rounded, "targets": TARGETS}))


def _folder(given: Path) -> Path:
    """Give the folder that holds the truth: the one given, or the benchmark's place within it."""
    inner = Path("pages") / "product-extraction-benchmark"
    places = (given, given / inner.name, given / inner)
    return next((one for one in places if (one / "truth.json").is_file()), given)


def _accuracy(given: Mapping[str, Mapping[str, Answers]], truth: Truths) -> dict[str, float]:
    """Print F1 by field and system, all pages and each half; give ours and the systems'."""
    parts = {
        "all": list(truth),
        "seen": [key for key in truth if is_seen(key)],
        "unseen": [key for key in truth if not is_seen(key)],
    }
    figures: dict[str, float] = {}
    print(f"{'F1':<14}{'pages':<8}" + "".join(f"{name:>9}" for name in given) + "   ours, 95%")
    for field in FIELDS:
        for part, keys in parts.items():
            every = {
                name: [counts(one.get(key, {}), truth[key], field) for key in keys]
                for name, one in given.items()
            }
            scores = {name: f1(rows) for name, rows in every.items()}
            low, high = interval(every["ours"], random.Random(1))  # noqa: S311 - repeatable
            row = "".join(f"{score:>9.3f}" for score in scores.values())
            print(f"{field:<14}{part:<8}{row}   {low:.2f} to {high:.2f}")
            figures[f"{field}_f1" + ("" if part == "all" else f"_{part}")] = scores["ours"]
            if part == "all":
                figures |= {
                    f"{name}_{field}_f1": scores[name] for name in SYSTEMS if name in scores
                }
    return figures


if __name__ == "__main__":
    main()
