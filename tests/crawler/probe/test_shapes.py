"""Which addresses of a site differ only where an id stands."""

from __future__ import annotations

import pytest

from crawler.probe.shapes import address, fits, matching, shapes

HOST = "https://shop.example"


def of(*paths: str) -> dict[str, int]:
    """Shapes and how many addresses each has."""
    return {one.text: len(one.members) for one in shapes(HOST + path for path in paths)}


def test_things_are_told_from_the_pages_of_a_frame() -> None:
    assert of(
        "/item/a1", "/item/a2", "/item/a3",
        "/shop/s1", "/shop/s2", "/shop/s3",
        "/about", "/help",
    ) == {"/item/*": 3, "/shop/*": 3, "/about": 1, "/help": 1}  # fmt: skip


def test_a_title_behind_the_id_is_part_of_the_same_shape() -> None:
    assert of("/item/a1/red-shoe", "/item/a2/blue-shoe", "/item/a3/sock") == {"/item/*/*": 3}


def test_pages_of_categories_are_one_shape() -> None:
    found = of(*(f"/liste/{name}/p{at}/" for name in ("a", "b", "c") for at in (1, 2, 3)))
    assert found == {"/liste/*/p#/": 9}


def test_names_in_upper_and_lower_case_are_one() -> None:
    assert of("/Item/a", "/item/b", "/ITEM/c") == {"/item/*": 3}


def test_a_parameter_holds_the_id_where_the_path_says_nothing() -> None:
    assert of(
        "/index.php?product_id=1&route=product/product",
        "/index.php?product_id=2&route=product/product",
        "/index.php?path=20&route=product/category",
    ) == {
        "/index.php?product_id=*&route=product/product": 2,
        "/index.php?path=*&route=product/category": 1,
    }


@pytest.mark.parametrize(
    ("path", "shape"),
    [
        ("/item/new-one", "/item/*"),
        ("/ITEM/new-one?pos=3", "/item/*"),
        ("/item/new-one/", None),
        ("/other/x", None),
    ],
)
def test_an_address_not_seen_before_finds_its_shape(path: str, shape: str | None) -> None:
    every = shapes(HOST + each for each in ("/item/a", "/item/b", "/item/c", "/help"))
    found = matching(every, HOST + path)
    assert (found.text if found else None) == shape


def test_every_address_fits_the_shape_it_was_put_in() -> None:
    urls = [HOST + path for path in ("/", "/a", "/a/b", "/a/c/", "/a?x=1", "/a?x=2", "/b/1/2/3")]
    for one in shapes(urls):
        assert all(fits(one, member) for member in one.members)
    assert sum(len(one.members) for one in shapes(urls)) == len(urls)
    assert address(HOST + "/a/c/").is_closed
