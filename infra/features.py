"""Write the contract of `seller_features` from the group features of the catalogue.

    python -m infra.features

A test fails when the contract is stale; the rest of the contract (key, increment) is kept.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import yaml

from conf import contract, reading
from jobs import catalogue

PATH = contract.TABLES / "seller_features.yaml"


def contract_text(path: Path = PATH) -> str:
    """Give the contract as it should stand in the file."""
    content: dict[str, Any] = reading.document(path)
    (schema,) = content["schema"]
    key = [column for column in schema["properties"] if column.get("primaryKey")]
    schema["properties"] = [*key, *catalogue.contract_columns()]
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=100)


if __name__ == "__main__":
    PATH.write_text(contract_text(), encoding="utf-8")
    sys.stdout.write(f"{PATH}: {len(catalogue.group_features())} group features\n")
