"""Print a judgement for people: what was found, how sure that is, and that it is simulated."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from infra.sandbox.intervals import Area, Share
from infra.sandbox.judge import Judged, Verdict
from infra.sandbox.world import date_of

_WIDTH = 110  # of the tables where the output is no terminal


def print_verdict(verdict: Verdict) -> None:
    """Print the summary and a table each by platform, tactic, honest kind and seller."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=_WIDTH)
    for line in _summary(verdict):
        console.print(line)
    for table in (
        _platforms(verdict),
        _tactics(verdict),
        _crossed(verdict),
        _honest(verdict),
        _sellers(verdict),
        _kinds(verdict),
    ):
        console.print()
        console.print(table)
    console.print(
        "\n[dim]In brackets: 95 % intervals, whole sellers drawn with replacement. Simulated: the "
        "sandbox's truth is planted, so these figures say how well the machinery works, not how "
        "well it would do on a real marketplace.[/dim]"
    )


def _summary(verdict: Verdict) -> list[str]:
    world, ours, rules = verdict.world, verdict.listings.all, verdict.rules.all
    days = ", ".join(f"{day} ({date_of(day)})" for day in world.days)
    lines = [
        "[bold]SIMULATED[/bold]: scores against the planted truth of the sandbox",
        "",
        f"  world                seed {world.seed}, {world.listings:,} listings, day {days}",
        f"  scored by            {', '.join(verdict.models)}",
        f"  pages fetched        {verdict.pages_fetched:>8,}",
        f"  listings there       {ours.there:>8,}   scored {ours.scored:,}",
        f"  counterfeit (truth)  {ours.counterfeit:>8,}",
        f"  red flags            {ours.flags:>8,}   of the rules alone {rules.flags:,}",
        f"  precision            {_share(ours.precision)}",
        f"    of the rules alone {_share(rules.precision)}",
        f"  recall               {_share(ours.recall)}",
        f"    of the rules alone {_share(rules.recall)}",
        f"  AUC                  {_area(ours.auc)}",
        f"    of the rules alone {_area(rules.auc)}",
    ]
    if verdict.left_out:
        lines.append(
            f"  left out             {', '.join(verdict.left_out)}: nothing was scored there"
        )
    if verdict.strangers:
        lines.append(
            f"  [bold]{verdict.strangers} scored listings were never shown on these days[/bold]"
        )
    return lines


def _platforms(verdict: Verdict) -> Table:
    table = _table(
        "Simulated: listings by platform",
        ("platform", "there", "scored", "fake", "flags"),
        ("precision", "recall", "AUC", "AUC rules"),
    )
    for one, rules in _paired(verdict.listings.platforms, verdict.rules.platforms):
        table.add_row(
            one.name,
            *map(str, (one.there, one.scored, one.counterfeit, one.flags)),
            *map(_share, (one.precision, one.recall)),
            *map(_area, (one.auc, rules.auc)),
        )
    return table


def _tactics(verdict: Verdict) -> Table:
    table = _table(
        "Simulated: counterfeit listings by tactic",
        ("tactic", "there", "scored", "flags"),
        ("recall", "recall of rules"),
    )
    for one, rules in _paired(verdict.listings.tactics, verdict.rules.tactics):
        counts = map(str, (one.there, one.scored, one.flags))
        table.add_row(one.name, *counts, _share(one.recall), _share(rules.recall))
    return table


def _crossed(verdict: Verdict) -> Table:
    platforms = [one.name for one in verdict.listings.platforms if one.counterfeit]
    table = _table(
        "Simulated: red flags of counterfeits, tactic by platform", ("tactic",), platforms
    )
    for one in verdict.listings.tactics:
        cells = verdict.listings.tactics_by_platform[one.name]
        found = [cells.get(name, Share(0, 0)) for name in platforms]
        table.add_row(one.name, *[f"{c.hits}/{c.of}" if c.of else "·" for c in found])
    return table


def _honest(verdict: Verdict) -> Table:
    table = _table(
        "Simulated: honest listings by kind",
        ("kind", "there", "scored", "flags"),
        ("false alarms", "false alarms of rules"),
    )
    for one, rules in _paired(verdict.listings.honest_kinds, verdict.rules.honest_kinds):
        counts = map(str, (one.there, one.scored, one.flags))
        table.add_row(one.name, *counts, _share(one.false_alarms), _share(rules.false_alarms))
    return table


def _sellers(verdict: Verdict) -> Table:
    table = _table(
        "Simulated: sellers by platform",
        ("platform", "there", "scored", "fakers", "flags"),
        ("precision", "recall", "AUC"),
    )
    for one in (*verdict.sellers.platforms, verdict.sellers.all):
        table.add_row(
            one.name,
            *map(str, (one.there, one.scored, one.counterfeit, one.flags)),
            *map(_share, (one.precision, one.recall)),
            _area(one.auc),
        )
    return table


def _kinds(verdict: Verdict) -> Table:
    table = _table(
        "Simulated: sellers by kind",
        ("kind", "there", "scored", "fakers", "flags"),
        ("recall", "false alarms"),
    )
    for one in verdict.sellers.kinds:
        counts = map(str, (one.there, one.scored, one.counterfeit, one.flags))
        table.add_row(one.name, *counts, _share(one.recall), _share(one.false_alarms))
    return table


def _table(title: str, first: Sequence[str], rest: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for at, name in enumerate((*first, *rest)):
        table.add_column(name, justify="right" if at else "left", no_wrap=True)
    return table


def _paired(ours: Sequence[Judged], rules: Sequence[Judged]) -> Sequence[tuple[Judged, Judged]]:
    """Set each group beside the same group as the rules alone judge it."""
    return list(zip(ours, rules, strict=True))


def _share(found: Share) -> str:
    if found.value is None or found.low is None or found.high is None:
        return "·"
    return f"{found.value:.2f} [{found.low:.2f}-{found.high:.2f}]".replace("[", "\\[")


def _area(found: Area) -> str:
    if found.value is None:
        return "·"
    if found.low is None or found.high is None:
        return f"{found.value:.3f}"
    return f"{found.value:.3f} [{found.low:.2f}-{found.high:.2f}]".replace("[", "\\[")
