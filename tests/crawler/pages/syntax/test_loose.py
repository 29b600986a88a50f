from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.pages.syntax.loose import after, parse

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=15,
)


@given(VALUES.filter(lambda value: isinstance(value, dict | list)))
def test_whole_json_is_read_as_it_is(value: Any) -> None:
    assert parse(json.dumps(value)) == value
    assert parse(json.dumps(value, ensure_ascii=False)) == value


@given(VALUES.filter(lambda value: isinstance(value, dict | list)), st.data())
def test_json_that_breaks_off_gives_what_is_whole(value: Any, data: st.DataObject) -> None:
    text = json.dumps(value)
    end = data.draw(st.integers(1, len(text)))
    found = parse(text[:end])
    assert type(found) is type(value)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    parse(text)
    found, end = after(text, 0)
    assert 0 <= end <= len(text)
    assert found is None or end > 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1,}', {"a": 1}),
        ("{a: 1, 'b': 'it''}", {"a": 1, "b": "it"}),
        ("{a: .5, b: 0x1F, c: -2e3}", {"a": 0.5, "b": 31, "c": -2000.0}),
        ('{"a": undefined, "b": !0, "c": !1}', {"a": None, "b": True, "c": False}),
        ("{'a': 'x\\u00e9\\x41\\n'}", {"a": "xéA\n"}),
        ("{a: '\\ud83d\\ude00', b: '\\ud83d!'}", {"a": "😀", "b": "\ufffd!"}),
        ("/* note */ [1, // one\n 2]", [1, 2]),
        ('<!-- {"a": 1} -->', {"a": 1}),
        ('//<![CDATA[\n{"a": 1}\n//]]>', {"a": 1}),
        ("{&quot;a&quot;: 1}", {"a": 1}),
        ('{"a": "line\nbreak"}', {"a": "line\nbreak"}),
        ('{"a": 1, "b": {"c": [1, 2', {"a": 1, "b": {"c": [1]}}),
        ('{"a": "broken of', {}),
        ('{"a": 1, "a": 2', {"a": 1}),
        ("", None),
        ("not json", None),
    ],
)  # fmt: skip
def test_what_pages_write_for_json(text: str, expected: Any) -> None:
    assert parse(text) == expected


def test_a_value_ends_where_the_program_goes_on() -> None:
    text = "var x = {a: [1, 2]}; var y = 3;"
    found, end = after(text, 8)
    assert found == {"a": [1, 2]}
    assert text[end:] == "; var y = 3;"


@pytest.mark.parametrize("sign", ["[", '{"a":', "[{", "("])
def test_no_depth_breaks_the_reader(sign: str) -> None:
    parse(sign * 100_000)
