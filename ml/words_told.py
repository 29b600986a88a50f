"""Tells what words were found: as a table, and as YAML that a person reads beside the lexicons."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

import yaml

from ml.words import Proposal, Word

HEADS = ("phrase", "log-odds", "95 %", "counterfeit", "genuine", "platforms", "first", "last", "in")


def told(one: Proposal) -> str:
    """Give tables for a terminal."""
    parts = (
        ("Propose to add", one.add),
        ("In a lexicon, and said by honest sellers: withdraw?", one.withdraw),
        ("In a lexicon, and found to hold", one.confirmed),
    )
    head = (
        f"{one.listings:,} labelled listings of {one.sellers:,} sellers, "
        f"{one.counterfeit_sellers:,} of them of counterfeits; a word counts once a seller"
    )
    lines = [head]
    for title, words in parts:
        lines += ["", f"{title}: {len(words)}", *_table(words)]
    return "\n".join(lines)


def as_yaml(one: Proposal) -> str:
    """Give what may be added, by language; a person moves what is right into conf/lexicons."""
    found: dict[str, Any] = {
        kind: {
            language: {word.phrase: _brief(word) for word in some}
            for language, some in groupby(words, key=lambda word: word.language)
        }
        for kind, words in (("add", one.add), ("withdraw", one.withdraw))
    }
    head = (
        "# Proposed by `countermark model words`; nothing is applied by itself. Put what you\n"
        "# know to be a sign into its group in conf/lexicons/<language>.yaml.\n"
    )
    return head + yaml.safe_dump(found, allow_unicode=True, sort_keys=False)


def _brief(word: Word) -> dict[str, Any]:
    return {
        "log_odds": [round(word.low, 2), round(word.log_odds, 2), round(word.high, 2)],
        "sellers": [word.counterfeit_sellers, word.genuine_sellers],
        "platforms": word.platforms,
        "seen": [word.first_seen.isoformat(), word.last_seen.isoformat()],
    } | ({"group": word.group} if word.group else {})


def _table(words: tuple[Word, ...]) -> Iterator[str]:
    if not words:
        return
    rows = [
        ("lang", *HEADS),
        *(
            (
                one.language,
                one.phrase,
                f"{one.log_odds:+.2f}",
                f"{one.low:+.2f} to {one.high:+.2f}",
                str(one.counterfeit_sellers),
                str(one.genuine_sellers),
                str(one.platforms),
                one.first_seen.isoformat(),
                one.last_seen.isoformat(),
                one.group or "",
            )
            for one in words
        ),
    ]
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield ("  " + "  ".join(cells)).rstrip()
