"""The last line of an answer: facts, what can be done next, and the versions, at any width."""

from __future__ import annotations

import pytest

from tests.ui.transcript.harness import NOON, answer, blocked
from tui_chat.core.conversation import Version
from tui_chat.core.message import ErrorKind, Outcome, ServerError, Turn
from tui_chat.render.line import Line
from tui_chat.render.plain_text import plain_lines
from tui_chat.render.styles import dark
from tui_chat.ui import command_table
from tui_chat.ui.keymap import Keymap
from tui_chat.ui.widgets.transcript.last_line import COMMAND, VERSION, last_lines, version_marks
from tui_chat.ui.widgets.transcript.last_line_hints import AGAIN, CONTINUE, Hint, hints
from tui_chat.ui.widgets.transcript.message_parts import Foot, filter_table, note_block, role_line
from tui_chat.ui.widgets.transcript.render_options import RenderOptions

PALETTE = dark()
KEYS = Keymap({"chat.continue": ("ctrl+g",), "chat.retry": ("f6",)})


def options(width: int, keys: Keymap = KEYS) -> RenderOptions:
    return RenderOptions(width, PALETTE, keys=keys)


def made(
    text: str,
    told: tuple[Hint, ...],
    version: Version | None,
    width: int,
    keys: Keymap = KEYS,
) -> list[Line]:
    facts = plain_lines(text, PALETTE.muted, width) if text else []
    forms = ((True, True), (True, False), (False, False))
    marks = [version_marks(version, "n1", options(width, keys), keys=keyed, named=named) for keyed, named in forms]
    return last_lines(facts, told, marks, options(width, keys))


def test_one_line_where_there_is_room() -> None:
    (line,) = made("stopped · 7.0 s", (CONTINUE, AGAIN), Version(2, 2), 60)
    assert line.plain == "stopped · 7.0 s   ^g continue  f6 again" + " " * 14 + "‹ 2/2 ›"
    assert line.cells == 60


@pytest.mark.parametrize("width", range(1, 70))
def test_what_does_not_fit_goes_below_and_nothing_is_wider(width: int) -> None:
    lines = made("stopped · 7.0 s", (CONTINUE, AGAIN), Version(2, 2), width)
    assert all(line.cells <= width for line in lines if width >= 7)
    text = " ".join(line.plain for line in lines)
    for words in ("‹ 2/2 ›", *(("^g continue", "f6 again") if width >= 11 else ())):
        assert words in text


def test_the_users_own_keys_and_none_for_a_command_that_has_none() -> None:
    assert made("x", (CONTINUE, AGAIN), None, 60, Keymap({"chat.retry": ("alt+r",)}))[0].plain == "x   alt+r again"
    assert made("", (), None, 60) == []


def test_hints_and_arrows_can_be_clicked_where_they_lead_somewhere() -> None:
    (line,) = made("x", (AGAIN,), Version(1, 3), 60)
    metas = [(part.text, part.style.meta) for part in line.segments if part.style is not None and part.style.meta]
    assert metas == [("f6", {COMMAND: "chat.retry"}), (" again", {COMMAND: "chat.retry"}), (" ›", {VERSION: ("n1", 1)})]


@pytest.mark.parametrize(
    ("version", "shown"),
    [
        (Version(1, 2), "‹ 1/2 › alt+."),
        (Version(2, 2), "alt+, ‹ 2/2 ›"),
        (Version(2, 3), "alt+, ‹ 2/3 › alt+."),
        (Version(1, 2, "draft"), "draft  ‹ 1/2 › alt+."),
        (None, ""),
    ],
)
def test_the_keys_for_versions_stand_beside_them_where_they_lead_somewhere(version: Version | None, shown: str) -> None:
    keys = Keymap({"version.older": ("alt+comma",), "version.newer": ("alt+full_stop",)})
    marks = version_marks(version, "n1", options(60, keys), keys=True, named=True)
    assert "".join(mark.text for mark in marks) == shown


def test_the_keys_for_versions_make_no_line_longer() -> None:
    keys = Keymap({"version.older": ("alt+comma",)})
    assert [[line.plain for line in made("x" * count, (), Version(2, 2), 30, keys)] for count in (15, 18, 25)] == [
        ["x" * 15 + "  alt+, ‹ 2/2 ›"],
        ["x" * 18 + "     ‹ 2/2 ›"],
        ["x" * 25, " " * 17 + "alt+, ‹ 2/2 ›"],
    ]


def test_an_edited_prompt_has_them_too_where_there_is_room() -> None:
    keys, turn = Keymap({"version.older": ("alt+comma",)}), Turn("user", "x", NOON)
    shown = [
        role_line(
            turn, "n1", options(width, keys), NOON, version=Version(2, 2), raw=False, unsent=False, turns_by_key=True
        )
        for width in (40, 26, 20)
    ]
    assert [line.plain[11:].strip() for line in shown] == ["/compare  alt+, ‹ 2/2 ›", "alt+, ‹ 2/2 ›", "‹ 2/2 ›"]


COMPARED = Keymap({"version.older": ("alt+comma",), "compare": ("alt+v",)})


def last_line(facts: str, width: int, keys: Keymap, *, turns_by_key: bool = True) -> Line:
    foot = Foot("n1", (AGAIN,), Version(2, 2), turns_by_key=turns_by_key)
    return note_block([(facts, "muted")], foot, options(width, keys), said=False)[-1]


def test_versions_say_how_they_are_compared_where_there_is_room() -> None:
    older = Keymap({"version.older": ("alt+comma",)})
    assert last_line("stopped", 50, older).plain == "stopped" + " " * 20 + "/compare  alt+, ‹ 2/2 ›"
    assert last_line("stopped", 50, COMPARED).plain == "stopped" + " " * 15 + "alt+v compare  alt+, ‹ 2/2 ›"
    assert last_line("stopped", 24, older).plain == "stopped    alt+, ‹ 2/2 ›"
    assert last_line("stopped", 50, older, turns_by_key=False).plain == "stopped" + " " * 36 + "‹ 2/2 ›"


def test_how_versions_are_compared_can_be_clicked() -> None:
    segments = last_line("stopped", 50, COMPARED).segments
    metas = [part.text for part in segments if part.style and part.style.meta.get(COMMAND) == "compare"]
    assert metas == ["alt+v", " compare"]


NO_KEY = ServerError(ErrorKind.CONFIGURATION, "MY_VARIABLE is not set: it should hold the key for the endpoint mine.")
REFUSED_KEY = ServerError(ErrorKind.AUTH, "Incorrect.", status=401)
BAD_URL = ServerError(ErrorKind.CONFIGURATION, "The URL of the endpoint mine names no host.")
TOO_LONG = ServerError(ErrorKind.CONTEXT_LENGTH, "Too long.", status=400)


@pytest.mark.parametrize(
    ("turn", "ids"),
    [
        (answer("x"), ()),
        (answer("x", outcome=Outcome.STOPPED), ("chat.continue", "chat.retry")),
        (answer("x", outcome=Outcome.LENGTH), ("chat.continue", "chat.retry")),
        (answer("x", outcome=Outcome.INCOMPLETE), ("chat.continue", "chat.retry")),
        (answer("x", outcome=None), ("chat.continue", "chat.retry")),
        (answer(" ", outcome=Outcome.STOPPED), ("chat.retry",)),
        (answer("", outcome=Outcome.FAILED), ("chat.retry", "chat.exchange")),
        (answer("", outcome=Outcome.FAILED, error=TOO_LONG), ("chat.retry",)),
        (answer("", outcome=Outcome.FAILED, error=NO_KEY), ("endpoint.key", "chat.retry", "chat.exchange")),
        (answer("", outcome=Outcome.FAILED, error=REFUSED_KEY), ("endpoint.key", "chat.retry", "chat.exchange")),
        (answer("", outcome=Outcome.FAILED, error=BAD_URL), ("chat.retry", "chat.exchange")),
        (answer("", outcome=Outcome.PROMPT_BLOCKED), ("filter.report", "chat.edit")),
        (answer("x", outcome=Outcome.ANSWER_BLOCKED), ("filter.report", "chat.edit")),
        (answer("", outcome=Outcome.REFUSED), ("chat.retry", "chat.edit")),
    ],
)
def test_the_next_steps_after_every_outcome(turn: Turn, ids: tuple[str, ...]) -> None:
    assert tuple(command for command, _ in hints(turn)) == ids
    assert set(ids) <= set(command_table.BY_ID)


def name_of(turn: Turn, speaker: str | None = None) -> str:
    line = role_line(turn, "n1", options(80), NOON, version=None, raw=False, unsent=False, speaker=speaker)
    return line.plain.split(" · ")[0]


def test_an_answer_goes_by_its_models_name() -> None:
    assert name_of(answer("x")) == "mistral-large-2407"
    assert name_of(answer("x", model=None, endpoint="azure")) == "azure"
    assert name_of(answer("", outcome=None, model=None)) == "Assistant"
    assert name_of(answer("", outcome=None, model=None), "named-so-far") == "named-so-far"
    assert name_of(Turn("user", "x", NOON)) == "You"
    assert name_of(answer("x", model="m\x1b[31m\n" + "x" * 90)) == "m␛[31m⏎" + "x" * 33 + "…"


def test_the_details_have_the_filters_table() -> None:
    rows = [line.plain.rstrip() for line in filter_table(answer("", verdicts=blocked("answer")), options(60))]
    assert rows[1:4] == ["content filter", "The answer", "violence           ■■□  medium    blocked"]
    assert filter_table(answer("x"), options(60)) == []
