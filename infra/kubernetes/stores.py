"""What keeps things: the shared volume, Redis with its log on disk, MLflow with PostgreSQL."""

from __future__ import annotations

from conf.site import Site
from infra.kubernetes.parts import (
    HOME_CLAIM,
    Object,
    budget,
    claim,
    claim_spec,
    cluster,
    container,
    labels,
    pod,
    scratch,
    secret_env,
    service,
    thing,
)

REDIS, REDIS_PORT = "redis", 6379
POSTGRES, POSTGRES_PORT = "postgres", 5432
MLFLOW, MLFLOW_PORT = "mlflow", 5000
_USER = 999  # of the images of Redis, Valkey and PostgreSQL that Debian is in
# Either server: Valkey's image names its own, Redis' the other. What it is told, it is told before
# anything of the crawl is in it: nothing is thrown away, and a write is on the disk when answered.
_START_REDIS = (
    'exec "$(command -v valkey-server || command -v redis-server)" --dir /data --appendonly yes '
    "--appendfsync always --maxmemory-policy noeviction --save '' "
    '--requirepass "$REDIS_PASSWORD"'
)


def stores(site: Site) -> list[Object]:
    """Give all of it."""
    home = claim(site, HOME_CLAIM, cluster(site).storage.home, "ReadWriteMany")
    return [home, *redis(site), *postgres(site), *mlflow(site)]


def redis(site: Site) -> list[Object]:
    """Give the store of the shared frontier."""
    here = cluster(site)
    one = container(
        REDIS,
        here.images.redis,
        here.rooms.redis,
        command=("/bin/sh", "-c", _START_REDIS),
        env=[secret_env("REDIS_PASSWORD", here.secrets.redis, "password")],
        mounts={"data": "/data", "scratch": "/tmp"},  # noqa: S108 - a volume of the pod's own
        ports={REDIS: REDIS_PORT},
    )
    one["readinessProbe"] = {"tcpSocket": {"port": REDIS}}
    template = pod(site, REDIS, [one], volumes=[scratch()], user=_USER)
    return [
        _stateful(site, REDIS, template, claim_spec(here.storage.redis)),
        service(site, REDIS, {REDIS: REDIS_PORT}, headless=True),
        budget(site, REDIS, minAvailable=1),
    ]


def postgres(site: Site) -> list[Object]:
    """Give MLflow's database."""
    here = cluster(site)
    one = container(
        POSTGRES,
        here.images.postgres,
        here.rooms.postgres,
        env=[
            {"name": "POSTGRES_USER", "value": MLFLOW},
            {"name": "POSTGRES_DB", "value": MLFLOW},
            {"name": "PGDATA", "value": "/var/lib/postgresql/data/pgdata"},
            secret_env("POSTGRES_PASSWORD", here.secrets.postgres, "password"),
        ],
        mounts={
            "data": "/var/lib/postgresql/data",
            "scratch": "/tmp",  # noqa: S108 - a volume of the pod's own
            "socket": "/var/run/postgresql",
        },
        ports={POSTGRES: POSTGRES_PORT},
    )
    ready = ["pg_isready", "--username", MLFLOW, "--dbname", MLFLOW]
    one["readinessProbe"] = {"exec": {"command": ready}, "timeoutSeconds": 5}
    volumes = [scratch(), scratch("socket", "16Mi")]
    template = pod(site, POSTGRES, [one], volumes=volumes, user=_USER)
    return [
        _stateful(site, POSTGRES, template, claim_spec(here.storage.postgres)),
        service(site, POSTGRES, {POSTGRES: POSTGRES_PORT}, headless=True),
        budget(site, POSTGRES, minAvailable=1),
    ]


def mlflow(site: Site) -> list[Object]:
    """Give the registry's server; models pass through it, so nobody else knows the object store."""
    here = cluster(site)
    secrets, store = here.secrets, here.object_store
    env = [
        secret_env(
            "PGPASSWORD", secrets.postgres, "password"
        ),  # what the driver asks for by itself
        secret_env("AWS_ACCESS_KEY_ID", secrets.object_store, "access-key"),
        secret_env("AWS_SECRET_ACCESS_KEY", secrets.object_store, "secret-key"),
    ]
    if store.endpoint:
        env.append({"name": "MLFLOW_S3_ENDPOINT_URL", "value": store.endpoint})
    one = container(
        MLFLOW,
        here.images.mlflow,
        here.rooms.mlflow,
        args=("mlflow", *server(here.namespace, store.destination)),
        env=env,
        mounts={"scratch": "/tmp"},  # noqa: S108 - a volume of the pod's own
        ports={MLFLOW: MLFLOW_PORT},
    )
    get = {"path": "/health", "port": MLFLOW}
    one["readinessProbe"] = {"httpGet": get, "timeoutSeconds": 5}
    one["livenessProbe"] = {"httpGet": get, "timeoutSeconds": 5, "initialDelaySeconds": 120}
    spec = {
        "replicas": 1,
        "strategy": {"type": "Recreate"},  # two versions must not change one database at once
        "selector": {"matchLabels": labels(MLFLOW)},
        "template": pod(site, MLFLOW, [one], volumes=[scratch(size="5Gi")]),
    }
    deployment = thing("apps/v1", "Deployment", MLFLOW, site, MLFLOW) | {"spec": spec}
    return [deployment, service(site, MLFLOW, {MLFLOW: MLFLOW_PORT})]


def server(namespace: str, destination: str) -> list[str]:
    """Give the arguments of MLflow's server; it answers to none but its own names."""
    names = (MLFLOW, f"{MLFLOW}.{namespace}", f"{MLFLOW}.{namespace}.svc", "localhost", "127.0.0.1")
    hosts = ",".join(name for one in names for name in (one, f"{one}:{MLFLOW_PORT}"))
    return [
        "server",
        "--host=0.0.0.0",
        f"--port={MLFLOW_PORT}",
        "--workers=2",
        f"--backend-store-uri=postgresql://{MLFLOW}@{POSTGRES}:{POSTGRES_PORT}/{MLFLOW}",
        "--serve-artifacts",
        f"--artifacts-destination={destination}",
        f"--allowed-hosts={hosts}",
    ]


def _stateful(site: Site, role: str, template: Object, spec: Object) -> Object:
    content = {
        "serviceName": role,
        "replicas": 1,
        "selector": {"matchLabels": labels(role)},
        "template": template,
        "volumeClaimTemplates": [{"metadata": {"name": "data"}, "spec": spec}],
    }
    return thing("apps/v1", "StatefulSet", role, site, role) | {"spec": content}
