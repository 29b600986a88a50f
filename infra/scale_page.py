"""docs/scale.md, from what infra/scale.py computes."""

from __future__ import annotations

from collections.abc import Callable

from infra import scale
from infra.scale import Need
from infra.scale_figures import Known, known

SIZES = (10e6, 100e6, 1e9)
_KIB = 1000
_INTRODUCTION = """What days of more listings than were ever run would take, by arithmetic from
measured figures; `infra/scale.yaml` holds each with its command and day, `infra/scale.py` the
arithmetic. It is a straight line drawn far beyond what was measured: it says of what order a
cluster is and what stops growing first, and no more."""
_WORKERS = """Workers are as many as the CPU asks for; pages come no faster than the marketplaces'
pace allows, which is below."""
_PRICES = "USD a day, at the prices among the assumptions."
_ROWS: tuple[tuple[str, Callable[[Need], str]], ...] = (
    ("pages fetched, in a second on average", lambda one: f"{one.requests_per_second:,.0f}"),
    ("CPU hours a day that crawl", lambda one: f"{24 * one.crawl_cores:,.1f}"),
    ("CPU hours a day that make the tables", lambda one: f"{24 * one.job_cores:,.1f}"),
    ("cores, on average", lambda one: f"{one.cores:,.1f}"),
    ("workers of one core", lambda one: f"{one.workers:,}"),
    ("memory of workers and Redis", lambda one: _size(one.memory_gb)),
    ("of that, Redis", lambda one: _size(one.redis_gb)),
    ("volume, when it is as full as it gets", lambda one: _size(one.volume_gb)),
    ("written, in a second on average", lambda one: f"{one.written_mb_per_second:,.0f} MB"),
)


def scale_page(data: Known | None = None) -> str:
    """Tell what a day of many listings takes, and what breaks first."""
    data = data or known()
    needs = [scale.need(data, size) for size in SIZES]
    head = [f"{size / 1e6:,.0f} M" for size in SIZES]
    parts = [
        f"# Scale, on paper\n\n{_INTRODUCTION}\n",
        f"## A day\n\n{_table(['listings a day', *head], _needs(data, needs))}\n{_WORKERS}\n",
        f"## What it costs\n\n{_PRICES}\n\n{_table(['for', *head], _costs(needs))}",
        f"{_dearest(needs[0])}\n",
        f"## What breaks first\n\n{_breaks(data)}",
        f"## How far the figures can be trusted\n\n{_checks(data)}",
        f"## Measured\n\n{_figures(data)}",
        f"## Assumed\n\n{_assumptions(data)}",
    ]
    return "\n".join(parts)


def _needs(data: Known, needs: list[Need]) -> list[list[str]]:
    rows = [[name, *(say(one) for one in needs)] for name, say in _ROWS]
    window = data.value("tables_window_hours")
    cores = [f"{scale.executors(data, one.listings):,.1f}" for one in needs]
    return [*rows, [f"executors' cores, with {window:.0f} hours for the tables", *cores]]


def _costs(needs: list[Need]) -> list[list[str]]:
    rows = [[name, *(f"{n.cost_usd[name]:,.2f}" for n in needs)] for name in needs[0].cost_usd]
    whole = ["all", *(f"{sum(n.cost_usd.values()):,.2f}" for n in needs)]
    million = [
        "all, a million listings",
        *(f"{sum(n.cost_usd.values()) / n.listings * 1e6:,.2f}" for n in needs),
    ]
    return [*rows, whole, million]


def _dearest(one: Need) -> str:
    name, cost = max(one.cost_usd.items(), key=lambda pair: pair[1])
    return (
        f"{cost / sum(one.cost_usd.values()):.0%} of it is {name}, at {one.listings / 1e6:.0f} M."
    )


def _breaks(data: Known) -> str:
    first = scale.breaks(data)
    rows = [
        [str(at), one.what, f"{one.listings / 1e6:,.0f} M", one.why, one.then]
        for at, one in enumerate(first, 1)
    ]
    head = ["", "what", "at listings a day", "because", "then"]
    return (
        _table(head, rows)
        + f"\nSo the first three are {', '.join(one.what for one in first[:3])}. Workers and "
        "executors do not break: they are added.\n"
    )


def _checks(data: Known) -> str:
    rows = [
        [
            one.run.kind,
            f"{one.run.count:,}",
            f"{one.predicted_s:.1f}",
            f"{one.run.cpu_s:.1f}",
            f"{one.ratio:.2f}",
            f"`{one.run.command}`",
        ]
        for one in scale.check(data)
    ]
    lines = []
    for kind, what in (("crawl", "page"), ("jobs", "new listing")):
        found = scale.fitted(data, kind)  # type: ignore[arg-type] # of the two kinds that there are
        sizes = [f"{r.count:,}" for r in data.runs if r.kind == kind and r.is_fitted]
        lines.append(
            f"A run of {kind} takes {found.start_s:.1f} CPU s and {1000 * found.each_s:.2f} CPU ms "
            f"a {what} (a line through runs of {' and '.join(sizes)})."
        )
    return (
        "\n".join(lines)
        + "\n\nRuns that the lines were not laid through (`python -m infra.scale check`):\n\n"
        + _table(["run of", "count", "predicted CPU s", "measured CPU s", "ratio", "command"], rows)
    )


def _figures(data: Known) -> str:
    rows = [
        [f"`{name}`", f"{one.value:g} {one.unit}", str(one.day), one.command, one.note]
        for name, one in data.figures.items()
    ]
    rows += [
        [
            f"run of {one.kind}, {one.count:,}",
            f"{one.cpu_s:g} CPU s",
            str(one.day),
            one.command,
            one.note,
        ]
        for one in data.runs
    ]
    return _table(["figure", "value", "on", "by", "note"], rows)


def _assumptions(data: Known) -> str:
    rows = [
        [f"`{name}`", f"{one.value:g} {one.unit}", one.why]
        for name, one in data.assumptions.items()
    ]
    return _table(["assumption", "value", "why"], rows)


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def _size(gigabytes: float) -> str:
    if gigabytes < _KIB:
        return f"{gigabytes:,.1f} GB"
    if gigabytes < _KIB**2:
        return f"{gigabytes / _KIB:,.1f} TB"
    return f"{gigabytes / _KIB**2:,.1f} PB"
