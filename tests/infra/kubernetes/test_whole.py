"""The objects of a site fit together: whatever one names is there, and nobody has too much."""

from __future__ import annotations

import importlib
import re
from pathlib import Path
from typing import Any

import yaml

from conf.cli import GROUPS
from conf.site import Site
from crawler.frontier.ledger import QueueCount
from crawler.workers.queue import families
from infra.kubernetes import rendering
from infra.kubernetes.crawling import QUEUE
from infra.kubernetes.quantity import cores, mib
from tests.infra.kubernetes.parts_of import ROLE, Object, containers, name_of, pods, selects

PROJECT = Path(__file__).parents[3]


def of_kind(objects: list[Object], kind: str) -> dict[str, Object]:
    return {one["metadata"]["name"]: one for one in objects if one["kind"] == kind}


def test_no_two_objects_have_one_name(objects: list[Object]) -> None:
    names = [name_of(one) for one in objects]
    assert sorted(names) == sorted(set(names))


def test_all_are_in_the_site_s_namespace(objects: list[Object], place: Site) -> None:
    assert place.kubernetes is not None
    inside = {one["metadata"].get("namespace") for one in objects if one["kind"] != "Namespace"}
    assert inside == {place.kubernetes.namespace} == set(of_kind(objects, "Namespace"))


def test_every_secret_is_one_that_is_made_by_hand(objects: list[Object], place: Site) -> None:
    there = rendering.by_hand(place)
    for name, one in containers(objects):
        for variable in one.get("env", []):
            if secret := variable.get("valueFrom", {}).get("secretKeyRef"):
                assert secret["key"] in there[secret["name"]], name
    for _, pod in pods(objects):
        assert all(one["name"] in there for one in pod["spec"].get("imagePullSecrets", []))


def test_no_secret_has_its_value_here(objects: list[Object]) -> None:
    assert of_kind(objects, "Secret") == {}
    for name, one in containers(objects):
        for variable in one.get("env", []):
            if re.search(r"PASSWORD|KEY|TOKEN|SECRET", variable["name"]):
                assert "value" not in variable, name


def test_a_variable_is_made_before_another_one_uses_it(objects: list[Object]) -> None:
    """Kubernetes puts `$(NAME)` in only if NAME stands before it."""
    for name, one in containers(objects):
        before: set[str] = set()
        for variable in one.get("env", []):
            assert set(re.findall(r"\$\((\w+)\)", variable.get("value", ""))) <= before, name
            before.add(variable["name"])


def test_every_volume_is_there_and_every_mount_has_one(objects: list[Object]) -> None:
    claims, maps = of_kind(objects, "PersistentVolumeClaim"), of_kind(objects, "ConfigMap")
    own = {
        f"StatefulSet/{name}": {one["metadata"]["name"] for one in found["spec"][field]}
        for name, found in of_kind(objects, "StatefulSet").items()
        for field in ("volumeClaimTemplates",)
    }
    for name, pod in pods(objects):
        volumes = {one["name"] for one in pod["spec"]["volumes"]} | own.get(name, set())
        for one in pod["spec"]["containers"]:
            mounts = [mount["name"] for mount in one["volumeMounts"]]
            assert set(mounts) <= volumes, name
            assert len({mount["mountPath"] for mount in one["volumeMounts"]}) == len(mounts)
        for one in pod["spec"]["volumes"]:
            if "persistentVolumeClaim" in one:
                assert one["persistentVolumeClaim"]["claimName"] in claims, name
            if "configMap" in one:
                assert one["configMap"]["name"] in maps, name
    assert claims["countermark-home"]["spec"]["accessModes"] == ["ReadWriteMany"]


def test_every_account_and_role_is_there(objects: list[Object]) -> None:
    accounts = of_kind(objects, "ServiceAccount")
    for name, pod in pods(objects):
        assert pod["spec"]["serviceAccountName"] in accounts, name
        is_driver = pod["metadata"]["labels"][ROLE] == "driver"
        assert pod["spec"]["automountServiceAccountToken"] is is_driver, name
    for binding in of_kind(objects, "RoleBinding").values():
        assert binding["roleRef"]["name"] in of_kind(objects, "Role")
        assert all(one["name"] in accounts for one in binding["subjects"])
    for conf in [one["spec"]["sparkConf"] for one in of_kind(objects, "SparkApplication").values()]:
        named = [value for key, value in conf.items() if key.endswith("serviceAccountName")]
        assert set(named) <= set(accounts)


def test_selectors_find_their_pods(objects: list[Object]) -> None:
    marks = [pod["metadata"]["labels"] for _, pod in pods(objects)]
    for one in objects:
        spec = one.get("spec", {})
        if one["kind"] in {"Deployment", "StatefulSet"}:
            assert selects(spec["selector"], spec["template"]["metadata"]["labels"])
            others = [m for m in marks if m != spec["template"]["metadata"]["labels"]]
            assert not any(selects(spec["selector"], other) for other in others)
        elif one["kind"] == "Service":
            assert any(selects({"matchLabels": spec["selector"]}, m) for m in marks), name_of(one)
        elif one["kind"] == "PodDisruptionBudget":
            assert any(selects(spec["selector"], m) for m in marks), name_of(one)


def test_ports_are_named_where_they_are_used(objects: list[Object]) -> None:
    for name, service in of_kind(objects, "Service").items():
        (pod,) = [p for _, p in pods(objects) if p["metadata"]["labels"][ROLE] == name]
        named = {
            port["name"]: port["containerPort"] for port in pod["spec"]["containers"][0]["ports"]
        }
        for port in service["spec"]["ports"]:
            assert named[port["targetPort"]] == port["port"]


def test_every_container_has_room_and_no_more_than_its_limit(objects: list[Object]) -> None:
    for name, one in containers(objects):
        room = one["resources"]
        assert set(room["requests"]) == set(room["limits"]) == {"cpu", "memory"}, name
        assert cores(room["requests"]["cpu"]) <= cores(room["limits"]["cpu"]), name
        assert mib(room["requests"]["memory"]) == mib(room["limits"]["memory"]), name


def test_nobody_is_root_or_may_become_more(objects: list[Object]) -> None:
    for name, pod in pods(objects):
        rights = pod["spec"]["securityContext"]
        assert rights["runAsNonRoot"] is True, name
        assert rights["runAsUser"] > 0, name
        assert rights["seccompProfile"] == {"type": "RuntimeDefault"}, name
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(pod["spec"]), name
        assert not any("hostPath" in one for one in pod["spec"]["volumes"]), name
    for name, one in containers(objects):
        rights = one["securityContext"]
        assert rights["readOnlyRootFilesystem"] is True, name
        assert rights["allowPrivilegeEscalation"] is False, name
        assert rights["capabilities"] == {"drop": ["ALL"]}, name


def test_images_are_the_site_s_and_no_registry_is_named(objects: list[Object], place: Site) -> None:
    assert place.kubernetes is not None
    images = place.kubernetes.images
    known = {getattr(images, role) for role in images.__struct_fields__}
    assert {one["image"] for _, one in containers(objects)} == known
    assert not any("." in name.partition("/")[0] for name in known if "/" in name)


def test_there_is_one_committer_and_as_many_workers_as_the_queue_wants(
    objects: list[Object],
) -> None:
    deployments = of_kind(objects, "Deployment")
    committer, worker = deployments["committer"]["spec"], deployments["worker"]["spec"]
    assert committer["replicas"] == 1
    assert committer["strategy"] == {"type": "Recreate"}
    assert "replicas" not in worker
    scaled = of_kind(objects, "ScaledObject")["worker"]["spec"]
    assert scaled["scaleTargetRef"]["name"] in deployments
    assert scaled["minReplicaCount"] <= scaled["fallback"]["replicas"] <= scaled["maxReplicaCount"]


def test_the_scaler_asks_for_a_metric_that_the_committer_tells() -> None:
    told = {one.name for one in families([QueueCount("shop", "a", 5, 1, 2)])}
    assert set(re.findall(r"countermark_\w+", QUEUE)) <= told


def test_the_store_keeps_all_that_it_is_told(objects: list[Object]) -> None:
    (one,) = of_kind(objects, "StatefulSet")["redis"]["spec"]["template"]["spec"]["containers"]
    assert "--appendonly yes" in one["command"][-1]
    assert "--maxmemory-policy noeviction" in one["command"][-1]


def test_every_command_of_ours_is_one_with_its_options(objects: list[Object]) -> None:
    found = []
    for _, one in containers(objects):
        line = " ".join([*one.get("command", []), *one.get("args", [])])
        line = line.replace("/opt/countermark/bin/work.sh", "countermark crawl work")
        line = line.replace("/opt/countermark/bin/begin.sh", "countermark crawl run")
        found += re.findall(r"countermark ([a-z]+) ([a-z]+)([^;|&]*)", line)
    assert len(found) >= 2
    for group, verb, rest in found:
        app: Any = importlib.import_module(GROUPS[group][0]).app
        known = {n for one in app[verb].assemble_argument_collection() for n in one.names}
        assert set(re.findall(r"--[a-z-]+", rest)) <= known, (group, verb)


def test_a_path_of_the_image_is_put_there(objects: list[Object]) -> None:
    text = yaml.dump(objects)
    built = "".join(path.read_text() for path in (PROJECT / "infra").glob("*/Dockerfile"))
    for path in set(re.findall(r"/opt/countermark/[\w./-]+\.(?:sh|py)", text)):
        assert Path(path).name in built, path


def test_what_is_scheduled_never_runs_twice_at_once(objects: list[Object], place: Site) -> None:
    assert place.kubernetes is not None
    jobs = of_kind(objects, "CronJob")
    assert set(jobs) == ({"begin", "tables"} if place.kubernetes.schedule.is_on else set())
    for one in jobs.values():
        assert one["spec"]["concurrencyPolicy"] == "Forbid"
        assert one["spec"]["timeZone"] == "Etc/UTC"
