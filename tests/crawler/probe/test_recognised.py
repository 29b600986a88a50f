"""A shop of a known software: its file is tried, and dropped where pages do not bear it out."""

from __future__ import annotations

import json

import pytest

from crawler.frontier.address import canonical
from crawler.pages.page import Page
from crawler.probe.course import course
from crawler.probe.findings import Findings
from crawler.probe.looking import Answer, Answers, Batch
from crawler.probe.site import Wish

HOME = "https://corner.example"
FRONT = (
    "<html><body><h1>Corner</h1><link href='//cdn.shopify.com/s/a.css'><script>Shopify.theme={}"
    "</script><a href='/collections/shoes'>Shoes</a></body></html>"
)


def product(handle: str) -> str:
    """A product's page with what its theme marks up."""
    data = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": f"Shoe {handle}",
        "offers": {"@type": "Offer", "price": "12.50", "priceCurrency": "EUR"},
    }
    return (
        f"<html><head><link rel='canonical' href='{HOME}/products/{handle}'>"
        f'<script type="application/ld+json">{json.dumps(data)}</script></head>'
        f"<body><h1>Shoe {handle}</h1><p>12,50 €</p></body></html>"
    )


def probed(pages: dict[str, str]) -> Findings:
    """Run the course over pages by path; what is not there answers 404."""
    known = {canonical(HOME + path): body for path, body in pages.items()}

    def answered(batch: Batch) -> Answers:
        found = {}
        for url in map(canonical, batch.urls):
            status = 200 if url in known else 404
            page = Page(url=url, body=known.get(url, "gone").encode(), status=status)
            found[url] = Answer(url, page)
        return found

    steps = course(Wish(url=HOME + "/", name="corner"))
    batch = next(steps)
    while True:
        try:
            batch = steps.send(answered(batch))
        except StopIteration as end:
            found: Findings = end.value
            return found


@pytest.fixture
def shop() -> dict[str, str]:
    """A front page, a collection, three products and a sitemap of them."""
    paths = [f"/products/{name}" for name in ("red", "blue", "green")]
    rows = "".join(f"<url><loc>{HOME}{path}</loc></url>" for path in paths)
    links = "".join(f"<li><a href='{path}'>{path[-3:]}</a> 12,50 €</li>" for path in paths)
    return {
        "/": FRONT,
        "/sitemap.xml": f"<urlset>{rows}</urlset>",
        "/collections/shoes": f"<html><body><h1>Shoes</h1><ul>{links}</ul></body></html>",
        **{path: product(path.rpartition("/")[2]) for path in paths},
    }


def test_the_module_of_its_software_reads_it(shop: dict[str, str]) -> None:
    found = probed(shop)
    assert found.software == "Shopify"
    assert found.draft is not None
    assert found.draft.pages == "shopify"
    assert found.draft.kinds.listing_address == f"{HOME}/products/{{id}}"
    assert found.draft.discovery.sitemaps == (f"{HOME}/sitemap.xml",)
    assert f"{HOME}/collections/shoes" in found.draft.discovery.categories
    assert {one.field: one.pages for one in found.coverage}["title_text"] == 3


def test_what_only_looks_like_it_is_read_the_general_way(shop: dict[str, str]) -> None:
    moved = {
        path.replace("/products/", "/thing/"): body.replace("/products/", "/thing/")
        for path, body in shop.items()
    }
    found = probed(moved | {"/": FRONT.replace("/collections/", "/lists/"),
                            "/lists/shoes": moved["/collections/shoes"]})  # fmt: skip
    assert found.software is None
    assert found.draft is not None
    assert found.draft.pages == "market"
    assert "/thing/" in found.draft.kinds.listing
