"""YAML as libyaml writes it is read as a YAML library reads it; anything else is refused with its line."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.thorough import examples
from tui_chat.store.block_yaml import parse_block_yaml
from tui_chat.store.portable import PortableError

yaml = pytest.importorskip("yaml")

texts = st.text("ab c:#-'\"\\\n\t|>[]{}!&*%@`?,.~0é漢\u00a0\x07", max_size=12)
keys = st.text("ab c:#-'\"|>[]?,.~é", min_size=1, max_size=6)
values = st.recursive(
    texts | st.none() | st.booleans() | st.integers(-999, 999),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
    max_leaves=8,
)


Writer: Any = type("Writer", (yaml.SafeDumper,), {})
"""Texts of several lines as blocks where that is possible, else in double quotes: as aichat writes them."""


def _text(writer: Any, text: str) -> Any:
    style = None if "\n" not in text else '"' if " \n" in text or text.strip() == "" or "\t" in text else "|"
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style=style)


Writer.add_representer(str, _text)


@examples(100)
@given(st.dictionaries(keys, values, min_size=1) | st.lists(values, min_size=1))
def test_what_libyaml_writes_is_read(data: object) -> None:
    written = yaml.dump(data, Dumper=Writer, width=10**9, allow_unicode=True, sort_keys=False)
    assert parse_block_yaml(written) == data, written


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: &x 1\nb: *x", "Line 1"),
        ("a: !!python/object:os.system x", "begin with !"),
        ("a:\n  b: 1\n c: 2", "Line 3"),
        ("a: [1, 2]", "begin with ["),
        ('a: "open', "Line 1"),
        ("a: 'x\n  y'", "Line 1"),
        ('a: "\\U99999999"', "is no character"),
        ("a: >\n  x", "begin with >"),
        ("a: x\n  y", "Line 2"),
        ("? a\n: b", "expected is a key"),
        ("- " * 60 + "a", "nested too deeply"),
    ],
)
def test_all_else_is_refused_with_its_line(text: str, why: str) -> None:
    with pytest.raises(PortableError) as refused:
        parse_block_yaml(text)
    assert why in refused.value.message


def test_line_separators_in_a_block_are_no_lines() -> None:
    assert parse_block_yaml("a: |-\n  x\u2028  y\n  z\n...\n") == {"a": "x\u2028y\nz"}
