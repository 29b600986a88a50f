"""What jobs may be given besides tables: each made when a job first names it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from conf import brand, country, currency, model, platform, weights
from conf.errors import ConfError
from conf.site import Site
from jobs.clean import _signs

# The framework's own, of which another value alone is no reason to run again: the versions that
# were read, by the input's name, and the table's own rows of the last run, none the first time.
VERSIONS, BEFORE = "versions", "before"
FRAMEWORK = frozenset({VERSIONS, BEFORE})


class Givens:
    """The givens of one run, by the name of a job's keyword-only parameter."""

    def __init__(self, site: Site, today: date, made: Mapping[str, Any] | None = None) -> None:
        """Take the site and the day; what is `made` already is given as it is."""
        self._makers: dict[str, Callable[[], Any]] = {
            "audit_a_day": lambda: model.model(site.model).watch.audit_a_day,
            "brands": lambda: brand.brands(site.brands),
            "challenger": lambda: _challenger(site),
            "countries": country.countries,
            "currencies": currency.currencies,
            "home_countries": lambda: home_countries(site),
            "home_currencies": lambda: home_currencies(site),
            "lexicons": _signs.lexicons,
            "linker": lambda: _linker(site),
            "model": lambda: _scorer(site),
            "shadow_share": lambda: model.model(site.model).watch.shadow_share,
            "today": lambda: today,
            "weights": lambda: weights.of_site(site),
        }
        self._made: dict[str, Any] = dict(made or {})

    @property
    def names(self) -> frozenset[str]:
        """Name the givens that there are, beside the framework's own."""
        return frozenset(self._makers)

    def take(self, names: Iterable[str]) -> dict[str, Any]:
        """Give those of these names, without what is the framework's to give.

        Raises:
            ConfError: there is no given of that name.

        """
        return {name: self._one(name) for name in names if name not in FRAMEWORK}

    def is_idle(self, names: Iterable[str]) -> bool:
        """Tell whether a job of these givens has nothing to do: one of them is there for nobody."""
        return any(value is None for value in self.take(names).values())

    def _one(self, name: str) -> Any:
        if name not in self._makers:
            known = ", ".join(sorted({*self.names, *FRAMEWORK}))
            raise ConfError(f"no job can be given {name!r}; there are: {known}")
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]


def home_currencies(site: Site) -> dict[str, str]:
    """Give the currency that each platform's prices are in when they name none."""
    found = platform.platforms(site.platforms)
    return {one.name: one.currency for one in found if one.currency is not None}


def home_countries(site: Site) -> dict[str, str]:
    """Give the country of each platform's market, where there is one."""
    found = platform.platforms(site.platforms)
    return {one.name: one.country for one in found if one.country is not None}


def _scorer(site: Site) -> Any:
    from jobs.models import scorer

    return scorer(site)


def _linker(site: Site) -> Any:
    from jobs.vendors._linker import of_site

    return of_site(site)


def _challenger(site: Site) -> Any:
    from jobs.models import challenger, load

    found = challenger(site)
    return None if found is None else load(site, found)
