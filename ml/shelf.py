"""Promotes a version to champion, which scores from then on, if it passes its gate."""

from __future__ import annotations

import msgspec

from conf.errors import GateError, ModelError
from conf.model import model as read_model
from conf.site import Site
from jobs import models
from jobs.models import CHAMPION, Version
from ml import registry
from ml.gate import Check, against
from ml.judge import JUDGED_AT, chosen


class Promoted(msgspec.Struct, frozen=True):
    """What promotion came to."""

    model: str
    version: str
    was_champion: bool
    checks: tuple[Check, ...]


class Shelved(msgspec.Struct, frozen=True):
    """One version, for people."""

    version: str
    champion: str
    sha256: str
    platform_auc: str
    later_auc: str
    seller_auc: str
    precision: str
    judged_at: str


def promote(site: Site, name: str, number: str | None = None) -> Promoted:
    """Make a version the champion, the newest by default; nothing changes if it is.

    Raises:
        ModelError: it was not judged.
        GateError: a number of its judgement does not pass the gate.

    """
    gate = read_model(name).gate
    site = models.of(site, name)
    with registry.held(site, name):
        version = chosen(site, name, number)
        judged = models.judged_of(site, version) if JUDGED_AT in version.tags else None
        if judged is None:
            raise ModelError(
                f"model {name} version {version.number} was not judged: `countermark model judge "
                f"{name}` does"
            )
        checks = against(gate, judged)
        if failing := [str(one) for one in checks if not one.holds]:
            raise GateError(
                f"model {name} version {version.number} stays where it is: {'; '.join(failing)}"
            )
        models.load(site, version)  # a champion that cannot be read would stop every score
        was_champion = CHAMPION in version.aliases
        if not was_champion:
            opened = registry.client(site)
            opened.set_registered_model_alias(site.model, CHAMPION, version.number)
            models.shelf(site)  # kept while MLflow is loaded, so that jobs need not load it
        return Promoted(name, version.number, was_champion, checks)


def listed(site: Site) -> list[Shelved]:
    """Give every version of the site's model, oldest first."""
    return [_shelved(version) for version in models.shelf(site)]


def _shelved(version: Version) -> Shelved:
    def tag(name: str) -> str:
        return version.tags.get(name, "")

    return Shelved(
        version=version.number,
        champion="champion" if CHAMPION in version.aliases else "",
        sha256=tag(models.SHA256)[:12],
        platform_auc=tag("platform_auc"),
        later_auc=tag("later_auc"),
        seller_auc=tag("seller_auc"),
        precision=tag("precision"),
        judged_at=tag(JUDGED_AT)[:19],
    )
