"""Names and values that a page sets side by side, in a table or a list of definitions."""

from __future__ import annotations

from selectolax.lexbor import LexborNode

from crawler.pages.syntax.text import line


def table(root: LexborNode | None) -> dict[str, str]:
    """Give the rows of a table by the text of their first cell; the first row of a name counts."""
    found: dict[str, str] = {}
    for row in root.css("tr") if root is not None else ():
        cells = [line(cell.text(separator=" ")) for cell in row.css("th, td")]
        if len(cells) > 1 and cells[0] and cells[1]:
            found.setdefault(cells[0], cells[1])
    return found


def definitions(root: LexborNode | None) -> dict[str, str]:
    """Give the values of a `dl` by their names; values of one name stand on lines of their own."""
    found: dict[str, str] = {}
    name = None
    for node in root.css("dt, dd") if root is not None else ():
        text = line(node.text(separator=" "))
        if node.tag == "dt":
            name = text
        elif name and text:
            found[name] = f"{found[name]}\n{text}" if name in found else text
    return found
