"""Brand names as counterfeiters write them to be read by people and not by filters."""

from __future__ import annotations

from collections.abc import Callable

from infra.sandbox.alliance.sheet import Member
from infra.sandbox.world.dice import Dice

_TWINS = dict(zip("aceopxyiABCEHKMOPTX", "асеорхуіАВСЕНКМОРТХ", strict=True))
_LEET = {"o": "0", "e": "3", "a": "4", "i": "1", "l": "1", "s": "5", "b": "8", "t": "7"}
_HIDDEN = ("\u200b", "\u200c", "\u2060", "\u00ad")
_SPACERS = (" ", ".", "-", "·", "_")
_COVERS = ("*", "#", "•")


def disguised(member: Member, shown: str, language: str, dice: Dice) -> str:
    """Give a brand's name in disguise; `shown` is how it is written openly."""
    made = dice.pick(_EASTERN if _is_eastern(shown) else _WAYS)(shown, dice)
    if dice.happens(0.16):
        made = _nickname(member, language, dice) or made
    return made if made != shown else _hidden(shown, dice)


def _twins(text: str, dice: Dice) -> str:
    """Put letters of another alphabet that look the same."""
    return _swapped(text, _TWINS, dice)


def _leet(text: str, dice: Dice) -> str:
    """Put digits for letters."""
    return _swapped(text, _LEET, dice)


def _swapped(text: str, table: dict[str, str], dice: Dice) -> str:
    places = [at for at, letter in enumerate(text) if letter in table]
    chosen = set(dice.some(places, 1 + dice.below(2 + len(places) // 2)))
    return "".join(table[one] if at in chosen else one for at, one in enumerate(text))


def _spaced(text: str, dice: Dice) -> str:
    """Put something between all letters."""
    return dice.pick(_SPACERS).join(text.replace(" ", ""))


def _hidden(text: str, dice: Dice) -> str:
    """Put letters between that nobody sees."""
    sign = dice.pick(_HIDDEN)
    at = 1 + dice.below(max(1, len(text) - 1))
    return sign.join(text) if dice.happens(0.4) else text[:at] + sign + text[at:]


def _covered(text: str, dice: Dice) -> str:
    """Cover one letter or two."""
    places = dice.some(range(1, max(2, len(text) - 1)), 1 + dice.below(2))
    sign = dice.pick(_COVERS)
    return "".join(sign if at in places else one for at, one in enumerate(text))


def _misspelt(text: str, dice: Dice) -> str:
    """Double, drop or swap a letter."""
    at = 1 + dice.below(max(1, len(text) - 2))
    way = dice.below(3)
    if way == 0:
        return text[:at] + text[at] + text[at:]
    if way == 1 and len(text) > 5:
        return text[:at] + text[at + 1 :]
    return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]


def _initials(text: str, dice: Dice) -> str:
    """Leave the vowels out, or all but the first letters."""
    bare = text[0] + "".join(one for one in text[1:] if one.casefold() not in "aeiouyáéíóúü& ")
    return bare.upper() if dice.happens(0.5) else bare.capitalize()


def _eastern_spaced(text: str, dice: Dice) -> str:
    return dice.pick((" ", "·", "/", "*")).join(text)


def _eastern_covered(text: str, dice: Dice) -> str:
    at = dice.below(len(text))
    return text[:at] + dice.pick(("*", "x", "口", "某")) + text[at + 1 :]


_WAYS: tuple[Callable[[str, Dice], str], ...] = (
    _twins,
    _twins,
    _leet,
    _leet,
    _spaced,
    _hidden,
    _hidden,
    _covered,
    _misspelt,
    _initials,
)
_EASTERN: tuple[Callable[[str, Dice], str], ...] = (
    _eastern_spaced,
    _eastern_covered,
    _hidden,
)


def _nickname(member: Member, language: str, dice: Dice) -> str | None:
    """Give what buyers in the know call a brand."""
    fit = [one for one in member.nicknames if _is_eastern(one) == (language == "zh")]
    return dice.pick(fit) if fit else None


def _is_eastern(text: str) -> bool:
    return any("\u3400" <= one <= "\u9fff" for one in text)
