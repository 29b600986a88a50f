"""A vendor drawn: its accounts and their links, and when each account was there. Both are SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from html import escape
from typing import Any

import networkx as nx

WIDTH, HEIGHT, MARGIN = 720.0, 420.0, 60.0
ROW, LABEL = 22.0, 210.0
MOST_NAMED = 40  # accounts, above which names would cover each other
# Chances from which a link is drawn as likely, and as sure.
LIKELY, SURE = 0.5, 0.95
_COLOURS = ("#3b5b92", "#b0562b", "#4c7a4c", "#7a4c7a", "#8a7a2b", "#2b7a7a", "#9a3b52", "#555")


def network(accounts: Sequence[Mapping[str, Any]], links: Sequence[Mapping[str, Any]]) -> nx.Graph:
    """Give accounts and links as a graph, with all that is told of both.

    Lists become texts, and what is not known is left out, so that it can be written as GraphML.
    """
    graph = nx.Graph()
    for one in accounts:
        graph.add_node(one["seller_key"], **_plain(one, "seller_key"))
    for one in links:
        ends = (one["seller_key_a"], one["seller_key_b"])
        graph.add_edge(*ends, **_plain(one, "seller_key_a", "seller_key_b"))
    return graph


def _plain(row: Mapping[str, Any], *without: str) -> dict[str, Any]:
    known = {name: value for name, value in row.items() if name not in without}
    return {name: _text(value) for name, value in known.items() if value is not None}


def _text(value: Any) -> str | int | float | bool:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return value if isinstance(value, str | int | float | bool) else str(value)


def drawn(graph: nx.Graph) -> str:
    """Draw accounts as circles, coloured by platform, and links as lines, thicker the surer."""
    places = nx.spring_layout(graph, seed=7, weight="probability") if len(graph) else {}
    at = {
        node: (
            MARGIN + (float(x) + 1) / 2 * (WIDTH - 2 * MARGIN),
            MARGIN / 2 + (float(y) + 1) / 2 * (HEIGHT - MARGIN),
        )
        for node, (x, y) in places.items()
    }
    platforms = sorted({str(told.get("platform", "")) for _, told in graph.nodes(data=True)})
    lines = [_line(at[a], at[b], told) for a, b, told in graph.edges(data=True)]
    circles = [
        _circle(node, at[node], told, platforms, is_named=len(graph) <= MOST_NAMED)
        for node, told in graph.nodes(data=True)
    ]
    return _svg(HEIGHT, "Accounts and their links", [*lines, *circles])


def _line(one: tuple[float, float], other: tuple[float, float], told: Mapping[str, Any]) -> str:
    chance = float(told.get("probability", 0.0))
    is_sure, is_likely = chance >= SURE, chance >= LIKELY
    dash = "" if is_likely else ' stroke-dasharray="4 4"'
    width = 3.5 if is_sure else 2.0 if is_likely else 1.0
    words = escape(f"{chance:.2f}: {told.get('words', '')}")
    (x1, y1), (x2, y2) = one, other
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#888" '
        f'stroke-width="{width}"{dash}><title>{words}</title></line>'
    )


def _circle(
    node: str,
    at: tuple[float, float],
    told: Mapping[str, Any],
    platforms: Sequence[str],
    *,
    is_named: bool,
) -> str:
    colour = _COLOURS[platforms.index(str(told.get("platform", ""))) % len(_COLOURS)]
    name = escape(str(told.get("name") or node))
    text = (
        f'<text x="{at[0]:.1f}" y="{at[1] - 11:.1f}" text-anchor="middle" font-size="11">'
        f"{name[:28]}</text>"
        if is_named
        else ""
    )
    title = escape(f"{node}, suspicion {told.get('suspicion', 'not known')}")
    return (
        f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="7" fill="{colour}"><title>{title}</title>'
        f"</circle>{text}"
    )


def timeline(lives: Sequence[tuple[str, datetime, datetime, bool]]) -> str:
    """Draw when each account was there: name, first and last seen, whether it has gone."""
    if not lives:
        return ""
    start, end = min(one[1] for one in lives), max(one[2] for one in lives)
    whole = max((end - start).total_seconds(), 1.0)

    def x(moment: datetime) -> float:
        return LABEL + (moment - start).total_seconds() / whole * (WIDTH - LABEL - 10)

    bars = []
    for number, (name, first, last, is_gone) in enumerate(lives):
        y = 8 + number * ROW
        fill = "#b0b0b0" if is_gone else "#3b5b92"
        told = escape(f"{name}: {first:%Y-%m-%d} to {last:%Y-%m-%d}{', gone' if is_gone else ''}")
        bars.append(
            f'<text x="0" y="{y + 11:.1f}" font-size="11">{escape(name)[:32]}</text>'
            f'<rect x="{x(first):.1f}" y="{y:.1f}" width="{max(x(last) - x(first), 3.0):.1f}" '
            f'height="14" fill="{fill}"><title>{told}</title></rect>'
        )
    y = 8 + len(lives) * ROW + 12
    ends = (
        f'<text x="{LABEL}" y="{y:.1f}" font-size="11">{start:%Y-%m-%d}</text>'
        f'<text x="{WIDTH - 10}" y="{y:.1f}" font-size="11" text-anchor="end">{end:%Y-%m-%d}</text>'
    )
    return _svg(y + 8, "When accounts were there", [*bars, ends])


def _svg(height: float, name: str, parts: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {WIDTH:.0f} {height:.0f}" role="img" aria-label="{escape(name)}" '
        f'width="100%">{"".join(parts)}</svg>'
    )
