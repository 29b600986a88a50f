"""Write the generated docs from contracts, features and commands; or say which are stale.

docs/tables.md from conf/tables, docs/features.md from the feature catalogue and
infra/features.yaml, docs/commands.md from the verbs' own help, docs/scale.md from
infra/scale.yaml. Text is written once, where the thing is; CI fails when a page is stale.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from conf.contract import Column, Table, tables
from infra import feature_figures
from infra.commands import commands_page
from infra.scale_page import scale_page
from jobs import catalogue

DOCS = Path(__file__).parents[1] / "docs"
MADE = "<!-- Made by `make docs`; edit the source, not this page. -->\n\n"
LAYERS = {
    "bronze": "what was seen, decided and run; append-only, written by crawler, feeds and runs",
    "silver": "typed, matched; written by Spark, one job a table",
    "gold": "scores and reports; written by Spark, one job a table",
}


def pages() -> dict[str, str]:
    """Give every generated page by file name."""
    return {
        "tables.md": MADE + tables_page(),
        "features.md": MADE + features_page(),
        "commands.md": MADE + commands_page(),
        "scale.md": MADE + scale_page(),
    }


def features_page() -> str:
    """Tell of every feature, with what it costs, weighs and how steady it is."""
    found = feature_figures.measured()
    return catalogue.as_markdown(feature_figures.columns(found), feature_figures.note(found))


def tables_page() -> str:
    """Tell of every table: purpose, how it is written, columns."""
    parts = ["# Tables\n"]
    for layer, meaning in LAYERS.items():
        parts.append(f"## {layer}: {meaning}\n")
        parts.extend(_table(one) for one in tables() if one.layer == layer)
    return "\n".join(parts)


def _table(one: Table) -> str:
    touched = ", ".join(f"{name} ({how})" for name, how in one.increment.when.items())
    facts = [f"write: {one.write}", f"key: {', '.join(one.key) or 'none'}"]
    facts += [f"partition: {one.partition}"] if one.partition else []
    facts += [f"recomputed by {one.increment.by} on changes in {touched}"] if touched else []
    facts += [f"kept {one.retention_days} days"] if one.retention_days else []
    rows = "\n".join(_row(column, one) for column in one.columns)
    head = "| column | type | rule | meaning |\n|---|---|---|---|"
    return (
        f"### {one.name}\n\n{one.purpose} ({'; '.join(facts)}; v{one.version})\n\n{head}\n{rows}\n"
    )


def _row(column: Column, one: Table) -> str:
    rules = ["key"] if column.name in one.key else ["required"] if column.required else []
    rules += [str(column.classification)] if column.classification else []
    rules += [column.unit] if column.unit else []
    if column.lowest is not None or column.highest is not None:
        low = "" if column.lowest is None else f"{column.lowest:g}"
        high = "" if column.highest is None else f"{column.highest:g}"
        rules.append(f"{low}…{high}")
    rules += [" · ".join(column.allowed)] if column.allowed else []
    text = column.description.replace("|", "\\|")
    return f"| `{column.name}` | {column.type} | {', '.join(rules)} | {text} |"


def main() -> int:
    """Write the pages, or with --check compare them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail when a page is stale")
    is_check = parser.parse_args().check
    stale = [
        name
        for name, text in pages().items()
        if not (DOCS / name).exists() or (DOCS / name).read_text() != text
    ]
    if is_check:
        if stale:
            sys.stderr.write(f"docs: {', '.join(stale)} stale; run `make docs` and commit\n")
        return 1 if stale else 0
    for name in stale:
        (DOCS / name).write_text(pages()[name])
    sys.stdout.write(f"docs: {', '.join(stale) or 'nothing'} written\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
