"""What was measured of features is read, shown and told of."""

from __future__ import annotations

from datetime import date

from infra.feature_figures import Figure, Measured, columns, note
from jobs import catalogue

FOUND = Measured(
    day=date(2026, 11, 2),
    listings=4_000,
    decisions=900,
    platforms=("bazaar", "agora"),
    figures={
        "price_log": Figure(importance=0.0123, psi=0.3456, cost_us=0.01234),
        "seller_brand_share": Figure(importance=0.2, psi=0.0),
    },
)


def test_a_figure_stands_in_the_row_of_its_feature() -> None:
    rows = catalogue.as_markdown(columns(FOUND), note(FOUND)).splitlines()

    def end(name: str) -> str:
        (row,) = [row for row in rows if row.startswith(f"| `{name}` |")]
        return " | ".join(row.strip("| ").split(" | ")[-3:])

    assert end("price_log") == "0.0123 | 1.2 | 0.35"
    assert end("seller_brand_share") == "\u2013 | 20 | 0"
    assert end("price_ratio") == "\u2013 | \u2013 | \u2013"


def test_the_page_says_on_what_it_was_measured() -> None:
    assert "4,000 listings of the 2 platforms" in note(FOUND)
