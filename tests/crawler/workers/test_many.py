"""A crawl of many workers gives the rows of one process's, whoever is killed on the way."""

from __future__ import annotations

from typing import Any


def test_two_workers_give_the_rows_of_one_process(
    shop: Any, crawls: Any, new_crawls: Any, tmp_path_factory: Any, redis_server: Any
) -> None:
    crawls.add(shop)
    alone = new_crawls(tmp_path_factory.mktemp("alone") / "home")
    alone.add(shop)
    alone.run()
    shop.asked.clear()
    summary = crawls.run("--workers", "2", COUNTERMARK_FRONTIER=redis_server.url)
    assert crawls.frames() == alone.frames()
    assert summary["platforms"][0]["listings"] == 12
    assert summary["waiting"] == {}
    assert shop.count("/item/") == 12
    assert not list((crawls.home / "state/spool").glob("*"))
