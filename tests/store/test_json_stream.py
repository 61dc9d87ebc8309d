"""JSON read value by value: lists behind one another, and values that Python's decoder refuses."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.thorough import examples
from tui_chat.store.deep_json import MAX_DEPTH, decode_deep
from tui_chat.store.json_stream import NextList, json_stream
from tui_chat.store.portable import PortableError


def values(text: str, size: int = 7) -> list[object]:
    """The values of a text that arrives in small pieces; None stands between two lists."""
    stream = json_stream(iter(text[at : at + size] for at in range(0, len(text), size)))
    assert stream is not None
    return [None if isinstance(each, NextList) else each for each in stream.values]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[1, 2]\n[3]", [1, 2, None, 3]),
        ("[1][][2]", [1, None, None, 2]),
        ("[]", []),
        ("[1] and a word", [1]),
        ('[{"a": NaN, "b": 1}, -Infinity, 2]', [{"a": None, "b": 1}, None, 2]),
        ("[" + "9" * 5000 + ", 2]", [None, 2]),
        ('{"n": %s}\n{"n": 1}' % ("9" * 5000), [{"n": None}, {"n": 1}]),
    ],
)
def test_one_value_or_list_keeps_no_other_out(text: str, found: list[object]) -> None:
    assert values(text) == found


def test_what_is_nested_by_the_thousand_is_read_and_without_end_refused() -> None:
    depth = 5000
    one, two = values("[" + '{"a": [' * depth + '"x"' + "]}" * depth + ", 2]", 1000)
    for _ in range(depth):
        assert isinstance(one, dict)
        (one,) = one["a"]
    assert (one, two) == ("x", 2)
    with pytest.raises(PortableError, match="too deeply"):
        values("[" * (MAX_DEPTH + 2), 10_000)


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@examples(100)
@given(plain, st.sampled_from([None, 1]))
def test_any_json_is_read_as_pythons_decoder_does(value: object, indent: int | None) -> None:
    text = json.dumps(value, indent=indent).replace("Infinity", "1e999")
    assert decode_deep(text, 0) == (json.loads(text), len(text))


@examples(100)
@example(-1, 0, "\n")
@given(plain, st.integers(0, 200), st.sampled_from(["", "]", "}", ",", ":", '"', "1", "x", "\n"]))
def test_what_is_no_json_is_none_here_either(value: object, at: int, put: str) -> None:
    text = json.dumps(value).replace("Infinity", "1e999")
    text = text[:at] + put + text[at + 1 :]

    def tried(decode: object) -> object:
        try:
            return decode(text, 0)  # type: ignore[operator]
        except json.JSONDecodeError:
            return "none"

    assert tried(decode_deep) == tried(json.JSONDecoder().raw_decode)
