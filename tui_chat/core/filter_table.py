"""The content filter's findings in one conversation as table rows with totals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Literal

from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import Outcome, Turn
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.verdict import SEVERITIES, Source, Verdict

Finding = Literal["blocked", "detected", "passed", "not_checked"]
FINDINGS: tuple[Finding, ...] = ("blocked", "detected", "passed", "not_checked")

_BLOCKED: dict[Outcome | None, Source] = {Outcome.PROMPT_BLOCKED: "prompt", Outcome.ANSWER_BLOCKED: "answer"}


@dataclass(frozen=True, slots=True)
class FilterRow:
    """One verdict and its place in the conversation.

    `turn` numbers the prompts from 1; answers to the same prompt share its number. `turn_id` is the answer's. `shown`
    is False on a branch that is not shown. `verdict` None: the side was rejected and the server named no category
    (finding *blocked*), or the filter did not run (*not_checked*).
    """

    turn: int
    turn_id: str
    when: datetime
    source: Source
    finding: Finding
    verdict: Verdict | None = None
    shown: bool = True
    model: str | None = None
    endpoint: str | None = None
    request_id: str | None = None

    @property
    def category(self) -> str | None:
        """The server's name of the category; None if it gave none."""
        return None if self.verdict is None else self.verdict.category


@dataclass(frozen=True, slots=True)
class Total:
    """How often one category was judged on one side, by finding. `highest` is the most severe grade."""

    source: Source
    category: str | None
    blocked: int
    detected: int
    passed: int
    not_checked: int
    highest: str | None


@dataclass(frozen=True, slots=True)
class Totals:
    """The number of `answers` with any verdict; how many of them were `blocked` or `unchecked`."""

    answers: int
    blocked: int
    detected: int
    unchecked: int
    by_category: tuple[Total, ...]


def rows(conversation: Conversation) -> list[FilterRow]:
    """Every verdict of every branch, by turn, then in the order in which the turns were created."""
    shown = {node.id for node in conversation.path()}
    found = [
        row
        for number, node in _numbered(conversation)
        for row in _of_turn(number, node.id, node.turn, node.id in shown)
    ]
    return sorted(found, key=lambda row: row.turn)


def totals(table: Iterable[FilterRow]) -> Totals:
    """Sum up the rows; categories in order of first appearance, the prompt's before the answer's."""
    known = list(table)
    groups: dict[tuple[Source, str | None], list[FilterRow]] = {}
    for row in sorted(known, key=lambda row: row.source != "prompt"):
        groups.setdefault((row.source, row.category), []).append(row)
    return Totals(
        answers=len({row.turn_id for row in known}),
        blocked=_turns(known, "blocked"),
        detected=_turns(known, "detected"),
        unchecked=_turns(known, "not_checked"),
        by_category=tuple(_total(source, category, group) for (source, category), group in groups.items()),
    )


def _numbered(conversation: Conversation) -> Iterator[tuple[int, Node]]:
    """Each turn with the number of its prompt, parents first. Conversations may be thousands of turns deep."""
    waiting = [(0, name) for name in reversed(conversation.children(None))]
    while waiting:
        above, name = waiting.pop()
        node = conversation.nodes[name]
        number = above + (node.turn.role == "user")
        yield number, node
        waiting += [(number, below) for below in reversed(conversation.children(name))]


def _of_turn(number: int, turn_id: str, turn: Turn, shown: bool) -> Iterator[FilterRow]:
    def row(source: Source, finding: Finding, verdict: Verdict | None = None) -> FilterRow:
        return FilterRow(
            number, turn_id, turn.created, source, finding, verdict, shown, turn.model, turn.endpoint, turn.request_id
        )

    for verdict in turn.verdicts:
        yield row(verdict.source, _finding(verdict), verdict)
    blocked = _BLOCKED.get(turn.outcome)
    if blocked is not None and not any(verdict.blocked for verdict in turn.verdicts):
        yield row(blocked, "blocked")
    if turn.not_run is not None:
        yield row(turn.not_run, "not_checked")


def _finding(verdict: Verdict) -> Finding:
    if not verdict.checked:
        return "not_checked"
    if verdict.blocked:
        return "blocked"
    return "detected" if verdict.noticed else "passed"


def _turns(table: Iterable[FilterRow], finding: Finding) -> int:
    return len({row.turn_id for row in table if row.finding == finding})


def _total(source: Source, category: str | None, group: Sequence[FilterRow]) -> Total:
    counts = {name: sum(row.finding == name for row in group) for name in FINDINGS}
    graded = [row.verdict.severity for row in group if row.verdict is not None and row.verdict.severity]
    return Total(source, category, **counts, highest=max(graded, key=_rank, default=None))


def _rank(severity: str) -> int:
    word = severity.lower()
    # A word that is not on the scale is more than *safe*: the server found it worth a word of its own.
    return SEVERITIES.index(word) if word in SEVERITIES else 1
