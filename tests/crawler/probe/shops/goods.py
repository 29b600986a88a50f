"""What the shops of these tests sell: things with a title, a price as shown, and a seller."""

from __future__ import annotations

from typing import NamedTuple

_MAKERS = ("Brennholm", "Corvin", "Dunmore", "Elstow", "Farrow", "Gilden")
_THINGS = ("field watch", "leather belt", "card holder", "wool scarf")
_SELLERS = ("Harbour Goods", "Old Mill Trading", "Nineteen North", "Tern & Sons", "Blue Kettle")


class Good(NamedTuple):
    """One thing on sale."""

    number: int
    title: str
    cents: int
    seller: str
    seller_number: int
    kind: int  # of its category

    @property
    def slug(self) -> str:
        """Its title as an address has it."""
        return self.title.lower().replace(" ", "-")

    @property
    def amount(self) -> str:
        """What it costs, with a point."""
        return f"{self.cents // 100}.{self.cents % 100:02}"

    @property
    def euros(self) -> str:
        """What it costs, as Germans write it."""
        return f"{self.cents // 100:,}".replace(",", ".") + f",{self.cents % 100:02} €"


def goods(count: int = 20) -> tuple[Good, ...]:
    """Give things that differ in title and price; a few sellers share them."""
    return tuple(
        Good(
            number=4_100 + 7 * at,
            title=f"{_MAKERS[at % 6]} {_THINGS[at % 4]} no {at + 11}",
            cents=1_995 + 7_310 * at,
            seller=_SELLERS[at % 5],
            seller_number=31 + at % 5,
            kind=at % 4,
        )
        for at in range(count)
    )


def page_of(every: tuple[Good, ...], number: str | int | None, size: int = 4) -> tuple[Good, ...]:
    """Give one page of a list, counted from 1."""
    at = int(number or 1) - 1
    return every[at * size : (at + 1) * size]
