"""The portable file: lossless, and every text that is not one is refused in clear words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.trees import START, answer, conversations, talk
from tests.support.thorough import examples
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import ErrorKind, Outcome, ServerError
from tui_chat.store import portable
from tui_chat.store.library import Library
from tui_chat.store.portable import PortableError

KEYS = (
    "id parent role text reasoning created outcome finish_reason verdicts usage settings model endpoint request_id"
    " error sent attachments"
).split()


@examples(60)
@given(conversations())
def test_any_conversation_comes_back_equal(conversation: Conversation) -> None:
    text = portable.dumps(conversation)
    again = portable.loads(text)
    assert (again, again.labels) == (conversation, conversation.labels)
    text.encode()


@examples(25)
@given(conversations())
def test_through_library_file_and_library(conversation: Conversation) -> None:
    library = Library.private()
    library.open().now()
    library.create(conversation).now()
    text = portable.dumps(library.load(conversation.id).now())
    library.trash.remove([conversation.id]).now()
    library.create(portable.loads(text)).now()
    again = library.load(conversation.id).now()
    assert (again, again.labels) == (conversation, conversation.labels)
    library.close().now()


def test_the_keys_are_those_of_the_contract() -> None:
    made = talk(("q", "a"))
    data = json.loads(portable.dumps(made))
    assert list(data) == ["format", "id", "title", "created", "settings", "turns"]
    assert [list(turn) for turn in data["turns"]] == [KEYS, KEYS]
    error = ServerError(ErrorKind.SERVER, "m", 500, "c", "r", 1.5, "h")
    failed = answer("", outcome=Outcome.FAILED)
    made.put("a0", type(failed)("assistant", "", START, outcome=Outcome.FAILED, error=error, refusal="no", sent=False))
    turn = json.loads(portable.dumps(made))["turns"][1]
    assert list(turn["error"]) == ["kind", "message", "status", "code", "request_id", "retry_after_s", "hint"]
    assert (turn["refusal"], turn["sent"]) == ("no", False)
    made.head = "p0"
    assert json.loads(portable.dumps(made))["head"] == "p0"


def test_lone_surrogates_are_written_as_replacement_characters() -> None:
    made = Conversation("c", START, title="\ud800")
    made.add(Node("1", None, answer("x\udfff", outcome=Outcome.COMPLETE)))
    again = portable.loads(portable.dumps(made))
    assert (again.title, again.nodes["1"].turn.text) == ("\ufffd", "x\ufffd")


def _changed(*path: str | int, to: Any) -> str:
    data = json.loads(portable.dumps(talk(("q", "a"))))
    place = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return json.dumps(data)


BROKEN: list[tuple[str, str]] = [
    ("", "line 1, column 1"),
    ("Dear diary", "line 1, column 1"),
    ('{"format": "tui-chat/1",\n "id": }', "line 2, column 8"),
    ("[" * 100_000, "nested too deeply"),
    ('{"format": "tui-chat/1", "x": ' + "[" * 900 + "]" * 900 + "}", ""),
    ("1" * 5000, "number"),
    ('{"format": "tui-chat/1", "id": NaN}', "NaN"),
    ("null", "not a conversation"),
    ("[]", "not a conversation"),
    ('{"messages": []}', '"format": "tui-chat/1"'),
    (_changed("format", to="tui-chat/2"), "newer version"),
    (_changed("format", to="tui-chat/999999999999999999999999"), "newer version"),
    (_changed("format", to="tui-chat/"), "unknown format"),
    (_changed("format", to="tui-chat/0"), "unknown format"),
    (_changed("format", to=1), "unknown format"),
    (_changed("id", to=""), "id: "),
    (_changed("id", to="a\nb"), "id: "),
    (_changed("id", to="x" * 1000), "id: "),
    (_changed("created", to="yesterday"), "created: "),
    (_changed("created", to="2026-01-01T00:00:00"), "offset from UTC"),
    (_changed("created", to=12), "created: found 12"),
    (_changed("title", to=["x"]), "title: found a list of 1"),
    (_changed("head", to="nobody"), "head: "),
    (_changed("settings", to={"temperature": "hot"}), "settings.temperature: found 'hot'"),
    (_changed("settings", to={"temprature": 1}), "settings.temprature"),
    (_changed("turns", to={}), "turns: "),
    (_changed("turns", to=[3]), "turns[0]: found 3"),
    (_changed("turns", 1, "id", to="p0"), "turns[1].id"),
    (_changed("turns", 1, "parent", to="a0"), "turns[1].parent"),
    (_changed("turns", 0, "parent", to=0), "turns[0].parent"),
    (_changed("turns", 0, "role", to="robot"), "turns[0].role"),
    (_changed("turns", 0, "role", to=["user"]), "turns[0].role"),
    (_changed("turns", 0, "text", to=None), "turns[0].text: found nothing"),
    (_changed("turns", 0, "text", to="\ud800"), "surrogate"),
    (_changed("turns", 0, "\udfff", to=1), "surrogate"),
    (_changed("turns", 1, "outcome", to="great"), "turns[1].outcome"),
    (_changed("turns", 1, "outcome", to=True), "turns[1].outcome"),
    (_changed("turns", 1, "sent", to="yes"), "turns[1].sent"),
    (_changed("turns", 1, "usage", to={"prompt_tokens": 1.5}), "turns[1].usage.prompt_tokens"),
    (_changed("turns", 1, "verdicts", to="none"), "turns[1].verdicts"),
    (_changed("turns", 1, "verdicts", to=[{"source": "moon"}]), "turns[1].verdicts[0].source"),
    (_changed("turns", 1, "error", to={"kind": "odd", "message": ""}), "turns[1].error.kind"),
    (_changed("turns", 1, "not_run", to="both"), "turns[1].not_run"),
    (_changed("turns", 1, "attachments", to=[{"name": "x"}]), "turns[1].attachments"),
]


@pytest.mark.parametrize(("text", "words"), BROKEN, ids=range(len(BROKEN)))
def test_what_is_no_conversation_is_said(text: str, words: str) -> None:
    with pytest.raises(PortableError) as caught:
        portable.loads(text)
    assert words in caught.value.message
    assert caught.value.message.endswith(".")
    assert len(caught.value.message) < 500


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@examples(70)
@given(st.sampled_from(["id", "title", "created", "settings", "turns", "head", "turn"]), st.data())
def test_any_value_anywhere_is_read_or_refused(key: str, data: st.DataObject) -> None:
    value = data.draw(json_values)
    path = ("turns", 1, data.draw(st.sampled_from(KEYS))) if key == "turn" else (key,)
    try:
        portable.loads(_changed(*path, to=value))
    except PortableError:
        return


def test_a_file_names_itself_in_its_error(tmp_path: Path) -> None:
    path = tmp_path / "x.chat.json"
    path.write_bytes(b"\xef\xbb\xbf" + portable.dumps(talk(("q", "a"))).encode())
    assert portable.read(path) == talk(("q", "a"))
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(PortableError, match=r"x\.chat\.json is not UTF-8"):
        portable.read(path)
    path.write_text("{")
    with pytest.raises(PortableError, match=r"x\.chat\.json: "):
        portable.read(path)
