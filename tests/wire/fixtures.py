"""The fixtures as test cases: what a server sent, and what a correct client makes of it, in the contract's words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tui_chat.cli.exit_codes import exit_code
from tui_chat.core import event as ev
from tui_chat.core.message import Outcome
from tui_chat.core.reply import Reply
from tui_chat.core.settings import Settings
from tui_chat.core.verdict import Verdict

FOLDER = Path(__file__).parent.parent / "wire_fixtures"
NO_ANSWERS = frozenset({"connection_errors", "request_seed_azure_serverless", "azure_info"})
ENDED = {
    "normal": {Outcome.COMPLETE, Outcome.LENGTH, Outcome.REFUSED, Outcome.EMPTY},
    "truncated": {Outcome.INCOMPLETE},
    "error": {Outcome.FAILED},
    "filter": {Outcome.PROMPT_BLOCKED, Outcome.ANSWER_BLOCKED},
}


@dataclass(frozen=True)
class Case:
    """One answer: its status, headers and body as they come, and `expect` as the fixture says it."""

    name: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    expect: Mapping[str, Any]

    def __str__(self) -> str:
        return self.name


def raw(name: str) -> dict[str, Any]:
    """A fixture's JSON file as it is."""
    value = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    assert isinstance(value, dict)
    return value


def cases() -> list[Case]:
    """All answers among the fixtures."""
    return list(_cases())


def _cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.json")):
        name = path.name.removesuffix(".json").removesuffix(".meta")
        meta = json.loads(path.read_text("utf-8"))
        if name in NO_ANSWERS:
            continue
        if path.name.endswith(".meta.json"):
            body = (FOLDER / f"{name}.sse").read_bytes()
        elif meta["body_kind"] == "text":
            body = meta["body"].encode()
        else:
            body = json.dumps(meta["body"]).encode()
        yield Case(name, meta["status"], meta["headers"], body, meta["expect"])


def check(events: Sequence[ev.Event], reply: Reply, expect: Mapping[str, Any]) -> None:
    """Compare all that the fixture says with the events and what the reply makes of them."""
    for key, value in expect.items():
        match key:
            case "text" | "reasoning" | "refusal" | "finish_reason":
                assert getattr(reply, key) == value, key
            case "done":
                assert events[-1] == ev.Closed(done=value)
            case "tool_calls":
                assert not value
                assert "tool_call" not in reply.text
            case "error":
                _check_error(reply, value)
            case "filter":
                _check_filter(reply, value)
            case "usage":
                counts = None if reply.usage is None else {k: getattr(reply.usage, k) for k in value or ()}
                assert counts == value
            case "ended":
                assert reply.outcome in ENDED[value]
            case _:
                _check_more(reply, key, value)
    if expect.get("kind") == "error":
        _check_error(reply, {**expect, "message": expect["message_contains"]})
        assert reply.outcome is Outcome.FAILED
    if expect.get("filter", {}).get("verdict") == "blocked":
        prompt = expect["filter"]["where"] == "prompt"
        assert reply.outcome is (Outcome.PROMPT_BLOCKED if prompt else Outcome.ANSWER_BLOCKED)
    if "text" in expect and "error" not in expect and "filter" not in expect:
        assert reply.outcome is Outcome.COMPLETE


def _check_more(reply: Reply, key: str, value: Any) -> None:
    match key:
        case "citations":
            assert [{"url": c.url, "title": c.title} for c in reply.citations] == value
        case "not_checked":
            assert [v.category for v in reply.verdicts if v.blocked is None] == value
        case "error_kind":
            assert reply.error is not None
            assert reply.error.kind == value
        case "hint_has":
            assert reply.error is not None
            assert all(word in f"{reply.error.message} {reply.error.hint}" for word in value)
        case "exit":
            assert exit_code(reply.turn(datetime.now(UTC), Settings(), "here")) == value


def _check_error(reply: Reply, expected: Mapping[str, Any] | None) -> None:
    if expected is None:
        assert reply.error is None
        return
    assert reply.error is not None
    assert expected["message"] in reply.error.message
    assert reply.error.code == (None if expected["code"] is None else str(expected["code"]))
    if "retry_after_seconds" in expected:
        assert reply.error.retry_after_s == expected["retry_after_seconds"]


def _check_filter(reply: Reply, expected: Mapping[str, Any]) -> None:
    assert reply.filter == {"pass": "passed"}.get(expected["verdict"], expected["verdict"])
    source = {"output": "answer", "prompt": "prompt"}.get(expected.get("where") or "")
    if expected["verdict"] == "not_run":
        assert reply.not_run == source
    noticed = [v for v in reply.verdicts if v.blocked or v.detected]
    for category in expected["categories"]:
        found = [v for v in noticed if v.category == category["name"].replace("-", "_")]
        assert found, category
        assert found[0].blocked is category["filtered"]
        assert category["severity_or_detected"] in (_said(found[0]), *(found[0].detail or {}).get("ids", ()))
        assert "detail" not in category or found[0].detail == category["detail"]
        assert source is None or found[0].source == source
    assert len([v for v in noticed if v.blocked]) == len([c for c in expected["categories"] if c["filtered"]])


def _said(verdict: Verdict) -> object:
    score = (verdict.detail or {}).get("score")
    return verdict.severity or score or verdict.detected
