"""A batch's seal, as the committer writes it."""

from __future__ import annotations

from typing import Any

from conf import merkle
from tests.jobs.conftest import AT


def sealed(made: list[dict[str, Any]], **changes: Any) -> dict[str, Any]:
    """Give the row of `batches` for some rows of `captures`."""
    leaves = [merkle.leaf(merkle.leaf_text(row)) for row in made]
    return {
        "batch_id": "crawl:1",
        "app_id": "crawl",
        "seq": 1,
        "leaf_count": len(leaves),
        "root_sha256": merkle.root(leaves),
        "leaf_fields": list(merkle.FIELDS),
        "leaves_sha256": leaves,
        "made_at": AT,
        "made_on": AT.date(),
    } | changes
