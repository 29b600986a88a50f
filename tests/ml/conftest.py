"""A small lake with labelled listings of three platforms, written without Spark."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from deltalake import write_deltalake

from conf import model as conf_model
from conf.model import Gate, Model
from conf.site import Site
from ml import registry

if TYPE_CHECKING:
    import pyarrow as pa

NAME = "counterfeit"
LOOSE = Gate(0.5, 0.5, 0.5, 0.0, largest_missing_auc=1.0)
Rewrite = Callable[..., Model]

PLATFORMS = ("bazaar", "markt", "mercato")
FIRST = datetime(2026, 6, 1, tzinfo=UTC)
SELLERS, OFFERS = 36, 4  # of each platform, of each seller


def offer(dice: random.Random, platform: str, seller: int, number: int) -> dict[str, Any]:
    """Give everything about one offer; every other seller deals in copies, most of them plainly."""
    is_fake = seller % 2 == 0
    is_plain = dice.random() < 0.75
    words = "1:1 mirror copy" if is_fake and is_plain else "watch"
    low, high = (0.05, 0.5) if is_fake else (0.35, 1.2)
    return {
        "key": f"{platform}:{seller}-{number}",
        "seller": f"{platform}:{seller}",
        "platform": platform,
        "title": f"Orris Lago 38 {words}",
        "ratio": dice.uniform(low, high),
        "is_fake": is_fake,
        "is_called_fake": is_fake != (dice.random() < 0.08),  # people err
        "seen": FIRST + timedelta(days=dice.randrange(100)),
        "is_silent": platform == "markt",  # a platform that shows no description
    }


def offers(seed: int = 5) -> list[dict[str, Any]]:
    """Give the offers of all platforms."""
    dice = random.Random(seed)
    return [
        offer(dice, platform, seller, number)
        for platform in PLATFORMS
        for seller in range(SELLERS)
        for number in range(OFFERS)
    ]


def tables(found: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Give the rows of every table that a model learns from."""
    sellers = sorted({one["seller"] for one in found})
    return {
        "listings": [_listing(one) for one in found],
        "listing_matches": [_match(one) for one in found],
        "sellers": [],
        "seller_features": [
            {"seller_key": key, "share_far_below_reference": _share(found, key)} for key in sellers
        ],
        "decisions": [_decision(at, one) for at, one in enumerate(found)],
    }


def _listing(one: dict[str, Any]) -> dict[str, Any]:
    text = None if one["is_silent"] else "a fine watch in its box"
    return {
        "listing_key": one["key"],
        "platform": one["platform"],
        "seller_key": one["seller"],
        "title": one["title"],
        "title_folded": one["title"].lower(),
        "description": text,
        "description_folded": text,
        "language": "en" if one["platform"] == "bazaar" else "de",
        "observed_at": one["seen"],
    }


def _match(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "listing_key": one["key"],
        "seller_key": one["seller"],
        "brand": "orris",
        "claim": "claim",
        "price_to_reference": one["ratio"],
        "is_brand_shop": False,
        "is_authorised_seller": False,
    }


def _share(found: list[dict[str, Any]], seller: str) -> float:
    own = [one["ratio"] < 0.5 for one in found if one["seller"] == seller]
    return sum(own) / len(own)


def _decision(at: int, one: dict[str, Any]) -> dict[str, Any]:
    decided = one["seen"] + timedelta(days=2)
    return {
        "decision_id": f"{at:064d}",
        "decided_at": decided,
        "decided_on": decided.date(),
        "subject_kind": "listing",
        "subject_key": one["key"],
        "verdict": "counterfeit" if one["is_called_fake"] else "genuine",
        "basis": "brand",
    }


@pytest.fixture(scope="session")
def empty_registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry's database without a model, made once: MLflow takes seconds to make one."""
    path = tmp_path_factory.mktemp("registry") / "mlflow.db"
    registry._make(path)
    return path


@pytest.fixture
def write(site: Site, rows: Callable[..., pa.Table]) -> Callable[..., None]:
    """`write({table: rows})`: write the tables anew, one commit each."""

    def write(given: dict[str, list[dict[str, Any]]]) -> None:
        for table, found in given.items():
            write_deltalake(str(site.lake / table), rows(table, *found), mode="overwrite")

    return write


@pytest.fixture
def learned(site: Site, write: Callable[..., None], empty_registry: Path) -> Site:
    """A site whose lake holds the labelled listings, and its registry nothing yet."""
    write(tables(offers()))
    shutil.copy(empty_registry, site.home / "mlflow.db")
    return site


@pytest.fixture
def rewrite(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Rewrite:
    """`rewrite(field=value)`: the model's YAML in a folder of its own, with few trees, changed."""
    made = conf_model.model(NAME)
    quick = msgspec.structs.replace(made, parameters=made.parameters | {"rounds": 30}, gate=LOOSE)
    folder = tmp_path / "models"
    folder.mkdir()
    monkeypatch.setattr(conf_model, "MODELS", folder)
    monkeypatch.setattr(conf_model.model, "__defaults__", (folder,))

    def rewrite(**changes: Any) -> Model:
        changed = msgspec.structs.replace(quick, **changes)
        (folder / f"{NAME}.yaml").write_bytes(msgspec.yaml.encode(changed))
        return changed

    return rewrite


@pytest.fixture
def small(rewrite: Rewrite) -> Model:
    """The model with few trees, and a gate that a small lake can pass."""
    return rewrite()
