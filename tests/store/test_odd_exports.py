"""What stands oddly in exports of other programs: times, ids, places in the tree, hidden messages, files, thinking."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.store.test_importers import WHEN, read, said
from tests.store.test_other_programs import found
from tests.support.importing import read_conversations
from tests.support.sent import sent_messages
from tui_chat.core.conversation import Conversation
from tui_chat.core.message import Citation, Outcome
from tui_chat.store.ids import Ids
from tui_chat.store.importers.importer import Found, Rejected
from tui_chat.store.importers.message_tree import moment_of

AT = datetime(2024, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        1_704_164_645,
        1_704_164_645_000,
        1_704_164_645_000_000,
        1_704_164_645_000_000_000,
        "1704164645",
        "1704164645.0",
        "1704164645000",
        " 2024-01-02T03:04:05Z ",
        "2024-01-02 04:04:05+01:00",
        {"$date": "2024-01-02T03:04:05Z"},
        {"$date": 1_704_164_645_000},
        {"$date": {"$numberLong": "1704164645000"}},
    ],
)
def test_a_time_however_it_is_written(value: object) -> None:
    assert moment_of(value, WHEN) == AT


@pytest.mark.parametrize(
    "value", [None, "", 0, -5, "0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", 1e308, True, [], {}, "yesterday", "-1"]
)
def test_what_is_no_time(value: object) -> None:
    assert moment_of(value, WHEN) == WHEN


def test_eight_digits_are_a_date() -> None:
    assert moment_of("20240102", WHEN) == datetime(2024, 1, 2, tzinfo=UTC)


def chatgpt(mapping: dict[str, Any], **more: Any) -> Conversation:
    (made,) = read([{"title": "T", "mapping": mapping, **more}])
    return made


def node(role: str, text: object, parent: str | None = None, **more: Any) -> dict[str, Any]:
    parts = text if isinstance(text, list) else [text]
    return {"parent": parent, "message": {"author": {"role": role}, "content": {"parts": parts}, **more}}


QUESTION = node("user", "Why?")


@pytest.mark.parametrize("odd", [None, [], "x", 5, {}, {"message": None}, {"message": {"content": None}}])
def test_chatgpt_a_node_without_anything_costs_nothing(odd: object) -> None:
    made = chatgpt({"odd": odd, "q": QUESTION, "a": node("assistant", "So.", "q")}, current_node="a")
    assert said(made) == [("user", "Why?"), ("assistant", "So.")]


def test_chatgpt_a_tree_that_names_children_alone() -> None:
    tree = {"a": {**node("assistant", "So."), "children": []}, "q": {**QUESTION, "children": ["a"]}}
    assert said(chatgpt(tree)) == [("user", "Why?"), ("assistant", "So.")]


def test_chatgpt_a_circle_is_cut_above_its_first_message() -> None:
    lost = {"x": node("user", "One", "z"), "y": node("assistant", "Two", "x"), "z": node("user", "Three", "y")}
    hanging = {"w": node("assistant", "Four", "z")}
    made = chatgpt({**hanging, **lost, "q": QUESTION, "a": node("assistant", "So.", "q")}, current_node="a")
    assert said(made) == [("user", "Why?"), ("assistant", "So.")]
    made.head = "w"
    assert [text for _, text in said(made)] == ["One", "Two", "Three", "Four"]
    assert said(chatgpt({"q": {**QUESTION, "parent": "q"}, "a": node("assistant", "So.", "q")}))[0] == ("user", "Why?")
    # A beginning that is listed as its own end.
    ring = {"a": {**node("assistant", "So.", "q"), "children": ["q"]}, "q": {**QUESTION, "children": ["a"]}}
    assert {each.turn.text for each in chatgpt(ring).nodes.values()} == {"Why?", "So."}


def test_other_programs_circles_are_cut_above_their_first_message() -> None:
    def message(name: str, above: str, sender: str) -> dict[str, Any]:
        return {"uuid": name, "sender": sender, "text": name, "parent_message_uuid": above}

    ring = [message("x", "z", "human"), message("y", "x", "assistant"), message("z", "y", "human")]
    made = claude(message("w", "z", "assistant"), *ring)
    made.head = "w"
    assert [text for _, text in said(made)] == ["x", "y", "z", "w"]


def test_chatgpt_what_its_user_never_saw_is_kept_and_never_sent() -> None:
    hidden = node("user", "About me.", metadata={"is_visually_hidden_from_conversation": True})
    made = chatgpt({"h": hidden, "q": {**QUESTION, "parent": "h"}, "a": node("assistant", "So.", "q")})
    assert said(made) == [("system", "About me."), ("user", "Why?"), ("assistant", "So.")]
    assert [each.text for each in sent_messages(made)] == ["Why?", "So."]


def test_chatgpt_an_answer_that_was_still_coming_is_incomplete() -> None:
    made = chatgpt({"q": QUESTION, "a": node("assistant", "So f", "q", status="in_progress")})
    assert made.path()[-1].turn.outcome is Outcome.INCOMPLETE


PICTURE = {"content_type": "image_asset_pointer", "asset_pointer": "sediment://file_1", "width": 9}
SOUND = {
    "content_type": "real_time_user_audio_video_asset_pointer",
    "audio_asset_pointer": {"asset_pointer": "sediment://file_2"},
}


@pytest.mark.parametrize(
    ("parts", "names", "shown"),
    [
        ([PICTURE, "What is it?"], ["cat.png"], "What is it?\n\n[file: cat.png]"),
        ([PICTURE], [], "[file: file_1]"),
        ([{"content_type": "audio_transcription", "text": "Hello"}, SOUND], [], "Hello\n\n[file: file_2]"),
    ],
)
def test_chatgpt_pictures_and_sounds_are_names(parts: list[object], names: list[str], shown: str) -> None:
    made = chatgpt({"q": node("user", parts, metadata={"attachments": [{"name": name} for name in names]})})
    assert said(made) == [("user", shown)]


def test_chatgpt_a_quoted_page_is_a_source() -> None:
    quote = {"content_type": "tether_quote", "url": "https://a.example", "title": "A", "text": "quoted"}
    made = chatgpt({"q": QUESTION, "a": {"parent": "q", "message": {"author": {"role": "tool"}, "content": quote}}})
    assert made.path()[-1].turn.citations == (Citation("https://a.example", "A"),)


@pytest.mark.parametrize("own", ["-rf", "a/b", "..\\x", " a", "a b", "x" * 300, 5, "\x1b[2J"])
def test_an_id_that_cannot_be_typed_is_replaced_by_the_same_one_each_time(own: object) -> None:
    for build in (chatgpt_of, claude_of):
        first, longer = build(own, "Why?"), build(own, "Why? And how?")
        assert first.isalnum()
        assert first == longer


def chatgpt_of(own: object, said: str) -> str:
    return chatgpt({"q": node("user", said)}, conversation_id=own).id


def claude_of(own: object, said: str) -> str:
    (made,) = read_conversations(json.dumps({"uuid": own, "chat_messages": [{**HUMAN, "text": said}]}), WHEN, Ids())
    return made.id


ASKED = [{"role": "user", "content": [{"type": "text", "text": "Why?"}]}]
TREE = {"messages": {"q": {"role": "user", "content": "Why?"}}}


@pytest.mark.parametrize(
    ("data", "pinned", "archived", "tags"),
    [
        ({"mapping": {"q": QUESTION}, "is_starred": True, "is_archived": False}, True, False, ()),
        ({"mapping": {"q": QUESTION}, "is_starred": None, "is_archived": True}, False, True, ()),
        ({"chat_messages": [{"sender": "human", "text": "Why?"}], "is_starred": True}, True, False, ()),
        (
            {"chat": {"history": TREE}, "pinned": True, "meta": {"tags": ["Work", "to do", 5, ""]}},
            True,
            False,
            ("work", "to-do"),
        ),
        ({"chat": {"history": TREE, "tags": ["a", "a"]}, "archived": True}, False, True, ("a",)),
        (
            {"conversationId": "l", "messages": [{"text": "Why?"}], "isArchived": True, "tags": ["b"]},
            False,
            True,
            ("b",),
        ),
        ({"messages": [{"versions": ASKED}], "pinned": True}, True, False, ()),
    ],
)
def test_what_is_said_of_all_of_a_conversation_is_kept(
    data: dict[str, Any], pinned: bool, archived: bool, tags: tuple[str, ...]
) -> None:
    (made,) = read([data])
    labels = made.labels
    assert (labels.pinned is not None, labels.archived is not None, labels.tags) == (pinned, archived, tags)


def test_chatgpt_older_instructions_are_the_system_prompt() -> None:
    told = {"about_user_message": "I am a baker.", "about_model_message": "Be brief."}
    empty = node("system", "", metadata={"user_context_message_data": told})
    made = chatgpt({"s": empty, "q": {**QUESTION, "parent": "s"}})
    assert made.settings.system == "I am a baker.\n\nBe brief."
    assert said(made) == [("user", "Why?")]


def claude(*messages: dict[str, Any]) -> Conversation:
    (made,) = read([{"uuid": "c", "name": "T", "chat_messages": list(messages)}])
    return made


HUMAN = {"uuid": "m-1", "sender": "human", "text": "Why?"}


def test_messages_of_one_id_are_all_kept() -> None:
    again = {**HUMAN, "text": "And?"}
    made = claude(HUMAN, {"uuid": "m-2", "sender": "assistant", "text": "So."}, again)
    assert said(made) == [("user", "Why?"), ("assistant", "So."), ("user", "And?")]
    flat = [
        {"messageId": "m", "isCreatedByUser": True, "text": "Why?"},
        {"messageId": "m", "parentMessageId": "m", "text": "So."},
        {"messageId": "m", "parentMessageId": "m", "text": "So."},
    ]
    (made,) = read({"conversationId": "l", "title": "T", "messages": flat})
    assert said(made) == [("user", "Why?"), ("assistant", "So.")]
    assert len(made.nodes) == 2


def test_claude_sources_have_their_address_further_in_and_hidden_thinking_is_no_text() -> None:
    cited = [{"details": {"type": "web_search_citation", "url": "https://a.example"}}]
    blocks = [{"type": "redacted_thinking", "data": "QUJD"}, {"type": "text", "text": "So.", "citations": cited}]
    answer = claude(HUMAN, {"uuid": "m-2", "sender": "assistant", "content": blocks}).path()[-1].turn
    assert (answer.text, answer.citations) == ("So.", (Citation("https://a.example", ""),))


def test_claude_a_file_whose_text_is_there_is_named_once() -> None:
    attached = [{"file_name": "a.txt", "extracted_content": "words"}]
    files = [{"file_name": "a.txt"}, {"file_name": "b.png"}]
    asked = claude({**HUMAN, "attachments": attached, "files": files}).path()[0].turn
    assert (asked.text, [each.name for each in asked.attachments]) == ("Why?\n\n[file: b.png]", ["a.txt"])


def test_librechat_older_thinking_and_an_unfinished_answer() -> None:
    answer = {"messageId": "a", "parentMessageId": "q", "text": ":::thinking\nhm\n:::\n\nSo f", "unfinished": True}
    asked = {"messageId": "q", "isCreatedByUser": True, "text": ":::thinking\nhm\n:::\nWhy?"}
    (made,) = read({"conversationId": "l", "title": "T", "messages": [asked, answer]})
    question, turn = (each.turn for each in made.path())
    assert question.text == asked["text"]
    assert (turn.text, turn.reasoning, turn.outcome) == ("So f", "hm", Outcome.INCOMPLETE)


def test_open_webui_a_tree_that_names_children_alone_and_an_answer_that_is_not_done() -> None:
    messages = {
        "q": {"role": "user", "content": "Why?", "childrenIds": ["a"]},
        "a": {"role": "assistant", "content": "So f", "childrenIds": [], "done": False},
    }
    (made,) = read([{"id": "w", "title": "T", "chat": {"history": {"messages": messages, "currentId": "a"}}}])
    assert said(made) == [("user", "Why?"), ("assistant", "So f")]
    assert made.path()[-1].turn.outcome is Outcome.INCOMPLETE


@pytest.mark.parametrize("thought", ["hm", [{"type": "text", "text": "hm"}]])
def test_parts_with_thinking_are_thinking(thought: object) -> None:
    parts = [
        {"type": "thinking", "thinking": thought, "signature": "x"},
        {"type": "redacted_thinking", "data": "QUJD"},
        {"type": "text", "text": "So."},
    ]
    (made,) = read([{"role": "user", "content": "Why?"}, {"role": "assistant", "content": parts}])
    assert (made.path()[-1].turn.text, made.path()[-1].turn.reasoning) == ("So.", "hm")


SAID = "<think>\nhm\n</think>\n\nSo."


@pytest.mark.parametrize(
    "data",
    [
        [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": SAID}],
        [{"prompt": "Why?", "response": SAID.replace("<think>", "[THINK]").replace("</think>", "[/THINK]")}],
        [{"chat_messages": [HUMAN, {"sender": "assistant", "text": SAID}]}],
        [{"chat": {"messages": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": SAID}]}}],
        [
            {
                "conversationId": "l",
                "messages": [{"isCreatedByUser": True, "text": "Why?"}, {"messageId": "a", "text": SAID}],
            }
        ],
        [{"messages": [{"versions": [{"role": "assistant", "content": [{"type": "text", "text": SAID}]}]}]}],
    ],
)
def test_thinking_that_a_model_wrote_into_its_answer_is_thinking(data: object) -> None:
    (made,) = read(data)
    answer = list(made.nodes.values())[-1].turn
    assert (answer.text, answer.reasoning) == ("So.", "hm")


def test_a_prompt_keeps_its_tags() -> None:
    (made,) = read([{"role": "user", "content": SAID}])
    assert said(made) == [("user", SAID)]


def test_lm_studio_a_system_message_is_the_system_prompt() -> None:
    def message(role: str, text: str) -> dict[str, Any]:
        return {"versions": [{"role": role, "content": [{"type": "text", "text": text}]}]}

    (made,) = read({"systemPrompt": "One.", "messages": [message("system", "Two."), message("user", "Why?")]})
    assert (made.settings.system, said(made)) == ("One.\n\nTwo.", [("user", "Why?")])


def logged(number: int, **more: Any) -> dict[str, Any]:
    at = f"2025-01-01T10:0{number}:00"
    return {"id": f"r{number}", "prompt": "Why?", "response": "So.", "conversation_id": "x", "datetime_utc": at, **more}


def test_llm_tools_are_part_of_the_answer_and_any_row_may_have_the_name() -> None:
    called = logged(0, response="", tool_calls=[{"name": "time", "arguments": {}}])
    gave = logged(1, prompt="", tool_results=[{"name": "time", "output": "12:00"}], conversation_name="Noon")
    (made,) = read([called, gave])
    assert made.title == "Noon"
    assert said(made)[1:] == [
        ("assistant", '```json\n{\n  "tool_call": "time",\n  "arguments": {}\n}\n```'),
        ("assistant", "Tool time:\n\n12:00\n\nSo."),
    ]


def test_llm_a_row_that_is_broken_keeps_no_other_conversation_out() -> None:
    rows = [logged(0), logged(1, prompt=5, conversation_id="y"), logged(2, conversation_id="z")]
    made = found(json.dumps(rows))
    assert [each.conversation.id for each in made if isinstance(each, Found)] == ["x", "z"]
    (rejected,) = (each for each in made if isinstance(each, Rejected))
    assert (rejected.title, "prompt" in rejected.reason) == ("Conversation 2", True)
