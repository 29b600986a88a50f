"""A made world of seller accounts whose actors are known, for infra/bench/vendors.py.

Simulated: what honest shops, vendors of counterfeits and their tricks look like is guessed from
what practitioners tell, and each world draws anew how strongly (`_Style`). An actor is a person or
a firm; what it shows on each of its accounts follows its tactic.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
import polars as pl

PLATFORMS = ("harbor", "bazaar", "jishi", "plaza", "kiosk", "agora", "ruins", "aurora")
BRANDS = tuple(f"brand{at}" for at in range(60))
# What a linker may learn from, and what it meets only where it is judged.
KNOWN = (
    "honest",
    "two_shops",
    "open",
    "burner",
    "bought",
    "agency",
    "mall",
    "franchise",
    "reseller",
)
UNKNOWN = ("relaunch", "copycat", "ring", "paste")
_SHARES = {
    "honest": 0.60,
    "two_shops": 0.08,
    "open": 0.06,
    "burner": 0.05,
    "bought": 0.03,
    "agency": 0.03,
    "mall": 0.04,
    "franchise": 0.03,
    "reseller": 0.03,
    "relaunch": 0.05,
    "copycat": 0.03,
    "ring": 0.02,
    "paste": 0.005,
}
_STOCK, _TEMPLATES, _CITIES, _COURIERS = 2000, 300, 200, 25


class World(msgspec.Struct, frozen=True):
    """Sightings and traits as the linker takes them, and the truth: actor and tactic."""

    sightings: pl.DataFrame
    traits: pl.DataFrame
    truth: pl.DataFrame  # seller_key, actor, tactic


class _Actor(msgspec.Struct):
    """What is an actor's own, wherever it sells."""

    name: str
    sentences: list[str]
    opening: str
    template: str
    ladder: str
    assortment: str
    place: str
    hours: np.ndarray
    posture: np.ndarray
    brands: list[str]
    contact: dict[str, str]
    legal: dict[str, str]


class _Style(msgspec.Struct):
    """How strongly this world's actors do what they do."""

    kept: float  # of own sentences that each account shows
    names_alike: float
    gives_contact: float
    own_template: float
    rhythm_h: float
    posture_noise: float


class _How(msgspec.Struct):
    """What one account shows in place of what its actor usually would."""

    contact: dict[str, str] | None = None
    legal: bool | None = None
    sentences: Sequence[str] | None = None
    days: int | None = None
    is_trusted: bool = False


class _Maker:
    """Makes one world; every choice is drawn from one seed."""

    def __init__(self, seed: int, prefix: str) -> None:
        self.rng = np.random.default_rng(seed)
        self.prefix = prefix
        self.count = 0
        self.rows: tuple[list[str], list[str], list[str], list[int]] = ([], [], [], [])
        self.traits: list[tuple[object, ...]] = []
        self.truth: list[tuple[str, str, str]] = []
        self.honest: list[_Actor] = []
        self.rivals: list[_Actor] = []
        draw = self.rng.uniform
        self.style = _Style(
            kept=draw(0.45, 0.75),
            names_alike=draw(0.15, 0.4),
            gives_contact=draw(0.6, 0.85),
            own_template=draw(0.4, 0.8),
            rhythm_h=draw(1.2, 2.4),
            posture_noise=draw(0.05, 0.15),
        )
        self.tactics: dict[str, Callable[[], int]] = {
            name: getattr(self, f"_{name}") for name in _SHARES
        }

    # What is drawn

    def chance(self, share: float) -> bool:
        """Tell yes so often."""
        return bool(self.rng.random() < share)

    def between(self, low: int, high: int) -> int:
        """Give a whole number, both ends included."""
        return int(self.rng.integers(low, high + 1))

    def own(self, what: str) -> str:
        """Give a value that nobody else has."""
        self.count += 1
        return f"{self.prefix}{what}{self.count}"

    def digits(self) -> str:
        """Give a telephone number that nobody else has."""
        self.count += 1
        return f"85{hash_of(self.prefix) % 1000:03d}{self.count:08d}"

    def common(self, what: str, count: int) -> str:
        """Give a value of all the world's, a few of them very common."""
        return f"{what}{int(count * self.rng.random() ** 3)}"

    def actor(self) -> _Actor:
        """Give a new actor."""
        name, number = self.own("actor"), self.digits()
        contact = {"phone": number}
        if self.chance(0.5):
            contact["wechat"] = f"wx{number}" if self.chance(0.4) else self.own("wx")
        if self.chance(0.4):
            contact["mail"] = f"{self.own('mail')}@example.net"
        if self.chance(0.15):
            contact["album"] = self.own("album")
        has_template = self.chance(self.style.own_template)
        return _Actor(
            name=name,
            sentences=[self.own("sentence") for _ in range(self.between(4, 14))],
            opening=self.own("opening") if has_template else self.common("opening", _TEMPLATES),
            template=self.own("template") if has_template else self.common("template", _TEMPLATES),
            ladder=self.own("ladder") if self.chance(0.5) else self.common("ladder", _TEMPLATES),
            assortment=self.own("kinds") if self.chance(0.3) else self.common("kinds", 400),
            place=self.common("city", _CITIES),
            hours=self._rhythm(),
            posture=self.rng.uniform((0.05, 0.0), (1.0, 0.4)),
            brands=[
                BRANDS[at] for at in self.rng.choice(len(BRANDS), self.between(1, 6), replace=False)
            ],
            contact=contact,
            legal={"company": self.own("company"), "address": self.own("address")},
        )

    def _rhythm(self) -> np.ndarray:
        """Give the share of a day's work at each hour: one or two bouts, most of them by day."""
        hour, day = np.arange(24), np.zeros(24)
        for _ in range(self.between(1, 2)):
            peak = self.rng.normal(8, 4.5) % 24  # 16 o'clock in China
            gap = np.minimum(np.abs(hour - peak), 24 - np.abs(hour - peak))
            day += np.exp(-((gap / self.style.rhythm_h) ** 2) / 2)
        return np.asarray(day / day.sum() * 0.9 + 0.1 / 24)

    # What is written down

    def see(self, seller: str, kind: str, value: str, listings: int) -> None:
        """Write down that so many of a seller's listings show a value."""
        for column, cell in zip(self.rows, (seller, kind, value, max(1, listings)), strict=True):
            column.append(cell)  # type: ignore[attr-defined]

    def account(self, actor: _Actor, tactic: str, how: _How | None = None) -> str:
        """Open an account of an actor and show on it what the actor has; gives its key."""
        how = how or _How()
        where = PLATFORMS[self.between(0, len(PLATFORMS) - 1)]
        self.count += 1
        seller = f"{where}:{self.prefix}{self.between(0, 9999):04d}-{self.count}"
        listings = 2 + int(self.rng.lognormal(3.2, 1.0))
        self._identifiers(seller, actor, listings, how)
        for text in actor.sentences if how.sentences is None else how.sentences:
            if self.chance(self.style.kept):
                self.see(seller, "sentence", text, int(listings * self.rng.uniform(0.05, 0.9)))
        for text in sorted({self.common("stock", _STOCK) for _ in range(self.between(1, 6))}):
            self.see(seller, "sentence", text, int(listings * self.rng.uniform(0.05, 0.9)))
        soft = {"opening": actor.opening, "template": actor.template, "place": actor.place}
        soft |= {"price_ladder": actor.ladder, "assortment": actor.assortment}
        for kind, value in soft.items():
            if self.chance(0.7):
                self.see(seller, kind, value, int(listings * self.rng.uniform(0.3, 1.0)))
        self._about(seller, actor, listings, how)
        self.truth.append((seller, actor.name, tactic))
        return seller

    def _identifiers(self, seller: str, actor: _Actor, listings: int, how: _How) -> None:
        contact = how.contact
        if contact is None:
            contact = actor.contact if self.chance(self.style.gives_contact) else {}
        for kind, value in contact.items():
            if self.chance(0.85):
                self.see(seller, kind, value, int(listings * self.rng.uniform(0.2, 1.0)))
        if self.chance(0.3) if how.legal is None else how.legal:
            for kind, value in actor.legal.items():
                self.see(seller, kind, value, listings)

    def _about(self, seller: str, actor: _Actor, listings: int, how: _How) -> None:
        alike = self.chance(self.style.names_alike)
        name = f"{actor.name[-6:]} {self.between(1, 99)}" if alike else self._name()
        hours = self.rng.multinomial(min(listings, 300), actor.hours / actor.hours.sum())
        posture = actor.posture + self.rng.normal(0, self.style.posture_noise, 2)
        brands = [one for one in actor.brands if self.chance(0.7)] or actor.brands[:1]
        days = self.between(10, 2500) if how.days is None else how.days
        where = seller.partition(":")[0]
        known = (seller, where, name, days, brands, hours.tolist(), *posture.tolist())
        self.traits.append((*known, how.is_trusted))

    def _name(self) -> str:
        letters = self.rng.integers(97, 123, self.between(5, 11))
        return "".join(map(chr, letters.tolist()))

    # Tactics; each makes one case and gives how many accounts it made

    def _honest(self) -> int:
        actor = self.actor()
        self.honest.append(actor)
        self.account(actor, "honest")
        return 1

    def _two_shops(self) -> int:
        actor = self.actor()
        self.honest.append(actor)
        for _ in range(2):
            self.account(actor, "two_shops")
        return 2

    def _open(self) -> int:
        actor, count = self.actor(), self.between(3, 12)
        self.rivals.append(actor)
        for _ in range(count):
            self.account(actor, "open", _How(contact=actor.contact))
        return count

    def _burner(self) -> int:
        """A number an account, thrown away; texts and goods stay."""
        actor, count = self.actor(), self.between(3, 12)
        for _ in range(count):
            own = {"phone": self.digits()}
            if self.chance(0.25):
                own |= {kind: one for kind, one in actor.contact.items() if kind != "phone"}
            self.account(actor, "burner", _How(contact=own, legal=False, days=self.between(5, 200)))
        return count

    def _bought(self) -> int:
        """Some accounts were honest before and still show what they showed."""
        actor, count = self.actor(), self.between(3, 8)
        for _ in range(count):
            seller = self.account(actor, "bought", _How(contact=actor.contact, legal=False))
            if self.chance(0.5):
                before = self.actor()
                for kind, value in before.contact.items():
                    self.see(seller, kind, value, self.between(1, 4))
                for text in before.sentences[:4]:
                    self.see(seller, "sentence", text, self.between(1, 6))
        return count

    def _agency(self) -> int:
        """A courier's or an agency's number on every account, as thousands of others have."""
        actor, count = self.actor(), self.between(2, 8)
        for _ in range(count):
            courier = {"phone": f"8690000{int(_COURIERS * self.rng.random() ** 2):04d}"}
            self.account(actor, "agency", _How(contact=courier, legal=False))
        return count

    def _mall(self) -> int:
        """Honest shops of one market hall: one address, one place, nothing else."""
        address, place, count = self.own("hall"), self.common("city", _CITIES), self.between(4, 40)
        for _ in range(count):
            actor = self.actor()
            actor.legal["address"], actor.place = address, place
            self.account(actor, "mall", _How(legal=True))
        return count

    def _franchise(self) -> int:
        """Many people sell one supplier's goods with one supplier's texts."""
        supplier, total = self.actor(), 0
        for _ in range(self.between(4, 12)):
            person = self.actor()
            person.ladder, person.assortment = supplier.ladder, supplier.assortment
            person.template, person.opening = supplier.template, supplier.opening
            person.sentences = [*supplier.sentences, *person.sentences[:2]]
            count = self.between(1, 3)
            for _ in range(count):
                self.account(person, "franchise", _How(legal=False))
            total += count
        return total

    def _reseller(self) -> int:
        """Authorised shops that show their distributor's details, and a few that are not."""
        distributor, count = self.actor(), self.between(6, 30)
        for _ in range(count):
            actor = self.actor()
            actor.legal = distributor.legal
            shown = {**actor.contact, **distributor.contact}
            texts = [*distributor.sentences, *actor.sentences[:3]]
            trusted = self.chance(0.8)
            self.account(
                actor,
                "reseller",
                _How(contact=shown, legal=True, sentences=texts, is_trusted=trusted),
            )
        return count

    def _relaunch(self) -> int:
        """After each takedown new numbers, most texts anew, another company."""
        actor, total = self.actor(), 0
        texts, contact = list(actor.sentences), actor.contact
        for wave in range(self.between(2, 4)):
            count = self.between(2, 4)
            for _ in range(count):
                days = max(5, 300 - 90 * wave)
                self.account(
                    actor,
                    "relaunch",
                    _How(contact=contact, legal=False, sentences=texts, days=days),
                )
            total += count
            texts = [one if self.chance(0.4) else self.own("sentence") for one in texts]
            contact = {
                "phone": self.digits(),
                **({"wechat": self.own("wx")} if self.chance(0.5) else {}),
            }
            if self.chance(0.5):
                actor.template, actor.opening = self.own("template"), self.own("opening")
        return total

    def _copycat(self) -> int:
        """Accounts that take an honest shop's sentences, opening and template for their own."""
        actor, count = self.actor(), self.between(1, 3)
        victims = [self.honest[self.between(0, len(self.honest) - 1)] for _ in range(count)]
        for victim in victims if self.honest else []:
            copied = [*actor.sentences[:4], *victim.sentences]
            one = msgspec.structs.replace(actor, opening=victim.opening, template=victim.template)
            self.account(one, "copycat", _How(legal=False, sentences=copied))
        return count

    def _ring(self) -> int:
        """Each account shares a number with the next only."""
        actor, count = self.actor(), self.between(4, 9)
        numbers = [self.digits() for _ in range(count)]
        for at in range(count):
            shown = {"phone": numbers[at], "whatsapp": numbers[(at + 1) % count]}
            self.account(actor, "ring", _How(contact=shown, legal=False))
        return count

    def _paste(self) -> int:
        """One account that shows its rivals' numbers beside its own."""
        actor = self.actor()
        seller = self.account(actor, "paste", _How(contact=actor.contact, legal=False))
        pool = [*self.rivals, *self.honest]
        for at in self.rng.choice(len(pool), min(len(pool), self.between(4, 12)), replace=False):
            self.see(seller, "phone", pool[at].contact["phone"], self.between(1, 20))
        return 1

    def made(self) -> World:
        """Give what was made, rows in a drawn order."""
        kinds = ("seller_key", "kind", "value", "listing_count")
        sightings = pl.DataFrame(dict(zip(kinds, self.rows, strict=True)))
        sightings = sightings.group_by("seller_key", "kind", "value", maintain_order=True).agg(
            pl.col("listing_count").max()
        )
        names = ("seller_key", "platform", "name_folded", "open_days", "brands", "hours")
        postures = ("posture_discount", "posture_spread", "is_trusted")
        traits = pl.DataFrame(self.traits, [*names, *postures], orient="row")
        truth = pl.DataFrame(self.truth, ["seller_key", "actor", "tactic"], orient="row")
        return World(sightings.sample(fraction=1.0, shuffle=True, seed=1), traits, truth)


def hash_of(text: str) -> int:
    """Give a small number of a text, the same on every machine."""
    return sum((at + 1) * ord(letter) for at, letter in enumerate(text))


def world(seed: int, sellers: int, tactics: Sequence[str] = (*KNOWN, *UNKNOWN)) -> World:
    """Give a world of about so many accounts, in which these tactics are seen."""
    maker = _Maker(seed, f"w{seed}")
    for name in (one for one in _SHARES if one in tactics):
        target, made = int(sellers * _SHARES[name]), 0
        while made < target:
            made += maker.tactics[name]()
    return maker.made()


def tiled(seed: int, sellers: int, worlds: int, tile: int) -> World:
    """Give a very large world: a few worlds over and over, with own names and own values each time.

    Couriers, cities, stock texts and common templates are the same in all of them.
    """
    made = [world(1000 * seed + at, tile) for at in range(worlds)]
    times = range(max(1, sellers // (worlds * tile)))
    copies = [_copy(one, f"x{at}") for one in made for at in times]
    return World(*(pl.concat([one[at] for one in copies]) for at in range(3)))


def _copy(of: World, name: str) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Give all of a world under other names."""
    is_own = pl.col("value").str.contains("^w|^85")
    other = pl.col("value") + name
    key = (pl.col("seller_key") + name).alias("seller_key")
    value = pl.when(is_own).then(other).otherwise("value").alias("value")
    return (
        of.sightings.with_columns(key, value),
        of.traits.with_columns(key),
        of.truth.with_columns(key, pl.col("actor") + name),
    )


def with_agency(of: World, sellers: int, seed: int) -> World:
    """Give the world with one agency's number shown by so many honest shops."""
    hit = _honest_of(of, sellers, seed)
    return _shown(of, hit, "phone", "869999000000", 20)


def with_stock_sentence(of: World, listings: int, seed: int) -> World:
    """Give the world with one more stock sentence, in so many listings of honest shops."""
    per_seller = 10
    return _shown(
        of, _honest_of(of, listings // per_seller, seed), "sentence", "stock!", per_seller
    )


def with_pasted(of: World, vendors: int, numbers: int, seed: int) -> World:
    """Give the world with new accounts, each showing so many others' numbers and one of its own."""
    rng = np.random.default_rng(seed)
    phones = of.sightings.filter(pl.col("kind") == "phone").group_by("value").len().sort("value")
    own = phones.filter(pl.col("len") <= 12)["value"]  # noqa: PLR2004 - an actor's, no agency's
    new, rows = [], []
    for at in range(vendors):
        key = f"harbor:paste{at}"
        chosen = own.gather(rng.choice(len(own), numbers, replace=False)).to_list()
        rows += [(key, "phone", value, 10) for value in (*chosen, f"87000{at:07d}")]
        hours = rng.multinomial(40, np.full(24, 1 / 24)).tolist()
        new.append((key, "harbor", f"paste{at}", 100, ["brand1"], hours, 0.3, 0.1, False))
    pasted = pl.DataFrame(rows, of.sightings.schema, orient="row")
    about = pl.DataFrame(new, of.traits.schema, orient="row")
    truth = pl.DataFrame([(one[0], one[0], "pasted") for one in new], of.truth.schema, orient="row")
    return World(
        pl.concat([of.sightings, pasted]),
        pl.concat([of.traits, about]),
        pl.concat([of.truth, truth]),
    )


def _honest_of(of: World, sellers: int, seed: int) -> pl.Series:
    honest = of.truth.filter(pl.col("tactic").is_in(["honest", "two_shops", "mall"]))["seller_key"]
    return honest.sort().sample(min(sellers, len(honest)), seed=seed)


def _shown(of: World, sellers: pl.Series, kind: str, value: str, listings: int) -> World:
    more = pl.DataFrame({"seller_key": sellers}).with_columns(
        pl.lit(kind).alias("kind"),
        pl.lit(value).alias("value"),
        pl.lit(listings, dtype=pl.Int64).alias("listing_count"),
    )
    return msgspec.structs.replace(of, sightings=pl.concat([of.sightings, more]))


def without_hard(of: World, kinds: Sequence[str]) -> World:
    """Give the world with these kinds hidden."""
    return msgspec.structs.replace(
        of, sightings=of.sightings.filter(~pl.col("kind").is_in([*kinds]))
    )
