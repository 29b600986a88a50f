"""Brands: one file each, or a catalogue; and every photo is the one that its hash says."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from conf import brand
from conf.errors import ConfError
from crawler.pictures import picture

ALPHA = {"key": "alpha", "name": "Alpha", "industry": "tea", "country": "GB", "marks": ["Alpha"]}
BETA = ALPHA | {"key": "beta", "name": "Beta", "marks": ["Beta", "ALPHA"]}


def write(folder: Path, *found: dict[str, object]) -> None:
    for one in found:
        (folder / f"{one['key']}.yaml").write_text(yaml.safe_dump(one))


def test_a_folder_and_a_catalogue_give_the_same(tmp_path: Path) -> None:
    gamma = ALPHA | {"key": "gamma", "marks": ["Gamma"]}
    write(tmp_path, gamma, ALPHA)
    catalogue = tmp_path / "all" / "catalogue.yaml"
    catalogue.parent.mkdir()
    catalogue.write_text(yaml.safe_dump({"brands": [gamma, ALPHA]}))
    assert brand.brands(catalogue) == brand.brands(tmp_path)
    assert [one.key for one in brand.brands(tmp_path)] == ["alpha", "gamma"]
    assert brand.brand("alpha", tmp_path).gates.red_flag == 80.0


def test_two_that_claim_one_mark_are_refused_whatever_its_case(tmp_path: Path) -> None:
    write(tmp_path, ALPHA, BETA)
    with pytest.raises(ConfError, match="alpha and beta both claim the mark 'alpha'"):
        brand.brands(tmp_path)


def test_a_key_is_the_file_s_name_and_a_folder_holds_one_at_least(tmp_path: Path) -> None:
    with pytest.raises(ConfError, match="holds no brand; add one as docs/add/"):
        brand.brands(tmp_path)
    (tmp_path / "other.yaml").write_text(yaml.safe_dump(ALPHA))
    with pytest.raises(ConfError, match="key is 'alpha'; it must be the file's name, 'other'"):
        brand.brand("other", tmp_path)


@pytest.mark.parametrize("one", brand.brands(), ids=lambda one: one.key)
def test_an_official_photo_is_the_one_that_its_hash_says(one: brand.Brand) -> None:
    photos = [photo for product in one.products for photo in product.photos]
    assert photos
    read = {p.file: picture(p.file, (brand.BRANDS / p.file).read_bytes()).pdq_hex for p in photos}
    assert read == {photo.file: photo.pdq for photo in photos}
