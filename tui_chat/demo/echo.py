"""The demo's default answer, which describes the request it received."""

from __future__ import annotations

from tui_chat.demo.request import ReceivedRequest
from tui_chat.demo.scenarios import SCENARIOS

_OPENINGS = (
    "Hello! This is the **scripted demo** speaking. There is no model behind it, so it cannot really answer, but it "
    "can tell you exactly what arrived.",
    "The **scripted demo** again: still no model here, but your words arrived safely.",
    "Understood, as far as a **scripted demo** understands anything. Here is what arrived with your message.",
)
_SHOWN_SETTINGS = ("temperature", "top_p", "max_tokens", "random_seed", "stop", "model")
_LONGEST_QUOTE = 160


def default_text(received: ReceivedRequest) -> str:
    """Markdown. Its parts change with the number of prompts, so that a conversation does not repeat itself."""
    turn = received.prompts - 1
    parts = [
        _OPENINGS[min(turn, 1) if turn < 2 else 1 + turn % 2],
        f"You wrote {_size(received.prompt)}:\n\n{_quote(received.prompt)}",
        _history(received),
        _settings(received),
        _suggestions(turn),
    ]
    return "\n\n".join(part for part in parts if part)


def _size(text: str) -> str:
    words = len(text.split())
    lines = len(text.splitlines())
    counted = f"{words} word{'s' * (words != 1)}"
    return f"{counted} on {lines} lines" if lines > 1 else counted


def _quote(text: str) -> str:
    short = text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE].rstrip() + "…"
    return "\n".join(f"> {line}" for line in short.splitlines() or [""])


def _history(received: ReceivedRequest) -> str:
    if received.prompts == 1:
        return "It is the first message of this conversation."
    before = next(text for role, text in reversed(received.messages[:-1]) if role == "user")
    count = len(received.messages)
    return (
        f"The whole conversation came along, as it does with every request: {count} messages, {received.prompts} of "
        f"them yours. The one before this began:\n\n{_quote(before)}"
    )


def _settings(received: ReceivedRequest) -> str:
    rows = [f"- `{name}`: {_value(received.values.get(name))}" for name in _SHOWN_SETTINGS]
    system = _quote(received.system) if received.system else ""
    system_words = f"Your system prompt was sent too:\n\n{system}" if system else "No system prompt was sent."
    listed = "\n".join(rows)
    return f"**Settings of this request**\n\n{listed}\n\n{system_words}"


def _value(value: object) -> str:
    match value:
        case None:
            return "*not sent*"
        case list() | tuple():  # the texts of `stop`: said here, they would stop this very answer
            return f"{len(value)} sent"
        case _:
            return f"`{value}`"


def _suggestions(turn: int) -> str:
    shown = [s for s in SCENARIOS if s.keyword != "help"]
    first = turn * 3
    names = [shown[(first + i) % len(shown)] for i in range(3)]
    listed = ", ".join(f"`{s.keyword}`" for s in names)
    return f"Type {listed} to see more of what a chat can meet, or `help` for the whole list."
