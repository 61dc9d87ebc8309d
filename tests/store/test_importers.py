"""Files of other programs: told apart by what they hold, read without loss, or refused in clear words."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count, pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.trees import talk
from tests.support.importing import read_conversations
from tests.support.thorough import examples
from tui_chat.core.conversation import Conversation
from tui_chat.core.message import Outcome
from tui_chat.core.settings import Settings
from tui_chat.store import portable
from tui_chat.store.portable import PortableError

WHEN = datetime(2026, 11, 24, tzinfo=UTC)


def ids() -> Callable[[], str]:
    numbers = count()
    return lambda: f"id{next(numbers)}"


def read(data: object) -> list[Conversation]:
    return read_conversations(data if isinstance(data, str) else json.dumps(data), WHEN, ids())


def said(conversation: Conversation) -> list[tuple[str, str]]:
    return [(node.turn.role, node.turn.text) for node in conversation.path()]


def test_a_list_of_messages() -> None:
    (made,) = read(
        [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "one"},
            {"role": "user", "content": [{"type": "text", "text": "two"}, {"type": "input_text", "text": "three"}]},
            {"role": "assistant", "content": "four", "reasoning_content": "hm"},
            {"role": "developer", "content": [{"type": "text", "text": "Be kind."}]},
            {"role": "assistant", "content": "five \U0001f600"},
        ]
    )
    assert said(made) == [("user", "one\n\ntwo\n\nthree"), ("assistant", "four\n\nfive \U0001f600")]
    assert made.settings == Settings(system="Be brief.\n\nBe kind.")
    turns = [node.turn for node in made.path()]
    assert [(turn.outcome, turn.reasoning) for turn in turns] == [(None, ""), (Outcome.COMPLETE, "hm")]
    assert {turn.created for turn in turns} == {WHEN}


def test_a_whole_request() -> None:
    request = {"model": "m", "temperature": 0.2, "top_p": 7, "stop": "END", "stream": True, "title": "T"}
    (made,) = read({**request, "messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]})
    assert (made.title, made.settings) == ("T", Settings(temperature=0.2, stop=("END",)))
    assert [node.turn.model for node in made.path()] == [None, "m"]


def test_tools_are_kept_as_text_of_the_answer() -> None:
    call = {"id": "c1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Rome"}'}}
    (made,) = read(
        [
            {"role": "user", "content": "Weather?"},
            {"role": "assistant", "content": None, "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "c1", "content": "sunny"},
            {"role": "assistant", "content": "It is sunny."},
        ]
    )
    (_, answer) = said(made)
    assert answer == (
        "assistant",
        '```json\n{\n  "tool_call": "weather",\n  "arguments": {\n    "city": "Rome"\n  }\n}\n```\n\n'
        "Tool c1:\n\nsunny\n\nIt is sunny.",
    )


def test_pictures_and_refusals() -> None:
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 9000}}
    (made,) = read(
        [
            {"role": "user", "content": [picture, {"type": "text", "text": "What is it?"}]},
            {"role": "assistant", "content": None, "refusal": "I cannot say."},
            {"role": "user", "content": "why"},
            {"role": "assistant", "content": ""},
        ]
    )
    turns = [node.turn for node in made.path()]
    assert "image_url" in turns[0].text
    assert "What is it?" in turns[0].text
    assert len(turns[0].text) < 400
    assert (turns[1].outcome, turns[1].refusal) == (Outcome.REFUSED, "I cannot say.")
    assert turns[3].outcome is Outcome.EMPTY


def node(
    node_id: str, parent: str | None, role: str, text: str, children: list[str] | None = None, **more: Any
) -> dict[str, Any]:
    message = {
        "id": node_id,
        "author": {"role": role, "name": more.pop("name", None)},
        "create_time": more.pop("at", 1_700_000_000.5),
        "content": more.pop("content", {"content_type": "text", "parts": [text]}),
        "metadata": more,
    }
    return {"id": node_id, "message": message, "parent": parent, "children": children or []}


def export(*nodes: dict[str, Any], current: str | None = None, **more: Any) -> dict[str, Any]:
    root = {
        "id": "root",
        "message": None,
        "parent": None,
        "children": [n["id"] for n in nodes if n["parent"] == "root"],
    }
    return {
        "title": "Rivers",
        "create_time": 1_699_999_999.0,
        "mapping": {"root": root, **{n["id"]: n for n in nodes}},
        "current_node": current or nodes[-1]["id"],
        "conversation_id": "6f1c-22",
        **more,
    }


def test_chatgpt_with_branches() -> None:
    made = read(
        [
            export(
                node("s", "root", "system", "Custom."),
                node("u1", "s", "user", "one", ["a1", "a2"]),
                node("a2", "u1", "assistant", "second try", ["u2", "u3"], model_slug="gpt-x", at=None),
                node("a1", "u1", "assistant", "first try"),
                node("u3", "a2", "user", "edited"),
                node("u2", "a2", "user", "asked"),
                current="u2",
            ),
            export(node("x", "root", "user", "other"), conversation_id=None, title=None),
            export(node("e", "root", "user", "")),
        ]
    )
    assert [(c.id, c.title) for c in made] == [("6f1c-22", "Rivers"), ("id0", "")]
    tree = made[0]
    assert said(tree) == [("user", "one"), ("assistant", "second try"), ("user", "asked")]
    assert tree.children("u1") == ["a1", "a2"]
    assert tree.children("a2") == ["u2", "u3"]
    assert tree.settings.system == "Custom."
    answer = tree.nodes["a2"].turn
    assert (answer.model, answer.outcome, answer.created) == ("gpt-x", Outcome.COMPLETE, tree.created)
    assert tree.nodes["u1"].turn.created == datetime.fromtimestamp(1_700_000_000.5, UTC)


def test_chatgpt_messages_of_one_side_become_one_turn() -> None:
    thoughts = {"content_type": "thoughts", "thoughts": [{"summary": "Plan", "content": "Search first."}]}
    code = {"content_type": "code", "language": "python", "text": "print(1)"}
    output = {"content_type": "execution_output", "text": "1"}
    parts = {"content_type": "multimodal_text", "parts": [{"asset_pointer": "file://x"}, "two", "three"]}
    about = {"content_type": "user_editable_context", "user_profile": "I fish.", "user_instructions": "Rhyme."}
    (made,) = read(
        export(
            node("c", "root", "user", "", content=about),
            node("u", "c", "user", "", content=parts),
            node("t", "u", "assistant", "", content=thoughts),
            node("k", "t", "assistant", "", content=code),
            node("o", "k", "tool", "", content=output, name="python"),
            node("a", "o", "assistant", "Done.", finish_details={"type": "max_tokens"}, model_slug="m"),
        )
    )
    (prompt, answer) = [n.turn for n in made.path()]
    assert "file://x" in prompt.text
    assert prompt.text.endswith("two\n\nthree")
    assert answer.text == "```python\nprint(1)\n```\n\nTool python:\n\n1\n\nDone."
    assert answer.reasoning == "**Plan**\n\nSearch first."
    assert (answer.outcome, answer.model) == (Outcome.LENGTH, "m")
    assert made.settings.system == "I fish.\n\nRhyme."


def test_chatgpt_a_branch_inside_one_side_loses_nothing() -> None:
    (made,) = read(
        export(
            node("u", "root", "user", "q", ["a"]),
            node("a", "u", "assistant", "begin", ["b", "n", "c"]),
            node("b", "a", "assistant", "long"),
            node("n", "a", "user", "next"),
            node("c", "a", "assistant", "short"),
            current="n",
        )
    )
    assert said(made) == [("user", "q"), ("assistant", "begin"), ("user", "next")]
    assert {made.nodes[i].turn.text for i in made.children("u")} == {"begin\n\nlong", "begin", "begin\n\nshort"}


@st.composite
def mappings(draw: st.DrawFn) -> tuple[dict[str, Any], list[str]]:
    nodes: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 12))):
        parent = draw(st.sampled_from(["root", *[n["id"] for n in nodes]]))
        role = draw(st.sampled_from(["user", "assistant", "tool"]))
        nodes.append(node(f"n{number}", parent, role, f"<{number}>"))
    for one in nodes:
        one["children"] = [n["id"] for n in nodes if n["parent"] == one["id"]]
    current = draw(st.sampled_from(nodes))
    path, at = [], current
    while True:
        path.append(at["message"]["content"]["parts"][0])
        if at["parent"] == "root":
            break
        at = next(n for n in nodes if n["id"] == at["parent"])
    return export(*draw(st.permutations(nodes)), current=current["id"]), path[::-1]


@examples(60)
@given(mappings())
def test_chatgpt_any_tree_keeps_all_texts_and_the_shown_path(made: tuple[dict[str, Any], list[str]]) -> None:
    data, path = made
    (tree,) = read(data)
    roles = [n.turn.role for n in tree.path()]
    assert all(a != b for a, b in pairwise(roles))
    whole = " ".join(text for _, text in said(tree)).replace("Tool:", "").replace("Tool tool:", "").split()
    assert whole == path
    everything = " ".join(n.turn.text for n in tree.nodes.values())
    assert all(f"<{number}>" in everything for number in range(len(data["mapping"]) - 1))
    assert portable.loads(portable.dumps(tree)) == tree


def test_long_chains_are_read() -> None:
    nodes = [node(f"n{i}", f"n{i - 1}" if i else "root", ["user", "assistant"][i % 2], str(i)) for i in range(5000)]
    (made,) = read(export(*nodes))
    assert len(made.path()) == 5000


def test_portable_files_one_or_a_list() -> None:
    one, two = talk(("q", "a"), id="one"), talk(("p", "b"), id="two")
    assert read(portable.dumps(one)) == [one]
    assert read([portable.to_plain(one), portable.to_plain(two)]) == [one, two]


def test_an_answer_that_was_still_running_is_incomplete() -> None:
    data = portable.to_plain(talk(("q", "a")))
    data["turns"][1]["outcome"] = None
    (made,) = read(data)
    assert [n.turn.outcome for n in made.path()] == [None, Outcome.INCOMPLETE]


SOUND = {"role": "user", "content": "x"}
NOT_READ: list[tuple[object, list[str]]] = [
    ("", ["is empty", "Expected"]),
    ("hello, this is a letter", ["neither JSON nor Markdown"]),
    ("# A title\n\nMarkdown of somebody", ["neither JSON nor Markdown"]),
    ('{"messages": [', ["line 1"]),
    ([], ["an empty list"]),
    ({}, ["an empty object"]),
    (17, ["neither JSON"]),
    ([1, 2], ["begins with 1"]),
    ({"name": "x", "age": 3}, ['"name", "age"']),
    ({"messages": []}, ['"messages" with a list of 0']),
    ({"messages": "x"}, ["\"messages\" with 'x'"]),
    ({"mapping": {}}, ["without a message"]),
    ({"mapping": 3}, ["mapping", "found 3"]),
    ([{"mapping": {}}, {"no": 1}], ["Conversation 2", "conversations.json"]),
    ([SOUND, {"role": "wizard", "content": "x"}], ["messages[1].role", "wizard", "assistant"]),
    ([SOUND, {"content": "x"}], ["messages[1].role", "nothing"]),
    ([SOUND, "x"], ["messages[1]", "expected an object"]),
    ([{"role": "user", "content": 5}], ["messages[0].content", "found 5"]),
    ([{"role": "user", "content": ["a", 5]}], ["messages[0].content[1]"]),
    ([{"format": "tui-chat/1"}, 4], ["Conversation 1"]),
    ({"format": "tui-chat/9"}, ["newer"]),
    ("[" * 100_000, ["nested too deeply"]),
    ('[{"role": "user", "content": ' + "[" * 800 + "]" * 800 + "}]", ["nested too deeply"]),
]


@pytest.mark.parametrize(("data", "names"), NOT_READ, ids=lambda value: str(value)[:30])
def test_all_else_is_refused_and_named(data: object, names: list[str]) -> None:
    with pytest.raises(PortableError) as error:
        read(data)
    for name in names:
        assert name in error.value.message
    assert len(error.value.message) < 500


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                "role content mapping message messages format parent children author parts metadata text create_time"
                " content_type thoughts".split()
            ),
            inner | st.sampled_from(["user", "assistant", "text", "thoughts", "a", 1e300, -1e300]),
            max_size=5,
        )
    ),
    max_leaves=25,
)


SAMPLES = [
    export(node("u", "root", "user", "q", ["a"]), node("a", "u", "tool", "x", finish_details={"type": "stop"})),
    {"title": "t", "model": "m", "messages": [SOUND, {"role": "tool", "content": [{"text": "a"}], "tool_calls": []}]},
    [portable.to_plain(talk(("q", "a")))],
]


def places(data: object) -> list[tuple[Any, Any]]:
    """(container, key) of everything inside."""
    match data:
        case dict():
            inner = list(data.items())
        case list():
            inner = list(enumerate(data))
        case _:
            return []
    return [(data, key) for key, _ in inner] + [place for _, value in inner for place in places(value)]


@st.composite
def damaged(draw: st.DrawFn) -> object:
    data = json.loads(json.dumps(draw(st.sampled_from(SAMPLES))))
    container, key = draw(st.sampled_from(places(data)))
    container[key] = draw(json_values)
    return data


@examples(100)
@given(json_values | damaged())
def test_any_json_is_read_or_refused(data: object) -> None:
    try:
        found = read(data)
    except PortableError:
        return
    for made in found:
        assert portable.loads(portable.dumps(made)) == made
