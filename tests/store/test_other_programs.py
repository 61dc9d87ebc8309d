"""Exports of other programs, in several versions of their formats: made up after what the importers name as sources."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.test_importers import ids, read, said
from tests.support.sent import sent_messages
from tests.support.thorough import examples
from tui_chat.core.conversation import Conversation
from tui_chat.core.message import Citation, Outcome
from tui_chat.core.settings import Settings
from tui_chat.engine.clock import SystemClock
from tui_chat.engine.exchange import Services
from tui_chat.engine.file_import import Imported, import_file
from tui_chat.store.ids import Ids, derived_ids
from tui_chat.store.importers import read_items
from tui_chat.store.importers.importer import Found, Rejected
from tui_chat.store.library import Library
from tui_chat.store.portable import PortableError

WHEN = datetime(2026, 11, 24, tzinfo=UTC)
TALK = [("user", "Why?"), ("assistant", "So.")]


def claude(**more: Any) -> dict[str, Any]:
    """Since 2024-11: blocks; `more` for the answer."""
    return {
        "uuid": "c-1",
        "name": "Rivers",
        "created_at": "2025-03-01T10:00:00.000000Z",
        "account": {"uuid": "me"},
        "chat_messages": [
            {"uuid": "m-1", "sender": "human", "text": "Why?", "content": [{"type": "text", "text": "Why?"}]},
            {"uuid": "m-2", "sender": "assistant", "text": "So.", "content": [{"type": "text", "text": "So."}], **more},
        ],
    }


def open_webui(messages: dict[str, Any], current: str) -> dict[str, Any]:
    return {
        "id": "w-1",
        "title": "Rivers",
        "created_at": 1_700_000_000,
        "chat": {"models": ["m"], "history": {"messages": messages, "currentId": current}, "messages": []},
    }


WEBUI: dict[str, dict[str, Any]] = {
    "q": {"id": "q", "parentId": None, "childrenIds": ["a", "b"], "role": "user", "content": "Why?"},
    "a": {"id": "a", "parentId": "q", "role": "assistant", "content": "So.", "model": "m", "timestamp": 1_700_000_001},
    "b": {"id": "b", "parentId": "q", "role": "assistant", "content": "Or so.", "model": "n"},
}

LIBRECHAT = {
    "conversationId": "l-1",
    "title": "Rivers",
    "exportAt": "10:00:00 GMT",
    "options": {"model": "gpt-4o", "promptPrefix": "Be brief."},
}

SAMPLES: dict[str, Any] = {
    "claude 2024": {
        "uuid": "c-0",
        "name": "Rivers",
        "created_at": "2024-01-01T10:00:00Z",
        "chat_messages": [{"sender": "human", "text": "Why?"}, {"sender": "assistant", "text": "So."}],
    },
    "claude 2025": [claude()],
    "open webui": [open_webui(WEBUI, "a")],
    "open webui, one chat": open_webui(WEBUI, "a"),
    "open webui 0.1": {"id": "w", "title": "Rivers", "chat": {"messages": [
        {"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}]}},
    "librechat, a tree": {**LIBRECHAT, "recursive": True, "messages": [
        {"messageId": "q", "parentMessageId": "00000000-0000-0000-0000-000000000000", "isCreatedByUser": True,
         "text": "Why?", "children": [{"messageId": "a", "isCreatedByUser": False, "text": "So.", "children": []}]}]},
    "librechat, a list": {**LIBRECHAT, "recursive": False, "messages": [
        {"messageId": "q", "parentMessageId": None, "isCreatedByUser": True, "text": "Why?"},
        {"messageId": "a", "parentMessageId": "q", "isCreatedByUser": False, "content": [
            {"type": "think", "think": "hm"}, {"type": "text", "text": "So."}]}]},
    "librechat, messagesTree": {**LIBRECHAT, "messagesTree": [
        {"messageId": "q", "sender": "User", "text": "Why?", "children": [
            {"messageId": "a", "sender": "GPT-4", "text": "So."}]}]},
    "llm logs": [{"id": "r1", "model": "gpt-4o", "prompt": "Why?", "system": None, "response": "So.",
                  "conversation_id": "x1", "conversation_name": "Rivers", "datetime_utc": "2025-01-01T10:00:00"}],
    "lm studio": {"name": "Rivers", "createdAt": 1_700_000_000_000, "systemPrompt": "", "messages": [
        {"versions": [{"type": "singleStep", "role": "user", "content": [{"type": "text", "text": "Why?"}]}],
         "currentlySelected": 0},
        {"versions": [{"type": "multiStep", "role": "assistant", "steps": [
            {"type": "contentBlock", "style": {"type": "thinking"}, "content": [{"type": "text", "text": "hm"}]},
            {"type": "contentBlock", "content": [{"type": "text", "text": "So."}],
             "genInfo": {"indexedModelIdentifier": "qwen"}}]}], "currentlySelected": 0}]},
    "json lines": '{"messages": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}]}\n',
    "a list of messages in lines": '{"role": "user", "content": "Why?"}\n{"role": "assistant", "content": "So."}\n',
    "wrapped": {"conversations": [claude()]},
    "wrapped under another name": {"version": 3, "my_talks": [claude()]},
    "aichat 0.9": "model: gpt-3.5-turbo\ntemperature: null\nmessages:\n- role: user\n  content: Why?\n"
                  "- role: assistant\n  content: So.\n",
    "aichat 0.30": "model: azure-openai:gpt-4o\ntemperature: 0.2\nsave_session: true\ncompressed_messages:\n"
                   "- role: system\n  content: 'Answer: briefly.'\n- role: user\n  content:\n"
                   "  - type: text\n    text: Why?\n"
                   "messages:\n- role: system\n  content: |-\n    Answer: briefly.\n\n    A recap.\n"
                   "- role: assistant\n  content: |\n    <think>\n    hm\n    </think>\n    So.\ndata_urls: {}\n",
    "aichat's log 0.9": "# CHAT:[2023-08-01T10:00:00+00:00] (coder)\nWhy?\n--------\nSo.\n--------\n\n",
    "aichat's log 0.30": "# CHAT: Rivers [2025-08-01T10:00:00+00:00]\nWhy?\n--------\n"
                         "<think>\nhm\n</think>\nSo.\n--------\n\n",
}  # fmt: skip


@pytest.mark.parametrize("name", SAMPLES)
def test_each_format_says_the_same(name: str) -> None:
    (made,) = read(SAMPLES[name])
    assert [(role, text.strip()) for role, text in said(made)] == TALK
    assert made.path()[-1].turn.outcome is Outcome.COMPLETE
    if not name.startswith(("json lines", "a list", "aichat 0", "aichat's log 0.9")):
        assert made.title == "Rivers"


def test_claude_thinking_files_and_branches() -> None:
    data = claude(content=[{"type": "thinking", "thinking": "hm"}, {"type": "text", "text": "So."}])
    data["chat_messages"][0] |= {
        "attachments": [
            {"file_name": "notes.txt", "file_size": 5, "extracted_content": "notes"},
            {"file_name": "cat.png"},
        ],
        "files": [{"file_name": "more.pdf"}],
        "parent_message_uuid": "00000000-0000-4000-8000-000000000000",
    }
    data["chat_messages"][1]["parent_message_uuid"] = "m-1"
    data["chat_messages"].append({"uuid": "m-3", "sender": "assistant", "text": "Or so.", "parent_message_uuid": "m-1"})
    (made,) = read([data])
    first, answer = made.path("m-2")
    assert first.turn.text == "Why?\n\n[file: cat.png]\n[file: more.pdf]"
    assert [(each.name, each.text) for each in first.turn.attachments] == [("notes.txt", "notes")]
    assert (answer.turn.reasoning, answer.turn.text) == ("hm", "So.")
    assert made.siblings("m-2") == ["m-2", "m-3"]


def test_open_webui_branches_models_and_thoughts() -> None:
    thought = '<details type="reasoning" done="true"><summary>Thought</summary>\n&gt; hm\n</details>\nOr so.'
    sources = [{"source": {"url": "https://example.com/a", "name": "A"}}]
    tree = {**WEBUI, "b": {**WEBUI["b"], "content": thought, "sources": sources}}
    (made,) = read([open_webui(tree, "b")])
    assert made.siblings("a") == ["a", "b"]
    turn = made.nodes["b"].turn
    assert (turn.reasoning, turn.text, turn.model) == ("hm", "Or so.", "n")
    assert turn.citations == (Citation("https://example.com/a", "A"),)
    assert made.head == "b"


def test_llm_logs_are_grouped_into_conversations_in_order() -> None:
    row = {"model": "m", "prompt": "p", "response": "r", "conversation_id": "x"}
    rows = [
        {**row, "id": "2", "prompt": "And?", "datetime_utc": "2025-01-01T10:01:00"},
        {**row, "id": "3", "conversation_id": "y"},
        {**row, "id": "1", "prompt": "Why?", "system": "Be brief.", "datetime_utc": "2025-01-01T10:00:00"},
    ]
    first, second = read(rows)
    assert [text for _, text in said(first)] == ["Why?", "r", "And?", "r"]
    assert first.settings.system == "Be brief."
    assert (first.id, second.id) == ("x", "y")


def test_a_session_of_aichat_keeps_settings_thoughts_and_pictures_names() -> None:
    (made,) = read(SAMPLES["aichat 0.30"])
    answer = made.path()[-1].turn
    assert made.settings == Settings(system="Answer: briefly.", temperature=0.2)
    assert (answer.reasoning, answer.model) == ("hm", "azure-openai:gpt-4o")
    (shown,) = read(
        "model: m\nmessages:\n- role: user\n  content:\n  - type: text\n    text: What is it?\n  - type: image_url\n"
        "    image_url:\n      url: sha256:77\n- role: tool\n  content:\n    tool_results:\n    - call:\n"
        "        name: look\n        arguments:\n          deep: true\n      output: A cat.\n    text: ''\n"
        "data_urls:\n  sha256:77: /home/me/cat.png\n"
    )
    prompt, tool = said(shown)
    assert prompt == ("user", "What is it?\n\n[file: /home/me/cat.png]")
    assert '"tool_call": "look"' in tool[1]
    assert tool[1].endswith("Tool look:\n\nA cat.")


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("&x [*x, *x]", "Line 5 of the YAML cannot be read: references are not read."),
        ("!!python/object/apply:os.getcwd []", "Line 5 of the YAML cannot be read: could not determine a constructor"),
        ('"open', "cannot be read: found unexpected end of stream."),
        ("a\x07", "The YAML holds characters that YAML does not allow."),
        ("[" * 3000, "The YAML is nested too deeply."),
    ],
)
def test_a_session_of_aichat_that_is_no_plain_yaml_is_refused_with_its_line(content: str, why: str) -> None:
    with pytest.raises(PortableError, match=re.escape(why)):
        read(f"model: x\nmessages:\n- role: user\n  content: Why?\nnext: {content}\n")


@pytest.mark.parametrize("said", ["on", "2025-08-01", "0x1f", "1_000", "12:30:00", "null and void", "~x"])
def test_words_that_other_yaml_takes_for_values_stay_words(said: str) -> None:
    (made,) = read(f"model: x\nmessages:\n- role: user\n  content: {said}\n")
    assert made.path()[0].turn.text == said


def test_the_log_of_aichat_holds_a_conversation_for_each_question() -> None:
    text = SAMPLES["aichat's log 0.9"]
    head = "# CHAT: One more [2025-08-01T10:00:00+00:00] (a#b)\n"
    longer = f"{head}Is # CHAT: mine?\n--------\n# CHAT: no head\n--------\nYes.\n"
    first, second = (each for each in found(text + longer) if isinstance(each, Found))
    assert [first] == found(text), "a longer log brings nothing twice"
    assert second.conversation.title == "One more"
    assert said(second.conversation) == [
        ("user", "Is # CHAT: mine?"),
        ("assistant", "# CHAT: no head\n--------\nYes."),
    ]
    assert first.conversation.path()[0].turn.created == datetime(2023, 8, 1, 10, tzinfo=UTC)


def test_a_session_of_aichat_that_has_grown_keeps_its_ids() -> None:
    text = SAMPLES["aichat 0.9"]
    one, two = (
        next(read_items(iter((each,)), WHEN, derived_ids, "20250801T101010-rivers"))
        for each in (text, text + "- role: user\n  content: And?\n")
    )
    assert isinstance(one, Found)
    assert isinstance(two, Found)
    assert (one.conversation.id, one.conversation.title) == (two.conversation.id, "rivers")
    assert list(two.conversation.nodes)[:2] == list(one.conversation.nodes)


def chatgpt(message: dict[str, Any]) -> Conversation:
    """One answer of ChatGPT's to a question."""
    asked = {"author": {"role": "user"}, "content": {"content_type": "text", "parts": ["Why?"]}}
    (made,) = read({"title": "T", "mapping": {
        "q": {"message": {**asked, "metadata": {"attachments": [{"name": "notes.pdf"}]}}, "parent": None},
        "m": {"message": message, "parent": "q"},
        "a": {"message": {"author": {"role": "assistant"}, "content": {"parts": ["So."]}}, "parent": "m"},
    }, "current_node": "a"})  # fmt: skip
    return made


def test_chatgpt_sources_become_links_and_marks_go() -> None:
    made = chatgpt({
        "author": {"role": "assistant"},
        "content": {"content_type": "text", "parts": ["Owls fly.\ue200cite\ue202turn0search1\ue201 \ue203Yes\ue204."]},
        "metadata": {"content_references": [{"type": "grouped_webpages", "matched_text": "\ue200cite\ue201",
                     "items": [{"title": "Owls", "url": "https://example.com/owls"}, {"url": "javascript:x"}]}]},
    })  # fmt: skip
    question, answer = (node.turn for node in made.path())
    assert question.text == "Why?\n\n[file: notes.pdf]"
    assert answer.text == "Owls fly. Yes.\n\nSo."
    assert answer.citations == (Citation("https://example.com/owls", "Owls"),)


def test_chatgpt_memories_are_kept_and_never_sent() -> None:
    made = chatgpt({
        "author": {"role": "tool", "name": "bio"},
        "content": {"content_type": "model_editable_context", "model_set_context": "Likes owls."},
    })  # fmt: skip
    assert ("system", "Likes owls.") in said(made)
    assert made.settings.system is None
    assert all("owls" not in message.text for message in sent_messages(made))


# Whatever the file


def found(text: str) -> list[object]:
    pieces = iter([text[at : at + 7] for at in range(0, len(text), 7)])
    return list(read_items(pieces, WHEN, derived_ids))


@pytest.mark.parametrize("name", SAMPLES)
def test_read_piece_by_piece_it_is_the_same_each_time(name: str) -> None:
    data = SAMPLES[name]
    text = data if isinstance(data, str) else json.dumps(data, indent=1)
    assert found(text) == found(text)
    assert len(found(text)) == 1


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def paths(data: object) -> list[tuple[str | int, ...]]:
    """Every place in plain data."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    return [(key, *rest) for key, value in inner for rest in [(), *paths(value)]]


@examples(150)
@given(st.sampled_from([name for name in SAMPLES if not isinstance(SAMPLES[name], str)]), st.data())
def test_a_format_with_anything_in_any_place_is_read_or_refused(name: str, data: st.DataObject) -> None:
    sample = json.loads(json.dumps(SAMPLES[name]))
    place = data.draw(st.sampled_from(paths(sample)))
    inner: Any = sample
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = data.draw(json_values)
    with contextlib.suppress(PortableError):  # the one exception there may be
        for each in found(json.dumps(sample)):
            if isinstance(each, Rejected):
                assert each.title
                assert each.reason


TEXTS = [name for name in SAMPLES if isinstance(SAMPLES[name], str)]


@examples(150)
@given(st.sampled_from(TEXTS), st.data())
def test_a_text_with_anything_in_any_place_is_read_or_refused(name: str, data: st.DataObject) -> None:
    sample = SAMPLES[name]
    begin, end = sorted(data.draw(st.tuples(*[st.integers(0, len(sample))] * 2)))
    put = data.draw(st.text(max_size=5) | st.text("\n -:|'\"\\&*!{}[]>#%9a", max_size=8))
    with contextlib.suppress(PortableError):
        assert found(sample[:begin] + put + sample[end:])


def chatgpt_item(name: str) -> dict[str, Any]:
    said = {"author": {"role": "user"}, "content": {"content_type": "text", "parts": ["Why?"]}}
    return {"conversation_id": name, "title": "Rivers", "mapping": {"q": {"message": said, "parent": None}}}


LISTED: dict[str, Callable[[str], dict[str, Any]]] = {
    "chatgpt": chatgpt_item,
    "claude": lambda name: {**claude(), "uuid": name},
    "open webui": lambda name: {**open_webui(WEBUI, "a"), "id": name},
    "librechat": lambda name: {**SAMPLES["librechat, a tree"], "conversationId": name},
    "lm studio": lambda name: {**SAMPLES["lm studio"], "name": name},
}


@examples(100)
@given(st.sampled_from(sorted(LISTED)), st.booleans(), st.data())
def test_whatever_is_wrong_with_one_the_other_is_read(name: str, first: bool, data: st.DataObject) -> None:
    odd, good = (json.loads(json.dumps(LISTED[name](which))) for which in ("odd", "good"))
    *above, last = data.draw(st.sampled_from(paths(odd)))
    inner: Any = odd
    for key in above:
        inner = inner[key]
    inner[last] = data.draw(json_values)
    text = json.dumps([odd, good] if first else [good, odd])
    made = found(re.sub("-?Infinity|NaN", "0", text))  # those are no JSON
    assert any(isinstance(each, Found) and "good" in (each.conversation.id, each.conversation.title) for each in made)


def test_one_that_is_broken_keeps_no_other_out() -> None:
    broken = claude()
    broken["chat_messages"][1]["sender"] = "wizard"
    rejected, made = found(json.dumps([broken, claude()]))
    assert isinstance(rejected, Rejected)
    assert rejected.title == 'Conversation 1 "Rivers"'
    assert "sender" in rejected.reason
    assert not isinstance(made, Rejected)
    assert ids()() == "id0"


LINE = '{"messages": [{"role": "user", "content": "%s"}]}\n'


@pytest.mark.parametrize("broken", ['{"messages": [{"role": "us', "{nonsense}", '{"messages": [}]} '])
def test_a_line_that_is_broken_keeps_no_other_out(broken: str) -> None:
    made = found(LINE % "one" + broken + "\n" + LINE % "two" + LINE % "three")
    kept = [said(each.conversation)[0][1] for each in made if isinstance(each, Found)]
    assert kept == ["one", "two", "three"]
    (rejected,) = (each for each in made if isinstance(each, Rejected))
    assert "line 2" in rejected.reason


def test_a_list_that_was_cut_gives_what_is_whole_and_says_so(tmp_path: Path) -> None:
    (tmp_path / "cut.json").write_text(json.dumps([claude(), {**claude(), "uuid": "c-2"}])[:-40], encoding="utf-8")

    async def opened() -> Imported:
        library = Library.private()
        await library.open()
        imported = Imported()
        async for _ in import_file(Services(library, SystemClock(), Ids()), tmp_path / "cut.json", imported):
            pass
        await library.close()
        return imported

    imported = asyncio.run(opened())
    assert imported.words == "1 imported, 1 cannot be read"
    assert imported.rejected[0].title == "The rest of the file"


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        (claude(attachments=[{"file_name": "r.md", "extracted_content": "report"}]), "So.\n\n[file: r.md]\n\nreport"),
        (
            open_webui({**WEBUI, "a": {**WEBUI["a"], "content": "", "error": {"content": "No model."}}}, "a"),
            "No model.",
        ),
        (
            open_webui(
                {
                    **WEBUI,
                    "a": {
                        **WEBUI["a"],
                        "content": '<details type="tool_calls" done="true" name="time" arguments="&quot;{}&quot;"'
                        ' result="&quot;12:00&quot;">\n<summary>Executed</summary>\n</details>\nNoon.',
                    },
                },
                "a",
            ),
            '```json\n{\n  "tool_call": "time",\n  "arguments": {}\n}\n```\n\nTool time:\n\n12:00\n\nNoon.',
        ),
        (
            {
                **LIBRECHAT,
                "messages": [
                    {"messageId": "q", "isCreatedByUser": True, "text": "Why?"},
                    {
                        "messageId": "a",
                        "parentMessageId": "q",
                        "content": [{"type": "tool_call", "tool_call": {"name": "f", "args": "{}", "output": "two"}}],
                    },
                ],
            },
            '```json\n{\n  "tool_call": "f",\n  "arguments": {}\n}\n```\n\nTool f:\n\ntwo',
        ),
    ],
)
def test_what_tools_and_servers_gave_is_part_of_the_answer(data: object, kept: str) -> None:
    (made,) = read(data)
    assert said(made)[-1] == ("assistant", kept)


def test_fragments_of_llm_stand_before_the_prompt() -> None:
    row = {"prompt": "Why?", "response": "So.", "conversation_id": "x", "system_fragments": [{"content": "Brief."}]}
    (made,) = read([{**row, "prompt_fragments": [{"hash": "h", "content": "Once."}, {"content": "More."}]}])
    assert said(made)[0] == ("user", "Once.\n\nMore.\n\nWhy?")
    assert made.settings.system == "Brief."


@pytest.mark.parametrize("when", ["2024-01-02T03:04:05Z", 1_704_164_645, 1_704_164_645_000])
def test_chatgpt_times_of_every_kind(when: object) -> None:
    message = {"author": {"role": "user"}, "content": {"parts": ["Why?"]}, "create_time": when}
    (made,) = read([{"title": "t", "create_time": when, "mapping": {"a": {"message": message, "parent": None}}}])
    assert made.created == made.path()[0].turn.created == datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)
