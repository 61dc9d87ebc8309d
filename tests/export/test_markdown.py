"""Exported Markdown: pleasant to read, sound as a document, and read back exactly."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.export.hostile import OPENERS, TEXTS, markdownish
from tests.store.trees import START, answer, conversations, prompt, talk
from tests.support.importing import read_conversations
from tests.support.thorough import examples
from tui_chat.core.attachment import attachment
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import ErrorKind, Outcome, ServerError, Timing, Usage
from tui_chat.core.settings import Settings
from tui_chat.core.verdict import Verdict
from tui_chat.export.markdown import closing_line, markdown
from tui_chat.render.parser import parse_blocks
from tui_chat.render.sanitize import unify_newlines
from tui_chat.store.portable import PortableError

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def read(text: str) -> list[Conversation]:
    return read_conversations(text, NOW, lambda: "fresh")


def shown_path(conversation: Conversation) -> Conversation:
    """What an export holds of a conversation: the path that is shown, as a conversation without branches."""
    path = conversation.path()
    made = Conversation(conversation.id, conversation.created, conversation.title, conversation.settings)
    for node in path:
        made.add(Node(node.id, made.head, node.turn))
    return made


def headings(text: str) -> list[str]:
    """The headings of the second level that a reader of the document sees at its top level."""
    tokens = parse_blocks(unify_newlines(text).replace("\0", "\ufffd"), {})
    opened = [n for n, token in enumerate(tokens) if token.type == "heading_open" and token.level == 0]
    return [tokens[n + 1].content for n in opened if tokens[n].tag == "h2"]


@examples(90)
@given(conversations())
def test_any_shown_path_comes_back_equal(conversation: Conversation) -> None:
    assert read(markdown(conversation)) == [shown_path(conversation)]


@examples(90)
@given(st.lists(st.sampled_from(TEXTS) | markdownish, min_size=1, max_size=4), st.sampled_from(TEXTS) | markdownish)
def test_texts_that_look_like_the_file_come_back_exact(texts: list[str], reasoning: str) -> None:
    made = talk(*((text, text[::-1]) for text in texts), title=texts[0])
    made.put("a0", replace(made.nodes["a0"].turn, reasoning=reasoning))
    again = read(markdown(made))[0]
    assert [n.turn.text for n in again.path()] == [n.turn.text for n in made.path()]
    assert again == made


def test_an_export_within_an_export_comes_back_exact() -> None:
    inner = markdown(talk(("q", "a")))
    middle = markdown(talk((inner, inner)))
    made = talk((middle, inner + middle))
    both = markdown(made) + "\n" + markdown(talk(("second", "one"), id="two"))
    assert read(both) == [made, talk(("second", "one"), id="two")]


@pytest.mark.parametrize("text", TEXTS)
def test_no_message_swallows_what_follows(text: str) -> None:
    made = talk((text, text), ("next", "last"))
    found = [line for line in headings(markdown(made)) if " · 2026-11" in line]
    assert [line.split(" · ")[0] for line in found] == ["You", "Assistant"] * 2


@examples(150)
@given(markdownish, st.sampled_from(OPENERS))
def test_whatever_comes_before_and_in_an_open_block(text: str, opener: str) -> None:
    source = f"{text}\n\n{opener}"
    closing = closing_line(source)
    whole = source if closing is None else f"{source}\n{closing}"
    assert headings(f"{whole}\n\n<!-- tui-chat end -->\n\n## next")[-1:] == ["next"]


def test_what_a_person_reads() -> None:
    made = Conversation("c", START, "Stars & *planets*", Settings(system="Be brief.\nBe kind."))
    made.add(Node("p", None, prompt("Why?")))
    verdicts = (
        Verdict("answer", "violence", blocked=True, severity="medium"),
        Verdict("answer", "hate", blocked=False, severity="safe"),
        Verdict("prompt", "jailbreak", blocked=False, detected=True),
    )
    turn = replace(
        answer("Because", outcome=Outcome.ANSWER_BLOCKED),
        reasoning="Let me think.",
        verdicts=verdicts,
        model="m_1",
        usage=Usage(1, 34, 35),
        timing=Timing(1.0, 900.0),
        settings=Settings(temperature=0.2, max_tokens=64),
    )
    made.add(Node("a", "p", turn))
    lines = markdown(made).splitlines()
    assert "# Stars \\& \\*planets\\*" in lines
    assert "> Be brief." in lines
    assert "> Let me think." in lines
    assert "Because" in lines
    assert "**Answer blocked by the content filter**\\" in lines
    assert "*content filter: violence (answer): medium, blocked*\\" in lines
    assert "*content filter: jailbreak attempt (prompt): detected, not blocked*\\" in lines
    assert "*m\\_1 · 34 tokens out · 0.9 s · temperature 0.2 · max\\_tokens 64*" in lines
    assert not any("hate" in line for line in lines[:-1])


@pytest.mark.parametrize(
    ("outcome", "word"),
    [
        (Outcome.LENGTH, "cut at max\\_tokens"),
        (Outcome.STOPPED, "stopped"),
        (Outcome.INCOMPLETE, "incomplete"),
        (Outcome.PROMPT_BLOCKED, "Prompt blocked by the content filter"),
        (None, "incomplete"),
    ],
)
def test_the_ending_is_told(outcome: Outcome | None, word: str) -> None:
    made = talk(("q", "a"))
    made.put("a0", replace(made.nodes["a0"].turn, outcome=outcome))
    assert word in markdown(made)


def test_foreign_words_outside_the_messages_are_no_markup() -> None:
    error = ServerError(ErrorKind.SERVER, "<script>x</script>\n\n# **bold**\x1b[2J\u202e")
    made = talk(("q", "a"), title="<b>[x](http://a)</b>\n## two")
    made.put("a0", replace(made.nodes["a0"].turn, outcome=Outcome.FAILED, error=error, model="`m`\n# x"))
    text = markdown(made)
    outside = text.split("<!-- tui-chat end -->")[-1].split("<!-- tui-chat details")[0]
    assert "\\<script\\>" in outside
    assert not {"\x1b", "\u202e"} & set(outside)
    assert len(headings(text)) == 2


def test_a_file_that_went_through_windows() -> None:
    made = talk(("one\ntwo", "three\n\n```\nfour\n```"))
    assert read(markdown(made).replace("\n", "\r\n")) == [made]


def test_a_file_changed_by_hand() -> None:
    text = markdown(talk(("question", "answer"), ("more", "again")))
    changed = text.replace("-->\n\nquestion", "-->\n\nanother\n\nquestion", 1)
    changed = changed[: changed.rindex("<!-- tui-chat details")]
    again = read("\ufeff" + changed)[0]
    assert [n.turn.text for n in again.path()] == ["another\n\nquestion", "answer", "more", "again"]


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("<!-- tui-chat end -->", "", ["line 15", "no end"]),
        ('"role":"user"', '"role":"king"', ["role", "king"]),
        ('"role":"user"', '"role":user', ["line 7", "JSON"]),
        ('"id":"p0",', "", ["turns[0].id"]),
        ("tui-chat-md/1", "tui-chat-md/7", ["line 1", "tui-chat-md/7", "upgrade"]),
    ],
)
def test_a_broken_file_is_refused_with_its_place(old: str, new: str, names: list[str]) -> None:
    with pytest.raises(PortableError) as error:
        read(markdown(talk(("q", "a"))).replace(old, new, 1))
    for name in names:
        assert name in error.value.message


def test_lone_surrogates() -> None:
    text = markdown(talk(("\ud800", "a"), title="\udfff"))
    text.encode()
    assert read(text)[0].nodes["p0"].turn.text == "\ufffd"


def test_a_file_is_fenced_and_comes_back_exact() -> None:
    """Also one that holds fences, and an export of ours."""
    inner = markdown(talk(("q", "```\nopen"), id="inner"))
    made = talk(("Why?", "So."))
    files = (attachment("talk.md", "text/plain", 1, f"````\n{inner}".encode()), attachment("x", "text/plain", 0, b""))
    made.put("p0", replace(made.nodes["p0"].turn, attachments=files))
    text = markdown(made)
    assert "**talk.md** · " in text
    (back,) = read_conversations(text, made.created, lambda: "other")
    assert back.nodes["p0"].turn.attachments == files
