"""The words of the content filter's modal. This file owns what is said of a rejection, and in which order.

Written for somebody who has never heard of such a filter: what happened, why, what becomes of it, what can be done.
Severity is a word and a bar of four steps; colour only repeats them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from textual.content import Content

from tui_chat.core.message import Outcome, Turn
from tui_chat.core.verdict import Verdict
from tui_chat.core.words import (
    BLOCKED,
    category_words,
    details,
    finding,
    in_full,
    meaning,
    not_checked,
    severity_bar,
    unchecked_words,
)
from tui_chat.render.safe import safe_line, safe_text

REPORT = "What the content filter said"
"""The title for a turn of which nothing was blocked."""

NO_REASON = "The server did not say which category was the reason."
SCALE = "Severity has four steps: safe ■□□□, low ■■□□, medium ■■■□, high ■■■■."

_INDENT = 6
"""Cells of the bar or sign before a finding; all its lines begin behind it."""

_STYLES = {"■□□□": "$text-success", "■■□□": "$text-warning"}


@dataclass(frozen=True, slots=True)
class Case:
    """A rejected turn and what has been decided about it.

    `turn` is the answer's. `goes_out`: later requests hold it. `may_go_out`: the user can change that. `hidden`: its
    text is not shown in the conversation. `again` is the key that shows the case once more, as the screen writes it.
    """

    turn: Turn
    prompt: str = ""
    goes_out: bool = False
    may_go_out: bool = False
    hidden: bool = False
    again: str = ""

    @property
    def title(self) -> str:
        return BLOCKED.get(self.turn.outcome, REPORT) if self.turn.outcome else REPORT

    @property
    def rejected(self) -> bool:
        return self.turn.rejected


def happened(turn: Turn) -> str:
    """What happened, in two or three sentences without a term that has to be known."""
    if turn.outcome is Outcome.PROMPT_BLOCKED:
        return (
            "Before the model saw your message, an automatic check of the service stopped it. "
            "Your settings and your connection are fine, and nothing is lost. Reword the message and send it again."
        )
    if turn.outcome is not Outcome.ANSWER_BLOCKED:
        return "An automatic check of the service looks at every message and every answer. Nothing was blocked here."
    if turn.withdrawn:
        return (
            "The answer had already come when an automatic check of the service took it back. "
            "Its text is kept, and hidden until you ask for it. Ask in another way, or go on with something else."
        )
    if turn.text:
        return (
            "An automatic check of the service cut the model's answer off. What had come by then is kept. "
            "Ask in another way, or go on with something else."
        )
    return (
        "The model answered, but an automatic check of the service let nothing of it through. "
        "Ask in another way, or go on with something else."
    )


def decided(case: Case) -> str:
    """What becomes of the turn: whether it is sent on, and whether its text is shown."""
    if not case.rejected:
        return "It goes out with later requests." if case.goes_out else "It is left out of later requests."
    what = "This message" if case.turn.outcome is Outcome.PROMPT_BLOCKED else "Your message and this answer"
    is_ = "is" if case.turn.outcome is Outcome.PROMPT_BLOCKED else "are"
    if case.goes_out:
        said = f"{what} {is_} included in later requests, as you asked. The check may reject those as well."
    else:
        said = f"{what} {is_} left out of later requests, so that those are not rejected too."
    if case.hidden:
        said += " The answer's text is hidden."
    return f"{said} {case.again} brings this up again." if case.again else said


def findings(turn: Turn, width: int) -> Content:
    """Each category that was found, the blocked ones first; what passed in one line. `width` is in cells."""
    noticed = sorted((v for v in turn.verdicts if v.noticed), key=lambda v: (not v.blocked, v.source))
    lines = [line for verdict in noticed for line in _lines(verdict, max(width - _INDENT, 1))]
    if turn.rejected and not any(verdict.blocked for verdict in noticed):
        lines.insert(0, Content.assemble((NO_REASON, "bold")))
    if turn.not_run is not None:
        said = safe_line(not_checked(turn.not_run))
        lines.append(Content.assemble(("?".ljust(_INDENT), "$text-warning"), (said, "bold")))
    if unchecked := unchecked_words(turn.verdicts):
        lines.append(Content.assemble(("?".ljust(_INDENT), "$text-warning"), (safe_line(unchecked), "bold")))
    if any(severity_bar(verdict.severity) for verdict in noticed):
        lines.append(Content.assemble((SCALE, "$text-muted")))
    found = {category_words(verdict.category) for verdict in noticed}
    passed = dict.fromkeys(
        name for v in turn.verdicts if v.checked and (name := category_words(v.category)) not in found
    )
    if passed:
        lines.append(Content.assemble((safe_line(f"Passed: {', '.join(passed)}."), "$text-muted")))
    return Content("\n").join(lines or [Content("The filter said nothing about it.")])


def _lines(verdict: Verdict, width: int) -> list[Content]:
    """`■■■□  violence (answer): medium, blocked`; below, what that means and what the server adds."""
    bar = severity_bar(verdict.severity)
    style = "bold $text-error" if verdict.blocked else _STYLES.get(bar or "", "$text-warning")
    name = safe_line(f"{category_words(verdict.category)} ({verdict.source}): ")
    parts = [Content.assemble((name, "bold"), (safe_line(finding(verdict)), style))]
    more = (meaning(verdict.category), details(verdict))
    parts += [Content.assemble((safe_line(text), "$text-muted")) for text in more if text]
    lines = [line for part in parts for line in part.wrap(width)]
    sign = Content.assemble(((bar or sign_of(verdict)).ljust(_INDENT), style))
    return [sign + lines[0], *(Content(" " * _INDENT) + line for line in lines[1:])]


def sign_of(verdict: Verdict) -> str:
    """For a category without a severity: what was done, told by shape."""
    return "✖" if verdict.blocked else "!" if verdict.noticed else " "


def server_says(turn: Turn) -> Iterator[str]:
    """The server's own sentence, and what to quote when asking its owner."""
    if turn.error is not None and turn.error.message:
        yield f"The server says: {turn.error.message}"
    request_id = turn.request_id or (turn.error.request_id if turn.error else None)
    if request_id:
        yield f"Request id: {request_id}"
        yield "The owner of the endpoint decides how strict the check is, and finds the request by this id."
    yield f"Time: {turn.created.astimezone():%Y-%m-%d %H:%M:%S}"


def report(turn: Turn) -> str:
    """The details as plain text, for the clipboard."""
    title = BLOCKED.get(turn.outcome, REPORT) if turn.outcome else REPORT
    found = [in_full(verdict) for verdict in turn.verdicts]
    if turn.rejected and not any(verdict.blocked for verdict in turn.verdicts):
        found.insert(0, NO_REASON)
    if turn.not_run is not None:
        found.append(not_checked(turn.not_run))
    where = f"Endpoint: {turn.endpoint or 'unknown'} · model: {turn.model or 'unknown'}"
    return safe_text("\n".join([title, *(safe_line(line) for line in found), *server_says(turn), where]))
