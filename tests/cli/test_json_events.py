"""`ask --json --events`: every event as the object that other programs read."""

from __future__ import annotations

import json
import typing
from typing import Any

import pytest

from tui_chat.cli.json_events import event_object
from tui_chat.core import event as ev
from tui_chat.core.message import Citation, ErrorKind, ServerError, Usage
from tui_chat.core.rate_limits import Allowance, RateLimits
from tui_chat.core.verdict import Verdict

ERROR = ServerError(ErrorKind.RATE_LIMIT, "Slow down.", status=429, retry_after_s=3.0)
ERROR_OBJECT = {
    "kind": "rate_limit",
    "message": "Slow down.",
    "status": 429,
    "code": None,
    "request_id": None,
    "retry_after_s": 3.0,
    "hint": None,
}
VERDICT = Verdict("answer", "violence", blocked=False, severity="low")

OBJECTS: list[tuple[ev.Event, dict[str, Any] | None]] = [
    (ev.Sent(2), {"event": "request", "attempt": 2}),
    (ev.Waiting("asked to wait", 3.0, ERROR), {"event": "waiting", "reason": "asked to wait", "seconds": 3.0,
                                               "error": ERROR_OBJECT}),
    (ev.Noted("sent without seed"), {"event": "note", "text": "sent without seed"}),
    (ev.Started("r1", "m"), {"event": "started", "request_id": "r1", "model": "m"}),
    (ev.TextDelta("Hi\n"), {"event": "text", "text": "Hi\n"}),
    (ev.ReasoningDelta("Hm"), {"event": "reasoning", "text": "Hm"}),
    (ev.Relabeled(), {"event": "relabeled"}),
    (ev.Cited((Citation("https://example.com", "E"),)),
     {"event": "citations", "citations": [{"url": "https://example.com", "title": "E"}]}),
    (ev.RefusalDelta("No."), {"event": "refusal", "text": "No."}),
    (ev.ToolCallDelta(0, "f", "{}"), {"event": "tool_call", "index": 0, "name": "f", "arguments": "{}"}),
    (ev.Held((ev.TextDelta("<th"),)), None),
    (ev.Judged((VERDICT,), "prompt"),
     {"event": "verdicts", "verdicts": [{"source": "answer", "category": "violence", "blocked": False,
                                         "detected": None, "severity": "low", "detail": None}],
      "not_run": "prompt"}),
    (ev.Checked(120), {"event": "checked", "characters": 120}),
    (ev.UsageReported(Usage(1, 2, 3)),
     {"event": "usage", "usage": {"prompt_tokens": 1, "completion_tokens": 2, "total_tokens": 3,
                                  "reasoning_tokens": None, "cached_tokens": None}}),
    (ev.LimitsReported(RateLimits((Allowance("tokens", 100, 40, 3.5, 60.0),), 0.0)),
     {"event": "limits", "limits": [{"unit": "tokens", "limit": 100, "remaining": 40, "reset_s": 3.5,
                                     "window_s": 60.0}]}),
    (ev.Finished("stop"), {"event": "finish", "finish_reason": "stop"}),
    (ev.Failed(ERROR), {"event": "error", "error": ERROR_OBJECT}),
    (ev.Stopped(), None),
    (ev.Closed(done=True), None),
]  # fmt: skip


@pytest.mark.parametrize(("event", "expected"), OBJECTS, ids=lambda value: type(value).__name__)
def test_an_event_is_an_object(event: ev.Event, expected: dict[str, Any] | None) -> None:
    found = event_object(event)
    assert found == expected
    json.dumps(found)


def test_no_event_is_forgotten() -> None:
    assert {type(event) for event, _ in OBJECTS} == set(typing.get_args(ev.Event))


def test_half_a_character_becomes_a_whole_one() -> None:
    assert event_object(ev.TextDelta("a\ud83c")) == {"event": "text", "text": "a�"}
