"""What the filter found, where, and what it redacted stand in every export, and in the object of `ask --json`."""

from __future__ import annotations

import json
from dataclasses import replace

from tests.store.trees import talk
from tui_chat.core import serialize
from tui_chat.core.conversation import Conversation
from tui_chat.core.filter_table import rows
from tui_chat.core.verdict import Verdict
from tui_chat.export.filter_table_formats import as_csv, as_json, as_text
from tui_chat.export.html import html
from tui_chat.export.markdown import markdown

TEXT = "The moon is near. It is made of cheese."
FOUND = (
    Verdict("answer", "ungrounded_material", False, True, detail={"spans": [[18, 39]]}),
    Verdict("answer", "pii", False, True, detail={"ids": ["PhoneNumber"], "redacted": ["PhoneNumber"]}),
    Verdict("prompt", "task_adherence", False, True, detail={"reason": "It <b>booked</b> a flight."}),
    Verdict("prompt", "jailbreak", None, detail={"error": "content_filter_error"}),
)


def conversation() -> Conversation:
    made = talk(("The moon?", TEXT))
    made.put("a0", replace(made.nodes["a0"].turn, verdicts=FOUND))
    return made


def test_a_passage_is_quoted_and_what_is_beside_it_is_told() -> None:
    made = conversation()
    for text in (markdown(made), html(made)):
        for words in ("It is made of cheese.”", "phone number (redacted)", "a flight.", "jailbreak attempt"):
            assert words in text
        assert "<b>booked" not in text
    for words in ("phone number (redacted)", "a flight.", "characters 18 to 39"):
        assert words in as_csv(rows(made))
    table = as_text(rows(made), 100)
    assert "characters 18 to 39" in table
    assert "not checked" in table


def test_the_table_keeps_every_detail_as_the_server_gave_it() -> None:
    found = json.loads(as_json(rows(conversation())))["rows"]
    assert [row["detail"] for row in found] == [dict(verdict.detail or {}) for verdict in FOUND]
    assert [serialize.to_verdict(serialize.from_verdict(verdict)) for verdict in FOUND] == [*FOUND]
