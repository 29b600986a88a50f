"""The jobs: a driver by schedule that asks Kubernetes for executors, or a run by an operator.

docs/decisions/0010 tells why it is Apache's operator, and why the schedule does without one.
"""

from __future__ import annotations

from collections.abc import Sequence

import yaml

from conf.errors import ConfError
from conf.site import SITES, Site
from infra.kubernetes.crawling import cron_job
from infra.kubernetes.parts import (
    HOME,
    SPARK_ACCOUNT,
    Object,
    budget,
    cluster,
    container,
    field_env,
    home_env,
    home_volume,
    pod,
    scratch,
    thing,
)
from infra.kubernetes.quantity import cores, java_mib, mib

DRIVER, EXECUTOR = "driver", "executor"
DRIVER_PORT, BLOCK_PORT = 7078, 7079
SPARK_VERSION = "4.2.0"
CONFIG = "spark"
MAIN = "local:///opt/countermark/main.py"
_CONFIG_PATH = "/etc/countermark"
_MOUNTS = {"home": HOME, "scratch": "/tmp"}  # noqa: S108 - a volume of the pod's own
_HEAP_SHARE = 0.6  # of an executor's memory; Polars and the model live outside of the heap
_SCRATCH = "50Gi"  # what shuffles spill
# Reports are made of what there is even if a table failed, and the lake is looked after; the run
# counts as failed then.
_DAY = (
    "countermark job run all; made=$?; countermark report brand all; told=$?; "
    "countermark lake maintain || exit; exit $((made | told))"
)


def jobs(site: Site) -> list[Object]:
    """Give what the jobs need, and their schedule."""
    found = [*_rights(site), _config(site), budget(site, DRIVER, minAvailable=1)]
    return found + ([_tables(site)] if cluster(site).schedule.is_on else [])


def application(site: Site) -> Object:
    """Give a run of all jobs as an application of Apache's operator."""
    spec = {
        "pyFiles": MAIN,
        "driverArgs": ["job", "run", "all"],
        "deploymentMode": "ClusterMode",
        "sparkConf": settings(site) | _operated(site),
        "driverSpec": {"podTemplateSpec": _driver_pod(site, "spark-kubernetes-driver", [])},
        "executorSpec": {"podTemplateSpec": executor_pod(site)},
        "applicationTolerations": {
            "resourceRetainPolicy": "OnFailure",
            "restartConfig": {
                "restartPolicy": "OnFailure",
                "maxRestartAttempts": 2,
                "restartBackoffMillis": 60_000,
            },
        },
        "runtimeVersions": {"sparkVersion": SPARK_VERSION},
    }
    return thing("spark.apache.org/v1", "SparkApplication", "tables", site, DRIVER) | {"spec": spec}


def settings(site: Site) -> dict[str, str]:
    """Give the settings of Spark that are Kubernetes'; all others are `jobs/session.py`'s."""
    here = cluster(site)
    room = here.rooms.executor
    heap = int(mib(room.memory) * _HEAP_SHARE)
    return {
        "spark.kubernetes.namespace": here.namespace,
        "spark.kubernetes.container.image": here.images.spark,
        "spark.kubernetes.authenticate.driver.serviceAccountName": SPARK_ACCOUNT,
        "spark.kubernetes.authenticate.executor.serviceAccountName": "countermark",
        "spark.executor.instances": str(here.executors),
        "spark.executor.cores": str(max(1, int(cores(room.cpu)))),
        "spark.kubernetes.executor.request.cores": room.cpu,
        "spark.kubernetes.executor.limit.cores": room.most_cpu or room.cpu,
        "spark.executor.memory": f"{heap}m",
        "spark.executor.memoryOverhead": f"{mib(room.memory) - heap}m",
        "spark.driver.port": str(DRIVER_PORT),
        "spark.driver.blockManager.port": str(BLOCK_PORT),
        "spark.blockManager.port": str(BLOCK_PORT),
        "spark.local.dir": "/tmp/spark",  # noqa: S108 - on the pod's own volume
    }


def executor_pod(site: Site) -> Object:
    """Give the template of an executor's pod."""
    here = cluster(site)
    one = container(
        "spark-kubernetes-executor",
        here.images.spark,
        here.rooms.executor,
        env=home_env(site),
        mounts=_MOUNTS,
    )
    return pod(site, EXECUTOR, [one], volumes=[home_volume(), scratch(size=_SCRATCH)])


def _operated(site: Site) -> dict[str, str]:
    """Give the driver's own settings, which the operator must know before its JVM starts."""
    room = cluster(site).rooms.driver
    heap, whole = java_mib(site.spark.driver_memory), mib(room.memory)
    if heap >= whole:
        raise ConfError(
            f"{SITES / site.name}.yaml: spark.driver_memory {site.spark.driver_memory} leaves "
            f"nothing of kubernetes.rooms.driver.memory {room.memory} for what is not Java's heap; "
            "give the driver's room more"
        )
    return {
        "spark.driver.memory": site.spark.driver_memory,
        "spark.driver.memoryOverhead": f"{whole - heap}m",
        "spark.kubernetes.driver.request.cores": room.cpu,
        "spark.kubernetes.driver.limit.cores": room.most_cpu or room.cpu,
    }


def _driver_pod(site: Site, name: str, env: list[Object], args: Sequence[str] = ()) -> Object:
    """Give a driver's pod; with arguments it is started by us, else an operator gives them."""
    here = cluster(site)
    one = container(
        name,
        here.images.spark,
        here.rooms.driver,
        args=args,
        env=[*home_env(site), *env],
        mounts=_MOUNTS | ({"config": _CONFIG_PATH} if args else {}),
    )
    volumes = [home_volume(), scratch(size=_SCRATCH)]
    if args:
        volumes.append({"name": "config", "configMap": {"name": CONFIG}})
    more = {"restartPolicy": "Never"} if args else {}
    return pod(site, DRIVER, [one], volumes=volumes, account=SPARK_ACCOUNT, more=more)


def _tables(site: Site) -> Object:
    """Give the driver by schedule: it is a pod of its own and asks for its executors itself."""
    env = [
        field_env("POD_NAME", "metadata.name"),
        field_env("SPARK_LOCAL_IP", "status.podIP"),
        {"name": "SPARK_CONF_DIR", "value": _CONFIG_PATH},
        # So that its executors go when it goes, however it does.
        {
            "name": "PYSPARK_SUBMIT_ARGS",
            "value": "--conf spark.kubernetes.driver.pod.name=$(POD_NAME) pyspark-shell",
        },
    ]
    template = _driver_pod(site, DRIVER, env, ("/bin/sh", "-c", _DAY))
    _operated(site)  # sees that the heap fits
    job = {"backoffLimit": 2, "ttlSecondsAfterFinished": 3 * 86_400, "template": template}
    return cron_job(site, "tables", cluster(site).schedule.tables, job)


def _config(site: Site) -> Object:
    """Give what spark-submit reads by itself, beside what a session of ours sets."""
    own = settings(site) | {
        "spark.kubernetes.executor.podTemplateFile": f"{_CONFIG_PATH}/executor.yaml",
        "spark.kubernetes.executor.podTemplateContainerName": "spark-kubernetes-executor",
    }
    template = {"apiVersion": "v1", "kind": "Pod"} | executor_pod(site)
    data = {
        "spark-defaults.conf": "".join(f"{key} {value}\n" for key, value in sorted(own.items())),
        "executor.yaml": yaml.safe_dump(template, sort_keys=False),
    }
    return thing("v1", "ConfigMap", CONFIG, site, DRIVER) | {"data": data}


def _rights(site: Site) -> list[Object]:
    """Let the driver, and nobody else, make and remove executors in this namespace."""
    namespace = cluster(site).namespace
    rules = [
        {
            "apiGroups": [""],
            "resources": ["pods", "services", "configmaps", "persistentvolumeclaims"],
            "verbs": ["create", "get", "list", "watch", "patch", "delete", "deletecollection"],
        }
    ]
    api = "rbac.authorization.k8s.io/v1"
    return [
        thing("v1", "ServiceAccount", "countermark", site)
        | {"automountServiceAccountToken": False},
        thing("v1", "ServiceAccount", SPARK_ACCOUNT, site),
        thing(api, "Role", SPARK_ACCOUNT, site) | {"rules": rules},
        thing(api, "RoleBinding", SPARK_ACCOUNT, site)
        | {
            "roleRef": {
                "apiGroup": "rbac.authorization.k8s.io",
                "kind": "Role",
                "name": SPARK_ACCOUNT,
            },
            "subjects": [{"kind": "ServiceAccount", "name": SPARK_ACCOUNT, "namespace": namespace}],
        },
    ]
