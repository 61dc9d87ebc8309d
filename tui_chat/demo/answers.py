"""The demo's answer for each scenario, as values; other modules put them into wire format."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from tui_chat.core.continuation import CONTINUE_PROMPT
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.demo.echo import default_text
from tui_chat.demo.request import ReceivedRequest
from tui_chat.demo.scenarios import DEFAULT, SCENARIOS, Scenario, category, choose

Shape = Literal["mistral", "azure", "azure-late", "azure-unchecked"]
"""Which of the reference's streams an answer looks like: Azure serverless Mistral without a filter's words; the default
filter; the asynchronous filter; a filter that did not run."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer of the script. Waits are in seconds at speed 1.

    `blocked` names the category that the filter rejects: in the middle of the stream, or after its end where the shape
    is `azure-late`. `annotated` lets it find things that block nothing. `dropped` breaks the connection half-way.
    """

    text: str
    shape: Shape = "azure"
    reasoning: str = ""
    refusal: str = ""
    finish: Literal["stop", "length"] = "stop"
    blocked: str | None = None
    annotated: bool = False
    dropped: bool = False
    wait_for_headers: float = 0.0
    wait_for_text: float = 0.0


def answer(received: ReceivedRequest) -> Answer:
    """The answer to a request that nothing rejects. An unknown keyword raises KeyError: a bug in the tables."""
    if (rest := _rest(received)) is not None:
        return Answer(rest, shape="mistral")
    prompt = received.prompt
    scenario = choose(prompt)
    match scenario.keyword:
        case "" | "server error" | "block prompt":
            return Answer(default_text(received))
        case "help":
            return Answer(help_text())
        case "long answer":
            return Answer(_text("long"), shape="mistral")
        case "block answer":
            return Answer(_text("blocked"), blocked=category(prompt))
        case "withdraw answer":
            return Answer(_text("withdrawn"), shape="azure-late", blocked="protected_material_text")
        case "annotate answer":
            return Answer(_text("annotated"), annotated=True)
        case "unchecked answer":
            return Answer(_text("unchecked"), shape="azure-unchecked")
        case _:
            return _plain(scenario)


def _plain(scenario: Scenario) -> Answer:
    match scenario.keyword:
        case "slow start":
            return Answer(_text("slow"), wait_for_headers=4.0, wait_for_text=4.0)
        case "rate limit":
            return Answer(_text("patience"))
        case "drop connection":
            return Answer(_text("dropped"), shape="mistral", dropped=True)
        case "think aloud":
            return Answer(_text("thought"), shape="mistral", reasoning=_text("thinking"))
        case "cut short":
            return Answer(_text("cut"), shape="mistral", finish="length")
        case "refuse to answer":
            return Answer("", refusal=_text("refusal"))
        case "empty answer":
            return Answer("", shape="mistral")
        case _:
            raise KeyError(scenario.keyword)


def _rest(received: ReceivedRequest) -> str | None:
    """The rest of an interrupted answer, if the request continues one; else None."""
    if received.prompt != CONTINUE_PROMPT or len(received.messages) < 2:
        return None
    role, begun = received.messages[-2]
    if role != "assistant":
        return None
    before = received.messages[:-2]
    texts = [path.read_text(encoding="utf-8").rstrip("\n") for path in sorted(_TEXTS.glob("*.md"))]
    texts += [default_text(ReceivedRequest(before, received.stream, received.values))] if before else []
    # A text that is cut on purpose has no rest.
    return next((text[len(begun) :] for text in texts if text.startswith(begun) and text != begun), _ENDING)


_ENDING = " what was asked for. This sentence is the rest of it, which was asked for with *continue*."


def help_text() -> str:
    """All scenarios as Markdown: a table of what to type and what it shows."""
    rows = [f"| `{s.keyword}` | {s.help} |" for s in SCENARIOS]
    return _text("help") % "\n".join([*rows, f"| anything else | {DEFAULT.help} |"])


def _text(name: str) -> str:
    """One of the texts next to this file, as long as they are text files of ours: UTF-8, without the last line end."""
    return (_TEXTS / f"{name}.md").read_text(encoding="utf-8").rstrip("\n")


_TEXTS = Path(__file__).with_name("texts")
