"""How counterfeits are offered: the tactic of an account and listing, and the guise it takes."""

from __future__ import annotations

from infra.sandbox.world.dice import Dice
from infra.sandbox.world.entries import Account
from infra.sandbox.world.kinds import Trade
from infra.sandbox.world.vendors import Manner, vendor

_FAVOURITE = 0.55  # of an account's listings take the guise that it likes best
# What a taken-over shop or one that was taken down would rather not be seen with.
_HIJACKED = {"price_dumping": 5.0, "price_matching": 3.0, "official_photo": 2.0}


_UNKNOWING = {
    Trade.GREY_TRADER: ("mixed_stock", "price_matching"),
    Trade.PRIVATE: ("unwitting_resale", "posing_as_used"),
}


def presented(world: int, account: Account, chance: int) -> tuple[str, str]:
    """Give the tactic and the guise of one counterfeit of an account."""
    if account.vendor is None:  # who sells it does not know, or does not want to
        return _UNKNOWING[account.trade]
    dice = Dice(chance, 41)
    guise = _guise(world, account, dice)
    if account.manner is Manner.HIJACKED:
        return "hijacked_account", guise
    if account.manner is Manner.RELISTING:
        return "relisting", guise
    return guise, guise


def _guise(world: int, account: Account, dice: Dice) -> str:
    if account.manner is Manner.HIJACKED:
        return dice.weighed(_HIJACKED)
    weights = vendor(world, account.vendor or 0).guises
    favourite = Dice(account.key, 42).weighed(weights)
    return favourite if dice.happens(_FAVOURITE) else dice.weighed(weights)
