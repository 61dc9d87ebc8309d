"""Event streams are read as WHATWG says (HTML, 9.2.6) on every well-formed stream. httpx-sse is the oracle.

It is asked with the text of whole events only, because it drops a last one that no blank line ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import cast

import httpx
from httpx_sse import EventSource
from hypothesis import example, given
from hypothesis import strategies as st

from tui_chat.wire.sse import StreamFramer


class _Response:
    headers: Mapping[str, str] = {"content-type": "text/event-stream"}

    def __init__(self, text: str) -> None:
        self._text = text

    def iter_text(self) -> Iterator[str]:
        yield self._text


def oracle(text: str) -> list[tuple[str, str]]:
    """(event, data) of every event that has data."""
    events = EventSource(cast(httpx.Response, _Response(text))).iter_sse()
    return [(event.event, event.data) for event in events if event.data.encode().strip()]


def framed(parts: list[bytes]) -> list[tuple[str, str]]:
    framer = StreamFramer()
    return [(event.event, event.data) for part in parts for event in framer.feed(part)]


values = st.sampled_from(
    [
        "x",
        " x",
        "  two spaces",
        "a: b:c",
        '{"a": 1',
        '"b": [',
        "]}",
        "[DONE",
        "",
        " ",
        "é日🎉",
        "\u2028\u0085\x0b",
        "x ",
    ]
)
fields = st.one_of(
    st.tuples(st.just("data"), values).map(": ".join),
    st.tuples(st.just("data"), values).map(":".join),
    st.sampled_from(["data", "event", "id", "retry", "data:", "event:", "event: ", "event: ping", "event:  ping "]),
    st.sampled_from(["id: 7", "retry: 10", "retry: x", ": comment", ":", "foo: bar", "foo", "Data: x", " data: x"]),
    st.sampled_from(["data : x", "datax: y", "  ", "\t", "[x]: 1", "[1, 2", "{x}: 1", "{", "events: e"]),
)
ends = st.sampled_from(["\n", "\r\n", "\r"])
streams = st.lists(st.tuples(fields | st.just(""), ends), max_size=14)


@given(streams, st.booleans(), st.data())
@example([("data: a", "\n"), ("  ", "\n"), ("data: b", "\n"), ("", "\n")], False, None)
@example([("[x]: 1", "\n"), ("data: b", "\n"), ("", "\n")], False, None)
@example([("event: e", "\n"), ("{x}: 1", "\n"), ("data: b", "\n"), ("", "\n")], False, None)
@example([("event: e", "\n"), ("{x}: 1", "\n"), ("", "\n"), ("data: b", "\n"), ("", "\n")], False, None)
@example([("{x}: 1", "\n"), ("event: e", "\n"), ("data: b", "\n"), ("", "\n")], False, None)
@example([("event: e", "\r"), ("event", "\r"), ("data: b", "\r"), ("", "\r")], False, None)
def test_every_well_formed_stream_at_any_cut(
    lines: list[tuple[str, str]], mark: bool, cut: st.DataObject | None
) -> None:
    text = "".join(line + end for line, end in [*lines, ("", "\n"), ("", "\n")])
    raw = (b"\xef\xbb\xbf" if mark else b"") + text.encode()
    expected = oracle(text)
    assert framed([raw]) == expected
    assert framed([raw[at : at + 1] for at in range(len(raw))]) == expected
    if cut is not None:
        at = cut.draw(st.integers(0, len(raw)))
        assert framed([raw[:at], raw[at:]]) == expected


def test_one_event_over_many_data_lines_is_one_object() -> None:
    raw = b'data: {"choices": [\ndata: {"index": 0,\ndata:  "delta": {}}\ndata: ]}\n\n'
    ((event, data),) = framed([raw])
    assert event == "message"
    assert data == '{"choices": [\n{"index": 0,\n "delta": {}}\n]}'
