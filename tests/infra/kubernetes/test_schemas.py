"""Every object is what Kubernetes, KEDA and Spark's operator take."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.infra.kubernetes.parts_of import Object, name_of, pods

SCHEMAS = Path(__file__).parent / "schemas"
OLDEST, NEWEST = "1.31", "1.37"  # of Kubernetes; what lies between takes what both take


@pytest.fixture
def kubernetes_validate() -> Any:
    return pytest.importorskip(
        "kubernetes_validate", reason="Kubernetes' schemas: pip install kubernetes-validate"
    )


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
def test_every_object_of_kubernetes_is_sound(
    objects: list[Object], kubernetes_validate: Any, version: str
) -> None:
    own = [one for one in objects if not (SCHEMAS / f"{one['kind']}.yaml").exists()]
    for one in own:
        kubernetes_validate.validate(one, version, strict=True)
    assert len(own) >= 25


@pytest.mark.parametrize("version", [OLDEST, NEWEST])
def test_every_pod_template_within_another_thing_is_sound(
    objects: list[Object], kubernetes_validate: Any, version: str
) -> None:
    for name, pod in pods(objects):
        template = {"metadata": pod["metadata"], "spec": pod["spec"]}
        meta = {"name": name.split("/")[0].lower()}
        one = {"apiVersion": "v1", "kind": "PodTemplate", "metadata": meta, "template": template}
        kubernetes_validate.validate(one, version, strict=True)


def test_a_field_that_is_none_of_kubernetes_is_found(
    objects: list[Object], kubernetes_validate: Any
) -> None:
    committer = next(one for one in objects if name_of(one) == "Deployment/committer")
    committer["spec"]["replica"] = 1
    with pytest.raises(kubernetes_validate.ValidationError, match="replica"):
        kubernetes_validate.validate(committer, NEWEST, strict=True)


@pytest.mark.parametrize("kind", ["ScaledObject", "SparkApplication"])
def test_every_object_of_an_operator_is_sound(objects: list[Object], kind: str) -> None:
    schema = yaml.safe_load((SCHEMAS / f"{kind}.yaml").read_text())
    found = [one for one in objects if one["kind"] == kind]
    assert found
    for one in found:
        jsonschema.validate(one, schema, cls=jsonschema.Draft202012Validator)


def test_no_kind_is_left_unchecked(objects: list[Object]) -> None:
    """Whatever is not Kubernetes' own has a schema here."""
    groups = {one["apiVersion"].rpartition("/")[0]: one["kind"] for one in objects}
    foreign = {kind for group, kind in groups.items() if group.endswith((".sh", "apache.org"))}
    assert foreign == {path.stem for path in SCHEMAS.glob("*.yaml")}
