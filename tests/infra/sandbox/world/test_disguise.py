"""Disguised names: no plain one left, most of them to be read again."""

from __future__ import annotations

import pytest

from conf.brand import brands
from infra.sandbox.alliance.sheet import Member, sheet
from infra.sandbox.world.dice import Dice, key
from infra.sandbox.world.disguise import disguised
from jobs.clean._fold import fold
from jobs.match._disguise import guess
from jobs.match._index import Index

MEMBERS = {member.key: member for member in sheet().brands}


@pytest.mark.parametrize("member", MEMBERS.values(), ids=lambda one: one.key)
def test_a_disguise_is_never_the_plain_name(member: Member) -> None:
    for at in range(300):
        for language, shown in (("en", member.latin), ("zh", member.aliases[-1])):
            made = disguised(member, shown, language, Dice(key(member.key, at)))
            assert made.strip()
            assert made != shown


def test_a_matcher_reads_many_of_them_and_not_all() -> None:
    index = Index(brands())
    read = tried = 0
    for member in MEMBERS.values():
        for at in range(60):
            made = disguised(member, member.latin, "en", Dice(key("read", member.key, at)))
            folded = fold(f"{made} new in box")
            hits = index.find(folded.text) or guess(
                index, folded.text, is_disguised=folded.is_disguised
            )
            tried += 1
            read += any(hit.sign.brand == member.key for hit in hits)
    assert 0.5 < read / tried < 0.95
