"""The two plots of a model, as small SVG pictures that MLflow's pages show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

SIZE, EDGE = 320, 44
STEPS = 5
POINTS = 200  # of a curve; more would not be seen
# Of the page that shows it, if it has them.
MARK, REST = "var(--mark-new, #9f1f17)", "var(--rest, #8792a2)"

Point = tuple[float, float]


def reliability(points: Iterable[tuple[float, ...]]) -> bytes:
    """Draw the share found over the chance told; on the diagonal chances mean what they say.

    Args:
        points: chance told, share found and more of each bin, as figures.reliability gives them.

    """
    shown = [(told, found) for told, found, *_ in points]
    dots = "".join(f'<circle cx="{_x(x):.1f}" cy="{_y(y):.1f}" r="3.5"/>' for x, y in shown)
    diagonal = _line([(0.0, 0.0), (1.0, 1.0)], REST, dashes="4 4")
    marks = f'<g fill="{MARK}">{dots}</g>'
    return _plot("Reliability", "chance told", "share found", diagonal + _line(shown) + marks)


def precision_recall(points: Sequence[Point], beside: Sequence[Point] = ()) -> bytes:
    """Draw precision over recall, and that of another scorer beside it, dashed."""
    lines = _line(_some(beside), REST, dashes="4 4") + _line(_some(points))
    return _plot("Precision and recall", "recall", "precision", lines)


def _some(points: Sequence[Point]) -> Sequence[Point]:
    return points[:: max(1, len(points) // POINTS)]


def _plot(title: str, across: str, up: str, inside: str) -> bytes:
    """Draw a frame from 0 to 1 both ways, with names on its sides."""
    whole, middle = SIZE + 2 * EDGE, EDGE + SIZE / 2
    ticks = [step / STEPS for step in range(STEPS + 1)]
    numbers = "".join(
        f'<text x="{_x(t):.0f}" y="{EDGE + SIZE + 16}" text-anchor="middle">{t:.1f}</text>'
        f'<text x="{EDGE - 6}" y="{_y(t) + 4:.0f}" text-anchor="end">{t:.1f}</text>'
        for t in ticks
    )
    frame = (
        f'<rect x="{EDGE}" y="{EDGE}" width="{SIZE}" height="{SIZE}" fill="none" stroke="#888"/>'
    )
    names = (
        f'<text x="{middle}" y="24" text-anchor="middle" font-size="14">{title}</text>'
        f'<text x="{middle}" y="{whole - 8}" text-anchor="middle">{across}</text>'
        f'<text x="12" y="{middle}" text-anchor="middle" transform="rotate(-90 12 {middle})">'
        f"{up}</text>"
    )
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {whole} {whole}"'
    font = 'font-family="sans-serif" font-size="11" fill="currentColor"'
    text = f"{head} {font}>{frame}{numbers}{names}{inside}</svg>"
    return text.encode()


def _line(points: Iterable[Point], colour: str = MARK, dashes: str = "none") -> str:
    path = " ".join(f"{_x(x):.1f},{_y(y):.1f}" for x, y in points)
    return (
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2" '
        f'stroke-dasharray="{dashes}"/>'
    )


def _x(value: float) -> float:
    return EDGE + SIZE * value


def _y(value: float) -> float:
    return EDGE + SIZE * (1 - value)
