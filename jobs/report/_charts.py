"""Charts as SVG that takes its colours from the page and says nothing of its own to a reader.

Text and axes are drawn in `currentColor`, marks in the page's variables, so that a chart is right
on light, dark and paper. What a chart shows is told by its caption and by a table beside it.
"""

from __future__ import annotations

import re
from typing import Any

import polars as pl

_WIDTH, _HEIGHT = 430, 170
_FONT = "system-ui, sans-serif"
_ATTRIBUTES = re.compile(r' (?:aria-[a-z]+|role|class|pointer-events)="[^"]*"')
_SIZE = re.compile(r' width="\d+(?:\.\d+)?" height="\d+(?:\.\d+)?"')
MOST_DAYS = 28
MOST_PLATFORMS = 12
STEPS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)  # price over reference


def trend(days: pl.DataFrame) -> str:
    """Draw live red flags a day, those new that day on top.

    Args:
        days: day (text), known, new: one row a day, in order.

    """
    stacked = days.select("day", known=pl.col("known"), new=pl.col("new")).unpivot(
        index="day", variable_name="kind", value_name="count"
    )
    import altair as alt

    order = days["day"].to_list()
    return _svg(
        alt.Chart(_values(stacked))
        .mark_bar(size=_bar(len(order)))
        .encode(
            x=alt.X("day:O", sort=order, axis=alt.Axis(labelAngle=0, labelOverlap="greedy")).title(
                None
            ),
            y=_count_axis(alt, "count:Q"),
            color=alt.Color("kind:N", scale=_colours(alt), legend=None),
            order=alt.Order("kind:N", sort="ascending"),
        )
    )


def by_platform(platforms: pl.DataFrame) -> str:
    """Draw live red flags a platform, the most first.

    Args:
        platforms: platform, count: one row a platform, in order.

    """
    import altair as alt

    shown = platforms.head(MOST_PLATFORMS)
    base = alt.Chart(_values(shown)).encode(
        y=alt.Y(
            "platform:N", sort=None, axis=alt.Axis(ticks=False, domain=False, grid=False)
        ).title(None),
        x=alt.X("count:Q", axis=None),
    )
    bars = base.mark_bar(size=14, color="var(--mark)")
    labels = base.mark_text(align="left", dx=5, fill="currentColor", fontSize=13).encode(
        text=alt.Text("count:Q", format=",")
    )
    return _svg(bars + labels, height=max(40, 26 * shown.height))


def price_to_reference(buckets: pl.DataFrame) -> str:
    """Draw how many live listings ask which part of the reference price.

    Args:
        buckets: upto (text), suspect, other: one row a step, in order.

    """
    import altair as alt

    order = buckets["upto"].to_list()
    stacked = buckets.select("upto", known=pl.col("other"), new=pl.col("suspect")).unpivot(
        index="upto", variable_name="kind", value_name="count"
    )
    return _svg(
        alt.Chart(_values(stacked))
        .mark_bar(size=_bar(len(order)))
        .encode(
            x=alt.X("upto:O", sort=order, axis=alt.Axis(labelAngle=0)).title(None),
            y=_count_axis(alt, "count:Q"),
            color=alt.Color("kind:N", scale=_colours(alt, "var(--rest)"), legend=None),
            order=alt.Order("kind:N", sort="descending"),
        )
    )


def _values(frame: pl.DataFrame) -> Any:
    import altair as alt

    return alt.InlineData(values=frame.to_dicts())


def _colours(alt: Any, known: str = "var(--mark)") -> Any:
    """Two kinds: the marks that were known, and the ones that the chart is about."""
    second = "var(--mark-new)" if known == "var(--mark)" else "var(--mark)"
    return alt.Scale(domain=["known", "new"], range=[known, second])


def _count_axis(alt: Any, field: str) -> Any:
    axis = alt.Axis(format=",d", tickMinStep=1, tickCount=4, domain=False, ticks=False)
    return alt.Y(field, axis=axis).title(None)


def _bar(count: int) -> float:
    return max(4.0, min(34.0, 0.72 * _WIDTH / max(1, count)))


def _svg(chart: Any, height: int = _HEIGHT) -> str:
    import vl_convert

    dressed = (
        chart.properties(width=_WIDTH, height=height, background="transparent")
        .configure(font=_FONT, padding={"left": 14, "right": 6, "top": 6, "bottom": 2})
        .configure_view(stroke=None)
        .configure_axis(
            labelColor="currentColor",
            labelFontSize=13,
            grid=False,
            gridColor="var(--line)",
            domainColor="var(--line)",
            tickColor="var(--line)",
            labelPadding=6,
            labelLimit=200,
        )
        .configure_axisY(grid=True)
    )
    made = vl_convert.vegalite_to_svg(dressed.to_json())
    bare = _ATTRIBUTES.sub("", made)
    return _SIZE.sub(' aria-hidden="true" focusable="false"', bare, count=1)
