"""How far an asynchronous filter has read, and where in the answer it found something."""

from __future__ import annotations

from typing import Any

import pytest

from tui_chat.core import event as ev
from tui_chat.core.reply import Reply
from tui_chat.core.verdict import Verdict, merge_verdicts
from tui_chat.wire.choice_decoder import ChoiceDecoder
from tui_chat.wire.filter_offsets import FilterOffsets, Window


def offsets(check: object, start: object, end: object) -> dict[str, Any]:
    return {"content_filter_offsets": {"check_offset": check, "start_offset": start, "end_offset": end}}


def test_offsets_count_from_where_the_answer_begins() -> None:
    its = FilterOffsets()
    assert its.window(offsets(44, 44, 198)) == Window(0, 154, 0)
    assert its.window(offsets(506, 44, 571)) == Window(0, 527, 462)
    assert its.window(offsets(506, 506, 571)) == Window(462, 527, 462)
    assert its.window(offsets(3, 3, 9)) == Window(0, 0, 0)  # before the answer: nothing of it


@pytest.mark.parametrize(
    "choice",
    [
        {},
        {"content_filter_offsets": None},
        {"content_filter_offsets": {}},
        {"content_filter_offsets": [1, 2]},
        offsets(None, None, 3),
        offsets(1, 1, None),
        offsets("1", True, -3),
    ],
)
def test_offsets_that_say_nothing(choice: dict[str, Any]) -> None:
    assert FilterOffsets().window(choice) is None


def test_a_growing_answer_is_checked_piece_by_piece_and_a_late_finding_knows_its_passage() -> None:
    safe = {"hate": {"filtered": False, "severity": "safe"}}
    found = {"protected_material_text": {"detected": True, "filtered": False}}
    chunks = [
        {"delta": {"content": "one two three"}},
        {**offsets(40, 40, 53), "content_filter_results": safe},
        {"delta": {"content": " four five"}},
        {**offsets(48, 40, 63), "content_filter_results": safe},
        {**offsets(48, 48, 63), "content_filter_results": found},
        {**offsets(47, 47, 63), "content_filter_results": safe},
    ]
    decoder, reply = ChoiceDecoder(), Reply()
    events = [event for chunk in chunks for event in decoder.feed([{"index": 0, **chunk}])]
    for event in events:
        reply.feed(event)
    assert [event.characters for event in events if isinstance(event, ev.Checked)] == [0, 8]
    assert reply.checked == 8
    late = Verdict("answer", "protected_material_text", False, True, detail={"spans": [[8, 23]]})
    assert reply.verdicts == (Verdict("answer", "hate", False, None, "safe"), late)


def test_the_passages_of_several_windows_add_up() -> None:
    def ungrounded(*spans: list[int], detected: bool = True) -> Verdict:
        return Verdict("answer", "ungrounded_material", False, detected, detail={"spans": [*spans]} if spans else None)

    first = merge_verdicts((), [ungrounded([0, 9])])
    both = merge_verdicts(first, [ungrounded([20, 30]), ungrounded([0, 9])])
    assert both == (ungrounded([0, 9], [20, 30]),)
    assert merge_verdicts(both, [ungrounded(detected=False)]) == both
    blocked = Verdict("answer", "ungrounded_material", True, True, detail={"spans": [[40, 44]]})
    assert merge_verdicts(both, [blocked])[0].detail == {"spans": [[0, 9], [20, 30], [40, 44]]}
    assert merge_verdicts(both, [blocked])[0].blocked
    assert merge_verdicts((blocked,), both)[0] == Verdict(
        "answer", "ungrounded_material", True, True, detail={"spans": [[40, 44], [0, 9], [20, 30]]}
    )
