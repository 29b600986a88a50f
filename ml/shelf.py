"""Promotes a version to champion, which scores from then on, if it passes its gate; and back.

Which champion came before is a tag of the version that replaced it, written before the alias moves:
a command that is killed in between has changed nothing that scores, and comes out the same again.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from conf.errors import GateError, ModelError
from conf.model import Gate
from conf.model import model as read_model
from conf.site import Site
from jobs import models
from jobs.models import CHALLENGER, CHAMPION, Version
from ml import registry
from ml.gate import Check, against
from ml.judge import JUDGED_AT, chosen

BEFORE = "champion_before"  # tag: the champion that this version replaced
BACK_FROM = "back_from"  # tag of a champion by roll-back: the one that it replaced so


class Promoted(msgspec.Struct, frozen=True):
    """What promotion came to."""

    model: str
    version: str
    was_champion: bool
    checks: tuple[Check, ...]


class RolledBack(msgspec.Struct, frozen=True):
    """What a roll-back came to."""

    model: str
    version: str  # that scores now
    back_from: str
    was_champion: bool  # it was rolled back before, and nothing changed


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
        before = models.champion(site)
        _check_not_back(name, version, before, number)
        checks = _passed(site, name, version, gate)
        models.load(site, version)  # a champion that cannot be read would stop every score
        was_champion = CHAMPION in version.aliases
        if not was_champion:
            _crown(site, version, {BEFORE: before.number if before else None, BACK_FROM: None})
        return Promoted(name, version.number, was_champion, checks)


def rollback(site: Site, name: str) -> RolledBack:
    """Let the champion before this one score again; once more changes nothing.

    Raises:
        ModelError: there is no champion, none before it, or that one cannot be read any more.

    """
    read_model(name)
    site = models.of(site, name)
    with registry.held(site, name):
        now = models.champion(site)
        if now is None:
            raise ModelError(f"model {name} has no champion to go back from: the rules score")
        if back_from := now.tags.get(BACK_FROM):
            return RolledBack(name, now.number, back_from, was_champion=True)
        number = now.tags.get(BEFORE)
        if number is None:
            raise ModelError(
                f"model {name} version {now.number} replaced no champion that is known of; "
                f"`countermark model promote {name} --version N` lets another version score"
            )
        before = models.named(site, number)
        models.load(site, before)
        _crown(site, before, {BACK_FROM: now.number})
        return RolledBack(name, number, now.number, was_champion=False)


def _passed(site: Site, name: str, version: Version, gate: Gate) -> tuple[Check, ...]:
    """Hold a version's judgement against the gate, and give each number if all hold."""
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
    return checks


def _check_not_back(
    name: str, version: Version, champion: Version | None, number: str | None
) -> None:
    """Refuse to bring back by default what was rolled back: a schedule would do it by night."""
    if champion and number is None and champion.tags.get(BACK_FROM) == version.number:
        raise GateError(
            f"model {name} version {version.number} was rolled back to version {champion.number}; "
            f"to promote it all the same, `countermark model promote {name} --version "
            f"{version.number}`"
        )


def _crown(site: Site, version: Version, tags: Mapping[str, str | None]) -> None:
    """Write a version's tags, then let it score; a champion is no challenger any more."""
    opened = registry.client(site)
    for tag, value in tags.items():
        if value is not None:
            opened.set_model_version_tag(site.model, version.number, tag, value)
        elif tag in version.tags:
            opened.delete_model_version_tag(site.model, version.number, tag)
    opened.set_registered_model_alias(site.model, CHAMPION, version.number)
    if CHALLENGER in version.aliases:
        opened.delete_registered_model_alias(site.model, CHALLENGER)
    models.shelf(site)  # kept while MLflow is loaded, so that jobs need not load it


def listed(site: Site) -> list[Shelved]:
    """Give every version of the site's model, oldest first."""
    return [_shelved(version) for version in models.shelf(site)]


def _shelved(version: Version) -> Shelved:
    def tag(name: str) -> str:
        return version.tags.get(name, "")

    return Shelved(
        version=version.number,
        champion=", ".join(version.aliases),
        sha256=tag(models.SHA256)[:12],
        platform_auc=tag("platform_auc"),
        later_auc=tag("later_auc"),
        seller_auc=tag("seller_auc"),
        precision=tag("precision"),
        judged_at=tag(JUDGED_AT)[:19],
    )
