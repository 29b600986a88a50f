"""What two offers share and what is left over, and how a pair stands among all others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.match._likeness import likeness, rarity
from jobs.match._offer import Offer, Said, bare, offer
from jobs.match._pool import NAMES, VIEWS, Pool

PHONE = Said(
    title="denon dvd-2930ci dvd player 8 gb",
    brand="denon",
    number="dvd2930ci",
    description="dvd video, 8gb of memory",
    price=448.0,
)
SAME = Said(title="denon dvd2930ci player black", price=224.0)
OTHER = Said(title="denon dvd-3930ci dvd player", brand="denon", price=900.0)
MADE = st.builds(
    Said,
    title=st.text(max_size=40),
    brand=st.text(max_size=8),
    number=st.text(max_size=8),
    description=st.text(max_size=80),
    price=st.none() | st.floats(0, 1e6),
)


def vectors(*said: Said) -> list[Offer]:
    return [offer(one) for one in said]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("Kx-Tg9343t", {"KxTg9343t"}),
        ("size 42, 128gb", {"128gb"}),
        ("part 358348-b21 and 27514", {"358348b21", "27514"}),
        ("model (x1c) 90 mp3", set()),  # too short to be a style number
        ("t048.417.27.057.01 watch", {"t0484172705701"}),
    ],
)
def test_style_numbers(text: str, codes: set[str]) -> None:
    assert offer(Said(title=text)).of_title.codes == codes


def test_amounts_are_numbers_with_units() -> None:
    told = offer(PHONE)
    assert told.of_title.amounts == {(8.0, "gb")}
    assert (8.0, "gb") in told.of_all.amounts
    assert told.number == "dvd2930ci"
    assert bare("KX-TG 9343_t") == "KXTG9343t"


def test_a_pair_is_what_is_shared_and_what_is_left() -> None:
    one, same, other = vectors(PHONE, SAME, OTHER)
    rare = rarity([one, same, other])
    right, wrong = likeness(one, same, rare), likeness(one, other, rare)
    assert (right["title_code_shared"], right["title_code_differs"]) == (1, False)
    assert (wrong["title_code_shared"], wrong["title_code_differs"]) == (0, True)
    assert wrong["title_code_near"] == pytest.approx(8 / 9)  # one letter of nine
    assert right["number_in_theirs"] is True
    assert wrong["number_in_theirs"] is False
    assert right["price_apart"] == pytest.approx(np.log(2))
    assert right["title_rarest_theirs"] == rare("black")
    assert right["title_jaccard"] == pytest.approx(2 / 8)  # denon, player; of eight words


def test_what_is_not_told_is_not_a_number() -> None:
    one, other = vectors(Said(title="a watch"), Said(title="a watch", price=10.0))
    told = likeness(one, other, rarity([one, other]))
    missing = {name for name, value in told.items() if np.isnan(value)}
    assert {"price_ratio", "brand_alike", "number_alike", "description_set"} <= missing
    assert not any("price" in name and name not in missing for name in told)


@given(MADE, MADE)
def test_any_two_texts_have_every_measure(one: Said, other: Said) -> None:
    first, second = vectors(one, other)
    rare = rarity([first, second])
    names = [*likeness(first, first, rare)]
    assert [*likeness(first, second, rare)] == names
    assert len(set(names)) == len(names)


def test_the_best_of_a_pool_stands_first() -> None:
    ours = vectors(PHONE, OTHER)
    theirs = vectors(SAME, OTHER, Said(title="garden chair"))
    told = Pool(ours, theirs).standing([(0, 0), (0, 1), (1, 1), (0, 2)])
    assert told.shape == (4, len(NAMES))
    nearer = told[:, NAMES.index("codes_nearer")]
    assert nearer[0] == 0  # none of theirs has a number nearer to ours
    assert nearer[1] == pytest.approx(np.log1p(1))
    ahead = told[:, NAMES.index("words_ahead")]
    assert ahead[2] > 0 > ahead[3]
    assert told[2, NAMES.index("words_cosine")] == pytest.approx(1.0, abs=1e-5)


def test_standing_is_that_of_a_plain_count() -> None:
    """Against cosines written out, on texts of chance."""
    chance = np.random.default_rng(3)
    words = [f"w{n}" for n in range(30)]
    sides = [
        vectors(*(Said(title=" ".join(chance.choice(words, 6))) for _ in range(25)))
        for _ in range(2)
    ]
    pairs = [(int(i), int(j)) for i, j in chance.integers(0, 25, (40, 2))]
    told = Pool(*sides).standing(pairs)
    every = [*sides[0], *sides[1]]
    count = {word: sum(word in one.of_all.words for one in every) for word in words}
    weight = {word: 1 + np.log((1 + len(every)) / (1 + many)) for word, many in count.items()}

    def vector(one: Offer) -> np.ndarray:
        found = np.array(
            [(1 + np.log(n)) * weight[w] if (n := one.words.count(w)) else 0.0 for w in words]
        )
        return found / np.linalg.norm(found)

    cosines = np.array([[vector(a) @ vector(b) for b in sides[1]] for a in sides[0]])
    for (i, j), row in zip(pairs, told, strict=True):
        others = np.delete(cosines[i], j)
        assert row[NAMES.index("words_cosine")] == pytest.approx(cosines[i, j], abs=1e-5)
        assert row[NAMES.index("words_nearer")] == pytest.approx(
            np.log1p((others > cosines[i, j] + 1e-6).sum()), abs=1e-6
        )
        assert row[NAMES.index("words_ahead")] == pytest.approx(
            cosines[i, j] - max(others.max(), 0), abs=1e-5
        )


def test_a_pool_may_be_empty_of_terms() -> None:
    ours, theirs = vectors(Said(title="")), vectors(Said(title="?"))
    told = Pool(ours, theirs).standing([(0, 0)])
    assert told.shape == (1, len(VIEWS) * 7)
    assert np.isfinite(told).all()
