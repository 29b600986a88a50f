"""What must be true of every file of the project."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

from conf.cli import GROUPS, usage

PROJECT = Path(__file__).parents[2]
PACKAGES = ("conf", "crawler", "jobs", "ml", "infra")
MODULES = sorted(path for name in PACKAGES for path in (PROJECT / name).rglob("*.py"))
TRACKED = subprocess.run(
    ["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=False
).stdout.split("\n")
# Split so that this file does not find itself.
HOSTS = re.compile(
    "|".join(["pyp" + r"i\.org", "mave" + r"n\.org", "npm" + r"js\.", "deb" + r"ian\.org"])
)
# Ways by which Spark writes a table: of frames, of delta-spark's own class, of SQL.
SPARK_WRITES = re.compile(
    r"\.write\s*\.\s*\w+|\.writeTo\(|\.writeStream\b|saveAsTable|insertInto|\bdelta\.tables\b"
    r"|\.sql\(\s*f?[\"']+\s*(?:MERGE|INSERT|UPDATE|DELETE|OPTIMIZE|VACUUM|CREATE|REPLACE|ALTER|DROP)",
    re.IGNORECASE,
)
OWN_FOLDERS = re.compile("|".join(["/ro" + "ot/", "/wo" + "rk/", "/ho" + "me/[a-z]"]))


def module_id(path: Path) -> str:
    return str(path.relative_to(PROJECT))


@pytest.mark.parametrize("path", MODULES, ids=module_id)
def test_a_module_is_named_for_its_subject(path: Path) -> None:
    assert path.stem not in {"utils", "util", "common", "helpers", "helper", "misc", "base"}


@pytest.mark.parametrize("path", MODULES, ids=module_id)
def test_a_public_thing_says_what_it_is(path: Path) -> None:
    tree = ast.parse(path.read_text())
    if path.name == "__init__.py" and not tree.body:
        return
    nodes = [n for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    silent = [n.name for n in nodes if not n.name.startswith("_") and not ast.get_docstring(n)]
    assert ast.get_docstring(tree), "the module has no docstring"
    assert silent == []


@pytest.mark.parametrize("path", MODULES, ids=module_id)
def test_no_fault_is_swallowed(path: Path) -> None:
    """An `except` that catches everything must do something with what it caught."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ExceptHandler) and isinstance(node.type, ast.Name | None):
            is_broad = node.type is None or node.type.id in {"Exception", "BaseException"}
            assert not (is_broad and isinstance(node.body[0], ast.Pass)), f"line {node.lineno}"


@pytest.mark.parametrize("path", [p for p in MODULES if "bench" not in p.parts], ids=module_id)
def test_spark_writes_no_table(path: Path) -> None:
    """Its commits to a bucket hold for one driver alone; delta-rs makes every commit of ours."""
    assert SPARK_WRITES.findall(path.read_text()) == []


@pytest.mark.parametrize(
    "line",
    [
        "frame.write.format('delta').save(path)",
        'rows.write\n    .mode("append")',
        "rows.writeTo('t').append()",
        'frame.write.saveAsTable("t")',
        "from delta.tables import DeltaTable",
        'spark.sql("MERGE INTO t USING s")',
        'spark.sql(f"delete from {table}")',
        'spark.sql("OPTIMIZE t")',
    ],
)
def test_a_table_that_spark_would_write_is_found(line: str) -> None:
    assert SPARK_WRITES.findall(line)


@pytest.mark.parametrize(
    "name", [n for n in TRACKED if n.endswith((".py", ".md", ".toml", ".yaml", ".lock"))]
)
def test_no_registry_is_named(name: str) -> None:
    text = (PROJECT / name).read_text(errors="replace") if (PROJECT / name).exists() else ""
    assert HOSTS.search(text) is None


@pytest.mark.parametrize(
    "name", [n for n in TRACKED if n.endswith((".py", ".md", ".yaml", ".toml"))]
)
def test_no_folder_of_one_machine_is_named(name: str) -> None:
    text = (PROJECT / name).read_text(errors="replace") if (PROJECT / name).exists() else ""
    assert OWN_FOLDERS.search(text) is None


def test_nothing_of_a_person_or_a_run_is_tracked() -> None:
    assert [n for n in TRACKED if re.search(r"\.(env|pem|key|sqlite|db|parquet)$", n)] == []


def test_the_front_door_names_every_group() -> None:
    assert all(re.search(rf"^  {name} ", usage(), re.MULTILINE) for name in GROUPS)


def test_the_front_door_answers_without_heavy_imports() -> None:
    """`countermark --help` stays quick because it loads nothing that is slow to load."""
    heavy = "{'pyspark', 'mlflow', 'scrapy', 'polars', 'pyarrow', 'pandas', 'numpy', 'cyclopts'}"
    code = f"import sys, conf.cli; print({heavy} & set(sys.modules))"
    done = subprocess.run(
        [PROJECT / ".venv/bin/python", "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("group", GROUPS)
def test_every_verb_has_help(group: str) -> None:
    import importlib

    app = importlib.import_module(GROUPS[group][0]).app
    verbs = [name for name in app if not name.startswith("-")]
    assert verbs
    assert all(app[name].help for name in verbs)
