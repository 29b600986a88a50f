"""Kinds of account and of listing, and how they are mixed."""

from __future__ import annotations

from enum import IntEnum

import msgspec


class Trade(IntEnum):
    """What an account is."""

    BRAND_SHOP = 0
    AUTHORISED = 1
    GREY_TRADER = 2
    PRIVATE = 3
    ACCESSORY_SHOP = 4
    MAKER = 5  # of things that look like a brand's and bear no mark
    GENERAL_SHOP = 6
    COUNTERFEITER = 7


class Kind(IntEnum):
    """What a listing is."""

    BRAND_SHOP = 0
    AUTHORISED = 1
    GREY_MARKET = 2
    SECOND_HAND = 3
    ACCESSORY = 4
    LOOK_ALIKE = 5
    BARGAIN = 6
    GENERIC = 7
    COUNTERFEIT = 8


class Habits(msgspec.Struct, frozen=True):
    """How accounts of one kind are: their share of a marketplace, size, pace, and what they list.

    A place is filled anew every so many days; what they list is in thousandths.
    """

    share: float
    least: int
    most: int
    shortest_days: int
    longest_days: int
    lists: dict[Kind, int]


HABITS = {
    Trade.BRAND_SHOP: Habits(0.03, 2, 9, 120, 400, {Kind.BRAND_SHOP: 1000}),
    Trade.AUTHORISED: Habits(
        0.055,
        3,
        14,
        60,
        240,
        {Kind.AUTHORISED: 920, Kind.ACCESSORY: 40, Kind.GENERIC: 40},
    ),
    Trade.GREY_TRADER: Habits(
        0.055,
        2,
        16,
        30,
        140,
        {
            Kind.GREY_MARKET: 750,
            Kind.COUNTERFEIT: 50,
            Kind.ACCESSORY: 50,
            Kind.BARGAIN: 30,
            Kind.GENERIC: 120,
        },
    ),
    Trade.PRIVATE: Habits(
        0.15,
        1,
        4,
        14,
        90,
        {Kind.SECOND_HAND: 505, Kind.BARGAIN: 90, Kind.COUNTERFEIT: 15, Kind.GENERIC: 390},
    ),
    Trade.ACCESSORY_SHOP: Habits(
        0.08,
        4,
        28,
        60,
        300,
        {Kind.ACCESSORY: 790, Kind.GENERIC: 210},
    ),
    Trade.MAKER: Habits(
        0.065,
        3,
        20,
        50,
        260,
        {Kind.LOOK_ALIKE: 700, Kind.GENERIC: 300},
    ),
    Trade.GENERAL_SHOP: Habits(
        0.41,
        2,
        40,
        40,
        300,
        {Kind.GENERIC: 880, Kind.BARGAIN: 45, Kind.ACCESSORY: 40, Kind.LOOK_ALIKE: 35},
    ),
    Trade.COUNTERFEITER: Habits(
        0.145,
        2,
        18,
        14,
        80,
        {Kind.COUNTERFEIT: 830, Kind.GENERIC: 110, Kind.LOOK_ALIKE: 40, Kind.ACCESSORY: 20},
    ),
}
