"""The crawl: workers by the length of the queue, one committer, and who begins it each day."""

from __future__ import annotations

from conf.site import Site
from infra.kubernetes.parts import (
    HOME,
    METRICS_PORT,
    Object,
    budget,
    cluster,
    container,
    field_env,
    home_env,
    home_volume,
    labels,
    pod,
    scraped,
    scratch,
    secret_env,
    thing,
)

WORKER, COMMITTER, BEGIN = "worker", "committer", "begin"
QUEUE = "sum(countermark_crawl_queue_waiting) or vector(0)"  # told by the committer
_METRICS = ("--metrics", str(METRICS_PORT), "--metrics-address", "0.0.0.0")  # noqa: S104 - in a pod, for Prometheus
_MOUNTS = {"home": HOME, "scratch": "/tmp"}  # noqa: S108 - a volume of the pod's own
_A_CRAWL_S = 23 * 3600  # one ends before the next day's begins
_SEAL_S = 60  # for a worker to seal what it has


def crawling(site: Site) -> list[Object]:
    """Give all of it."""
    found = [_workers(site), _scaling(site), budget(site, WORKER, maxUnavailable="50%")]
    found.append(_committer(site))
    return found + ([_begin(site)] if cluster(site).schedule.is_on else [])


def frontier_env(site: Site) -> list[Object]:
    """Give the environment of who shares the frontier; the address is made with the password."""
    from infra.kubernetes.stores import REDIS, REDIS_PORT

    return [
        *home_env(site),
        secret_env("REDIS_PASSWORD", cluster(site).secrets.redis, "password"),
        {
            "name": "COUNTERMARK_FRONTIER",
            "value": f"redis://:$(REDIS_PASSWORD)@{REDIS}:{REDIS_PORT}/0",
        },
    ]


def _workers(site: Site) -> Object:
    here = cluster(site)
    worker = container(
        WORKER,
        here.images.crawler,
        here.rooms.worker,
        command=("/usr/bin/tini", "--", "/opt/countermark/bin/work.sh"),
        args=_METRICS,
        env=frontier_env(site),
        mounts=_MOUNTS | {"shm": "/dev/shm"},  # noqa: S108 - Chromium's, a volume of the pod's own
        ports={"metrics": METRICS_PORT},
    )
    volumes = [home_volume(), scratch(), scratch("shm", "256Mi", "Memory")]
    template = pod(
        site,
        WORKER,
        [worker],
        volumes=volumes,
        annotations=scraped(),
        more={"terminationGracePeriodSeconds": _SEAL_S},
    )
    # No `replicas`: they are the scaler's, and each `apply` would set them back.
    spec = {"selector": {"matchLabels": labels(WORKER)}, "template": template}
    return thing("apps/v1", "Deployment", WORKER, site, WORKER) | {"spec": spec}


def _scaling(site: Site) -> Object:
    """Scale by the queue, not by CPU: a polite worker idles though much waits for it."""
    here = cluster(site)
    trigger = {
        "type": "prometheus",
        "metadata": {
            "serverAddress": here.outside.prometheus,
            "query": QUEUE,
            "threshold": str(here.workers.queue_a_worker),
            "activationThreshold": "0",
        },
    }
    spec = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": WORKER},
        "minReplicaCount": here.workers.fewest,
        "maxReplicaCount": here.workers.most,
        "pollingInterval": 30,
        "cooldownPeriod": 300,
        "fallback": {"failureThreshold": 5, "replicas": max(1, here.workers.fewest)},
        "triggers": [trigger],
    }
    return thing("keda.sh/v1alpha1", "ScaledObject", WORKER, site, WORKER) | {"spec": spec}


def _committer(site: Site) -> Object:
    here = cluster(site)
    one = container(
        COMMITTER,
        here.images.crawler,
        here.rooms.committer,
        args=("countermark", "crawl", "commit", *_METRICS),
        env=frontier_env(site),
        mounts=_MOUNTS,
        ports={"metrics": METRICS_PORT},
    )
    one["livenessProbe"] = {"tcpSocket": {"port": "metrics"}, "initialDelaySeconds": 30}
    template = pod(
        site,
        COMMITTER,
        [one],
        volumes=[home_volume(), scratch()],
        annotations=scraped(),
        more={"terminationGracePeriodSeconds": _SEAL_S},
    )
    spec = {
        "replicas": 1,  # one committer a lake; a second would only wait for the tables
        "strategy": {"type": "Recreate"},
        "selector": {"matchLabels": labels(COMMITTER)},
        "template": template,
    }
    return thing("apps/v1", "Deployment", COMMITTER, site, COMMITTER) | {"spec": spec}


def _begin(site: Site) -> Object:
    here = cluster(site)
    one = container(
        BEGIN,
        here.images.crawler,
        here.rooms.begin,
        command=("/usr/bin/tini", "--", "/opt/countermark/bin/begin.sh"),
        args=("--workers", "1"),
        env=[
            *frontier_env(site),
            field_env("JOB_NAME", "metadata.labels['batch.kubernetes.io/job-name']"),
        ],
        mounts=_MOUNTS | {"shm": "/dev/shm"},  # noqa: S108 - as above
    )
    template = pod(
        site,
        BEGIN,
        [one],
        volumes=[home_volume(), scratch(), scratch("shm", "256Mi", "Memory")],
        more={"restartPolicy": "OnFailure", "terminationGracePeriodSeconds": 2 * _SEAL_S},
    )
    job = {"backoffLimit": 10, "activeDeadlineSeconds": _A_CRAWL_S, "template": template}
    return cron_job(site, BEGIN, here.schedule.crawl, job)


def cron_job(site: Site, role: str, schedule: str, job: Object) -> Object:
    """Give what begins at its times, one at a time."""
    spec = {
        "schedule": schedule,
        "timeZone": "Etc/UTC",
        "concurrencyPolicy": "Forbid",
        "startingDeadlineSeconds": 3600,
        "successfulJobsHistoryLimit": 3,
        "failedJobsHistoryLimit": 3,
        "jobTemplate": {"spec": job},
    }
    return thing("batch/v1", "CronJob", role, site, role) | {"spec": spec}
