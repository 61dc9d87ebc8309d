"""The events of an answer as objects, for `ask --json --events`. Names and fields are public."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from tui_chat.core import event as ev
from tui_chat.core.serialize import from_citation, from_error, from_usage, from_verdict, jsonable


def event_object(event: ev.Event) -> dict[str, Any] | None:
    """One event as an object; None for internal ones."""
    described = _described(event)
    if described is None:
        return None
    name, fields = described
    return {"event": name, **jsonable(fields)}


def _described(event: ev.Event) -> tuple[str, dict[str, Any]] | None:
    match event:
        case ev.TextDelta(text):
            return "text", {"text": text}
        case ev.ReasoningDelta(text):
            return "reasoning", {"text": text}
        case ev.RefusalDelta(text):
            return "refusal", {"text": text}
        case ev.ToolCallDelta(index, name, arguments):
            return "tool_call", {"index": index, "name": name, "arguments": arguments}
        case ev.Relabeled():
            return "relabeled", {}
        case _:
            return _about(event)


def _about(event: ev.Event) -> tuple[str, dict[str, Any]] | None:
    match event:
        case ev.Sent(attempt):
            return "request", {"attempt": attempt}
        case ev.Waiting(reason, seconds, error):
            return "waiting", {"reason": reason, "seconds": seconds, "error": from_error(error) if error else None}
        case ev.Noted(text):
            return "note", {"text": text}
        case ev.Started(request_id, model):
            return "started", {"request_id": request_id, "model": model}
        case ev.Cited(citations):
            return "citations", {"citations": [from_citation(each) for each in citations]}
        case ev.Judged(verdicts, not_run):
            return "verdicts", {"verdicts": [from_verdict(each) for each in verdicts], "not_run": not_run}
        case ev.Checked(characters):
            return "checked", {"characters": characters}
        case ev.UsageReported(usage):
            return "usage", {"usage": from_usage(usage)}
        case ev.LimitsReported(limits):
            return "limits", {"limits": [asdict(each) for each in limits.allowances]}
        case ev.Finished(reason):
            return "finish", {"finish_reason": reason}
        case ev.Failed(error):
            return "error", {"error": from_error(error)}
        case _:
            return None
