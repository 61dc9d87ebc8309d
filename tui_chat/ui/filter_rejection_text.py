"""The text of the content filter's dialog about a rejection.

Written for readers who have never heard of such a filter: what happened, what was found, why, and what can be done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from textual.content import Content

from tui_chat.core.filter_details import quotable
from tui_chat.core.filter_wording import in_full, not_checked, severity_bar
from tui_chat.core.message import Outcome, Turn
from tui_chat.core.outcome_wording import BLOCKED
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.verdict import SEVERITIES
from tui_chat.render.filter_bars import NO_REASON, Tone, filter_lines
from tui_chat.render.sanitize import safe_line, safe_text

REPORT = "What the content filter said"
"""The title for a turn without anything blocked."""

SCALE = f"Severity has four steps: {', '.join(f'{word} {severity_bar(word)}' for word in SEVERITIES)}."

STYLES: Mapping[Tone, str] = {
    "plain": "",
    "strong": "bold",
    "note": "$text-muted",
    "quiet": "$text-muted",
    "empty": "$text-disabled",
    "low": "$text-warning",
    "medium": "$text-error",
    "high": "bold $text-error",
    "blocked": "bold $text-error",
}


@dataclass(frozen=True, slots=True)
class FilterRejection:
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


def headline(turn: Turn) -> str:
    """What happened, in one short sentence."""
    if turn.outcome is Outcome.PROMPT_BLOCKED:
        return "Your message was not sent to the model."
    if turn.outcome is not Outcome.ANSWER_BLOCKED:
        return "Nothing was blocked here."
    if turn.withdrawn:
        return "The answer had already come when it was taken back."
    return "The model's answer was cut off." if turn.text else "The model's whole answer was held back."


def explained(case: FilterRejection) -> str:
    """Why, what happens to the turn, and what can be done, without jargon."""
    return f"{_why(case.turn)} {decided(case)}"


def _why(turn: Turn) -> str:
    if turn.outcome is Outcome.PROMPT_BLOCKED:
        return (
            "An automatic check of the service stopped it. Your settings and your connection are fine: "
            "reword the message and send it again."
        )
    if turn.outcome is not Outcome.ANSWER_BLOCKED:
        return "An automatic check of the service looks at every message and every answer."
    if turn.withdrawn:
        what = "took it back. Its text is kept, and hidden until you ask for it"
    else:
        what = "stopped it. The part that had arrived is kept" if turn.text else "stopped all of it"
    return f"An automatic check of the service {what}. Rephrase the prompt, or continue with something else."


def decided(case: FilterRejection) -> str:
    """Whether the turn is sent with later requests, and whether its text is shown."""
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
    return f"{said} {case.again} brings this filter report up again." if case.again else said


def findings(turn: Turn, width: int, *, airy: bool = False) -> Content:
    """Each category with its bar, the blocked ones first, in lines of at most `width` cells."""
    lines = filter_lines(turn, width, airy=airy)
    return Content("\n").join(Content.assemble(*((text, STYLES[tone]) for text, tone in line)) for line in lines)


def more(turn: Turn) -> str:
    """Explains the bars, with the server's own words and what to quote to its owner."""
    scale = [SCALE] if any(severity_bar(verdict.severity) for verdict in turn.verdicts) else []
    return safe_text("\n".join([*scale, *server_says(turn), _made_by(turn)]))


def server_says(turn: Turn) -> Iterator[str]:
    """The server's own sentence, and what to quote when asking its owner."""
    if turn.error is not None and turn.error.message:
        yield f"The server says: {turn.error.message}"
    request_id = turn.request_id or (turn.error.request_id if turn.error else None)
    if request_id:
        yield f"Request id: {request_id}"
        yield "The owner of the endpoint decides how strict the check is, and finds the request by this id."
    yield f"Time: {turn.created.astimezone():%Y-%m-%d %H:%M:%S}"


def _made_by(turn: Turn) -> str:
    return f"Endpoint: {turn.endpoint or 'unknown'} · model: {turn.model or 'unknown'}"


def report(turn: Turn) -> str:
    """The details as plain text, for the clipboard."""
    title = BLOCKED.get(turn.outcome, REPORT) if turn.outcome else REPORT
    found = [in_full(verdict, quotable(turn)) for verdict in turn.verdicts]
    if turn.rejected and not any(verdict.blocked for verdict in turn.verdicts):
        found.insert(0, NO_REASON)
    if turn.not_run is not None:
        found.append(not_checked(turn.not_run))
    return safe_text("\n".join([title, *(safe_line(line) for line in found), *server_says(turn), _made_by(turn)]))
