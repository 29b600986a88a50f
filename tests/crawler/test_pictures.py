from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

from crawler.items import PageError
from crawler.pictures import picture


def noisy(side: int = 128, seed: int = 1) -> Pillow.Image:
    blocks = np.random.default_rng(seed).integers(0, 255, (16, 16, 3), dtype=np.uint8)
    return Pillow.fromarray(blocks).resize((side, side), Pillow.Resampling.BICUBIC)


def saved(image: Pillow.Image, form: str = "JPEG", **options: int) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def distance(one: str | None, other: str | None) -> int:
    assert one is not None
    assert other is not None
    return (int(one, 16) ^ int(other, 16)).bit_count()


def test_the_same_picture_smaller_and_harder_packed_has_nearly_the_same_hash() -> None:
    large = picture("a", saved(noisy(600), quality=95))
    small = picture("b", saved(noisy(200), quality=40))
    other = picture("c", saved(noisy(200, seed=2)))
    assert (large.width_px, large.height_px) == (600, 600)
    assert distance(large.pdq_hex, small.pdq_hex) <= 31  # PDQ's own line for a match
    assert distance(large.pdq_hex, other.pdq_hex) > 80


def test_a_picture_without_detail_has_no_hash() -> None:
    plain = picture("a", saved(Pillow.new("RGB", (64, 64), "white")))
    assert plain.pdq_hex is None
    assert plain.pdq_quality is not None
    assert plain.pdq_quality < 50


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF"])
def test_other_formats_are_read(form: str) -> None:
    assert picture("a", saved(noisy(), form)).pdq_hex is not None


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "CMYK"])
def test_other_colours_are_read(mode: str) -> None:
    form = "JPEG" if mode in {"L", "CMYK"} else "PNG"
    assert picture("a", saved(noisy().convert(mode), form)).width_px == 128


@given(st.binary(max_size=300))
def test_no_bytes_do_more_than_be_refused(body: bytes) -> None:
    with pytest.raises(PageError) as told:
        picture("a", b"\xff\xd8\xff" + body)
    assert told.value.reason in {"bad_picture", "too_many_pixels"}
    assert "0x" not in str(told.value)


def test_too_many_pixels_are_refused_before_they_are_decoded() -> None:
    with pytest.raises(PageError) as told:
        picture("a", saved(Pillow.new("L", (9_000, 9_000)), "PNG"))
    assert told.value.reason == "too_many_pixels"
