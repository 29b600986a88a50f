"""What a day of many listings takes, by arithmetic from measured figures: `docs/scale.md`.

    python -m infra.scale check      what the figures give for runs that were not used for them

Everything here is a function of the figures in scale.yaml; nothing is measured, nothing guessed
that is not among the assumptions there.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import NamedTuple

from infra.scale_figures import Kind, Known, Run, known

DAY_S = 86_400
HOURS = 24
MONTH_DAYS = 30.4
_MS, _US = 1e-3, 1e-6
_GB, _MB, _MILLION = 1e9, 1e6, 1e6


class Line(NamedTuple):
    """CPU seconds of a run: some for its start, some for each."""

    start_s: float
    each_s: float

    def of(self, count: float) -> float:
        """Give those of a run of so many."""
        return self.start_s + self.each_s * count


class Need(NamedTuple):
    """What a day takes."""

    listings: float
    pages: float
    requests_per_second: float
    crawl_cores: float
    job_cores: float
    workers: int
    memory_gb: float
    redis_gb: float
    volume_gb: float  # that are filled when everything is as old as it is kept
    written_mb_per_second: float
    cost_usd: dict[str, float]  # a day, by what for

    @property
    def cores(self) -> float:
        """Cores, on average over a day."""
        return self.crawl_cores + self.job_cores


class Break(NamedTuple):
    """What stops growing, and at how many listings a day."""

    what: str
    listings: float
    why: str
    then: str


class Checked(NamedTuple):
    """A run that was not used for the fit, and what the fit gives for it."""

    run: Run
    predicted_s: float

    @property
    def ratio(self) -> float:
        """Predicted over measured."""
        return self.predicted_s / self.run.cpu_s


def line(runs: Sequence[Run]) -> Line:
    """Lay a line through runs, by least squares; it begins at no less than nothing."""
    middle = sum(run.count for run in runs) / len(runs)
    mean = sum(run.cpu_s for run in runs) / len(runs)
    spread = sum((run.count - middle) ** 2 for run in runs)
    if not spread:
        raise ValueError("a line needs runs of two sizes")
    slope = sum((run.count - middle) * (run.cpu_s - mean) for run in runs) / spread
    return Line(max(0.0, mean - slope * middle), slope)


def fitted(data: Known, kind: Kind) -> Line:
    """Give the line of a kind of run."""
    return line([run for run in data.runs if run.kind == kind and run.is_fitted])


def check(data: Known) -> list[Checked]:
    """Give what the lines say of the runs that they were not laid through."""
    others = [run for run in data.runs if not run.is_fitted]
    return [Checked(run, fitted(data, run.kind).of(run.count)) for run in others]


def need(data: Known, listings: float) -> Need:
    """Give what so many listings a day take."""
    pages = listings * data.value("pages_a_listing")
    changed = listings * data.value("changed_share")
    per_page = data.value("worker_cpu_ms_per_page") + data.value("committer_cpu_ms_per_page")
    crawl_s = pages * (per_page + data.value("redis_cpu_ms_per_page")) * _MS
    job_s = fitted(data, "jobs").of(changed) + listings * _listing_us(data) * _US
    worker_s = pages * data.value("worker_cpu_ms_per_page") * _MS
    workers = max(1, -int(-worker_s // (DAY_S * data.value("usable_share"))))
    redis_gb = listings * _redis_bytes(data) / _GB
    written = pages * data.value("pack_bytes_per_page")
    kept = written * data.value("captures_days")
    kept += listings * data.value("observation_bytes") * data.value("observations_days")
    kept += listings * data.value("listing_bytes")
    memory = workers * data.value("worker_mb") / 1000 + redis_gb
    cores = (crawl_s + job_s) / DAY_S
    return Need(
        listings=listings,
        pages=pages,
        requests_per_second=pages / DAY_S,
        crawl_cores=crawl_s / DAY_S,
        job_cores=job_s / DAY_S,
        workers=workers,
        memory_gb=memory,
        redis_gb=redis_gb,
        volume_gb=kept / _GB,
        written_mb_per_second=written / DAY_S / _MB,
        cost_usd={
            "cores": cores * HOURS * data.value("usd_per_core_hour"),
            "memory": memory * HOURS * data.value("usd_per_gb_memory_hour"),
            "storage": kept / _GB * data.value("usd_per_gb_month") / MONTH_DAYS,
            "requests": pages / _MILLION * data.value("usd_per_million_requests"),
        },
    )


def breaks(data: Known) -> list[Break]:
    """Give what stops growing, soonest first."""
    pages = data.value("pages_a_listing")
    busy_ms = DAY_S / _MS * data.value("usable_share")
    polite = data.value("hosts") * data.value("requests_per_second_of_a_host") * DAY_S
    volume = data.value("volume_mb_per_second") * _MB * DAY_S
    kept_tb = need(data, _MILLION).volume_gb / 1000
    found = [
        Break(
            "the marketplaces' own pace",
            polite / pages,
            f"{data.value('hosts'):.0f} hosts at {data.value('requests_per_second_of_a_host'):g} "
            "requests a second; machines do not help",
            "more hosts; feeds in place of crawls; looking at known listings less often",
        ),
        Break(
            "the shared volume's size",
            data.value("volume_tb") / kept_tb * _MILLION,
            f"stored pages are kept {data.value('captures_days'):.0f} days: {kept_tb:.0f} TB for "
            f"each million listings a day, and a volume of {data.value('volume_tb'):.0f} TB",
            "fewer days in the contract of `captures`; storing a page only when what it shows has "
            "changed; packs in an object store",
        ),
        Break(
            "the one committer",
            busy_ms / data.value("committer_cpu_ms_per_page") / pages,
            "it is one process, on one core",
            "a lake a group of platforms, each with its own committer",
        ),
        Break(
            "Redis' memory",
            data.value("redis_gb") * _GB / _redis_bytes(data),
            f"all known listings wait in it when a crawl begins: {_redis_bytes(data):.0f} bytes "
            f"each, {data.value('redis_gb'):.0f} GB",
            "a Redis a group of platforms; filling the queue in parts",
        ),
        Break(
            "Redis' one core",
            busy_ms / data.value("redis_cpu_ms_per_page") / pages,
            "its scripts run one after the other",
            "a Redis a group of platforms",
        ),
        Break(
            "the shared volume's pace",
            volume / data.value("pack_bytes_per_page") / pages,
            f"{data.value('volume_mb_per_second'):.0f} MB a second, nearly all of it stored pages",
            "the same as for its size",
        ),
    ]
    return sorted(found, key=lambda one: one.listings)


def executors(data: Known, listings: float) -> float:
    """Give the cores that make the tables within the hours that they may take."""
    return need(data, listings).job_cores * HOURS / data.value("tables_window_hours")


def _listing_us(data: Known) -> float:
    """Give the CPU µs a day of a listing that is there, whether it changed or not."""
    rewritten = data.value("rewrite_cpu_us") * data.value("table_runs_a_day")
    return data.value("observation_cpu_us") + rewritten


def _redis_bytes(data: Known) -> float:
    return data.value("redis_bytes_per_waiting_page") + data.value("redis_bytes_per_known_page")


def main() -> int:
    """Print predicted beside measured."""
    parser = argparse.ArgumentParser(prog="python -m infra.scale", description=__doc__)
    parser.add_argument("what", choices=["check"], help="predicted beside measured")
    parser.parse_args()
    for one in check(known()):
        run = one.run
        sys.stdout.write(
            f"{run.kind:<6} {run.count:>9,}: predicted {one.predicted_s:>7.1f} CPU s, measured "
            f"{run.cpu_s:>7.1f}, {one.ratio:.2f} of it   ({run.command})\n"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
