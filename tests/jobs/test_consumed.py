"""What was consumed is written into a commit and found again."""

from __future__ import annotations

from datetime import date

import msgspec

from conf import contract
from jobs.consumed import Consumed, Stand, digest, encode, newest

NOTE = Consumed({"observations": Stand("id", 3)}, "digest")
LISTINGS = contract.table("listings")


class Model(msgspec.Struct, frozen=True):
    """A model, as far as a digest looks."""

    name: str
    version: str
    sha256: str
    booster: bytes


def test_it_comes_back() -> None:
    assert newest([encode(NOTE)]) == NOTE


def test_notes_of_others_are_passed_over() -> None:
    assert newest([None, "", "by hand", '{"job": 1}', encode(NOTE)]) == NOTE
    assert newest([None, "OPTIMIZE"]) is None


def test_the_digest_follows_what_is_given() -> None:
    one = digest(LISTINGS, {"today": date(2026, 11, 1), "homes": {"a": "EUR", "b": "USD"}})
    same = digest(LISTINGS, {"homes": {"b": "USD", "a": "EUR"}, "today": date(2026, 11, 1)})
    other = digest(LISTINGS, {"today": date(2026, 11, 2), "homes": {"a": "EUR", "b": "USD"}})
    assert one == same != other


def test_the_digest_follows_what_a_contract_makes_of_rows() -> None:
    words = msgspec.structs.replace(LISTINGS, version="9.9.9", purpose="x", retention_days=3)
    assert digest(LISTINGS, {}) == digest(words, {})
    shorter = msgspec.structs.replace(LISTINGS, columns=LISTINGS.columns[:-1])
    assert digest(LISTINGS, {}) != digest(shorter, {})


def test_a_model_is_its_own_digest() -> None:
    one = Model("m", "1", "a" * 64, b"big")
    assert digest(LISTINGS, {"model": one}) != digest(
        LISTINGS, {"model": msgspec.structs.replace(one, sha256="b" * 64)}
    )
