"""aurora in a real browser: the script's page holds what the empty one keeps back."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from infra.sandbox.servers.street import HOST, Street
from infra.sandbox.servers.wording import dollar

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


@pytest.fixture
def page() -> Iterator[Page]:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("there is no Chromium on this machine; `make services` installs it")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


def test_the_rendered_page_shows_the_offer(served: Callable[[int], Street], page: Page) -> None:
    street = served(1)
    port = street.ports["aurora"]
    item = street.world.live_ids("aurora", 1)[0]
    offer = street.world.offer("aurora", item, 1)
    assert offer is not None
    for _ in range(3):
        answer = page.goto(f"http://{HOST}:{port}/product/{item}")
        if answer is not None and answer.ok:
            break
    page.wait_for_selector('#root[data-ready="1"]')
    assert page.text_content('[data-testid="title"]') == offer.title
    assert page.text_content('[data-testid="price"]') == dollar(offer.price)
    assert page.get_attribute('[data-testid="seller"]', "href") == f"/maker/{offer.seller_id}"
    assert page.locator('[data-testid="gallery"] img').count() == len(offer.images)
