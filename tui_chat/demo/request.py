"""Validates a request as strictly as a Mistral endpoint on Azure does.

Shapes of the refusals: azure_serverless_422_extra_forbidden (unknown fields, one entry each), the same list with
pydantic's other types for wrong values, azure_422_parameter_not_supported, and Mistral's 3230 for the
order of messages.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import field
from typing import Any

from tui_chat.core.quick_dataclass import dataclass
from tui_chat.demo import bodies
from tui_chat.demo.bodies import Refusal
from tui_chat.demo.request_fields import BODY, MESSAGE, FieldProblem, check, unknown


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """A valid request. `messages` holds (role, text) as sent, system prompts among them; the last is a user's."""

    messages: tuple[tuple[str, str], ...]
    stream: bool = False
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def prompt(self) -> str:
        return self.messages[-1][1]

    @property
    def prompts(self) -> int:
        """How many of the messages are the user's."""
        return sum(role == "user" for role, _ in self.messages)

    @property
    def system(self) -> str:
        return "\n".join(text for role, text in self.messages if role == "system")

    @property
    def prompt_tokens(self) -> int:
        return sum(4 + (len(text) + 3) // 4 for _, text in self.messages)

    @property
    def max_tokens(self) -> int | None:
        return self.values.get("max_tokens")

    @property
    def stop(self) -> tuple[str, ...]:
        stop = self.values.get("stop") or ()
        return (stop,) if isinstance(stop, str) else tuple(stop)


def receive(body: bytes) -> ReceivedRequest | Refusal:
    """The request in `body`, or the server's refusal of it."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return bodies.invalid([FieldProblem("json_invalid", ("body", 0), "JSON decode error", {})])
    if not isinstance(data, dict):
        return bodies.invalid(
            [FieldProblem("model_attributes_type", ("body",), "Input should be a valid dictionary", data)]
        )
    problems = unknown(data, BODY, ("body",)) + check(data) + _message_problems(data.get("messages"))
    if problems:
        return bodies.invalid(problems)
    if unsupported := _unsupported(data):
        return bodies.not_supported(unsupported, data[unsupported])
    return _ordered(data)


def _message_problems(messages: object) -> list[FieldProblem]:
    if not isinstance(messages, list):
        return (
            []
            if messages is None
            else [FieldProblem("list_type", ("body", "messages"), "Input should be a valid list", messages)]
        )
    problems: list[FieldProblem] = []
    for index, message in enumerate(messages):
        place: tuple[str | int, ...] = ("body", "messages", index)
        if not isinstance(message, dict) or message.get("role") not in MESSAGE:
            problems.append(FieldProblem("union_tag_invalid", place, "Input should have a known role", message))
            continue
        problems += unknown(message, MESSAGE[message["role"]], (*place, message["role"]))
        if _text(message.get("content")) is None:
            problems.append(
                FieldProblem(
                    "string_type", (*place, "content"), "Input should be a valid string", message.get("content")
                )
            )
    return problems


def _unsupported(data: Mapping[str, Any]) -> str | None:
    """Parameters that are valid but that a script cannot follow."""
    wanted = data.get("response_format")
    if wanted is not None and wanted != {"type": "text"}:
        return "response_format"
    return "tools" if data.get("tools") else None


def _ordered(data: Mapping[str, Any]) -> ReceivedRequest | Refusal:
    messages = tuple((message["role"], _text(message["content"]) or "") for message in data["messages"])
    roles = [role for role, _ in messages if role != "system"]
    last = messages[-1][0] if messages else "nothing"
    if last != "user":
        return bodies.wrong_order(
            f"Expected last role User or Tool (or Assistant with prefix True) for serving but got {last}"
        )
    for index, role in enumerate(roles):
        if role != ("user", "assistant")[index % 2]:
            return bodies.wrong_order(
                "After the optional system message, conversation roles must alternate user/assistant/user/assistant/..."
            )
    values = {name: value for name, value in data.items() if name not in ("messages", "stream") and value is not None}
    return ReceivedRequest(messages, str(data.get("stream")).lower() == "true", values)


def _text(content: object) -> str | None:
    """The text of a message: a string, or the texts of a list of parts. None for anything else."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list) or not all(isinstance(part, dict) for part in content):
        return None
    texts = [_part(part) for part in content]
    return "\n".join(map(str, texts)) if all(isinstance(text, str) for text in texts) else None


def _part(part: Mapping[str, Any]) -> object:
    """The text of a part; a picture is described."""
    match part:
        case {"type": "image_url", "image_url": {"url": str() as url} | (str() as url)}:
            return f"[{url.partition(';')[0].removeprefix('data:')[:40]}]"
        case _:
            return part.get("text") if part.get("type") == "text" else ""
