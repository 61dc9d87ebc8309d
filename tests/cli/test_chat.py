"""The linear mode: what is sent, what is written where, what is kept, and how it ends."""

from __future__ import annotations

import asyncio
import re
import signal
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.cli.chatting import Line, Stream, kept, talk
from tests.scripted import ScriptedBackend, answered
from tui_chat.cli.chat_answer import AnswerPrinter
from tui_chat.cli.chat_commands import HANDLERS
from tui_chat.cli.chat_output import ChatOutput
from tui_chat.core import event as ev
from tui_chat.core.message import ErrorKind, Message, Outcome, ServerError
from tui_chat.core.settings import Settings
from tui_chat.core.verdict import Verdict
from tui_chat.engine.clock import SystemClock
from tui_chat.engine.exchange import Exchange, Services
from tui_chat.engine.session import Session
from tui_chat.store.ids import Ids
from tui_chat.store.library import Library

CTRL_C = KeyboardInterrupt
SILENCE = 0.01
Script = list[ev.Event | Exception]


@dataclass
class Acting(ScriptedBackend):
    """Does something in the middle of an answer, and then says nothing more for ever."""

    scripts: list[list[ev.Event | Exception]] = field(default_factory=list)
    act: Callable[[], object] = lambda: None

    async def answer(
        self, messages: Sequence[Message], settings: Settings, *, stream: bool = True
    ) -> AsyncGenerator[ev.Event, None]:
        self.asked.append(([(m.role, m.text) for m in messages], settings))
        yield ev.Sent(1)
        yield ev.TextDelta("half an ")
        yield ev.TextDelta("answer")
        self.act()
        await asyncio.Event().wait()


# What goes where


def test_a_pipe_gets_the_texts_exactly_and_the_history_is_sent(tmp_path: Path) -> None:
    first = "# One\r\n\tand\x1b[31m **two**\n\n"
    backend = ScriptedBackend([answered(first), answered("three")])
    heard = talk(tmp_path, ["hello", "", "  ", "and now?"], backend)
    assert heard.code == 0
    assert heard.out == f"You:\nhello\n\nAssistant:\n{first}\nYou:\nand now?\n\nAssistant:\nthree\n\n"
    assert heard.err == ""
    assert backend.asked[1][0] == [("user", "hello"), ("assistant", first), ("user", "and now?")]
    assert heard.texts == [("user", "hello"), ("assistant", first), ("user", "and now?"), ("assistant", "three")]
    assert heard.kept[0].title == "hello"
    assert heard.session.running == {}


def test_a_terminal_gets_words_and_nothing_that_moves_it(tmp_path: Path) -> None:
    evil = "safe\x1b]0;title\x07 \x9b2J\u202e\r\nnext \U000e0041end"
    heard = talk(tmp_path, ["hello"], [answered(evil, reason="length")], typed=True, terminal=True)
    assert re.findall(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\U000e0041]", heard.out) == []
    assert heard.out.startswith("Assistant:\nsafe")
    assert heard.out.endswith("next end\nNote: cut at max_tokens (server's limit)\n\n")
    assert heard.err == ""
    assert heard.texts[1] == ("assistant", evil), "kept as it came"


def test_a_file_gets_what_a_person_types_as_well(tmp_path: Path) -> None:
    heard = talk(tmp_path, ["hello"], [answered("hi")], typed=True, terminal=False)
    assert heard.out == "You:\nhello\n\nAssistant:\nhi\n\n"


VIOLENCE = Verdict("answer", "violence", blocked=True, severity="medium")
BAD = ServerError(ErrorKind.SERVER, "The server has a problem.", hint="Try again later.")


@pytest.mark.parametrize(
    ("events", "outcome", "words"),
    [
        ([ev.TextDelta("a"), ev.Finished("length"), ev.Closed(done=True)], Outcome.LENGTH, "cut at max_tokens"),
        ([ev.TextDelta("a"), ev.Closed(done=False)], Outcome.INCOMPLETE, "incomplete"),
        ([ev.Failed(BAD), ev.Closed(done=False)], Outcome.FAILED, "The server has a problem."),
        ([ev.Failed(BAD), ev.Closed(done=False)], Outcome.FAILED, "Try again later."),
        ([ev.Finished("stop"), ev.Closed(done=True)], Outcome.EMPTY, "The model returned nothing."),
        (
            [ev.TextDelta("a"), ev.Judged((VIOLENCE,)), ev.Finished("content_filter"), ev.Closed(done=True)],
            Outcome.ANSWER_BLOCKED,
            "Answer blocked by the content filter: violence (medium)",
        ),
        (
            [
                ev.Judged((Verdict("prompt", "self_harm", blocked=True, severity="high"),)),
                ev.Failed(ServerError(ErrorKind.FILTERED, "It was filtered.")),
                ev.Closed(done=False),
            ],
            Outcome.PROMPT_BLOCKED,
            "Prompt blocked by the content filter: self-harm (high)",
        ),
        (
            [
                ev.TextDelta("a"),
                ev.Judged((Verdict("prompt", "profanity", blocked=False, detected=True),)),
                ev.Finished("stop"),
                ev.Closed(done=True),
            ],
            Outcome.COMPLETE,
            "The content filter noticed profanity, and blocked nothing.",
        ),
        ([ev.Noted("the server refused seed"), *answered("a")], Outcome.COMPLETE, "the server refused seed"),
    ],
)
@pytest.mark.parametrize("terminal", [False, True])
def test_how_it_ended_is_said_in_words(
    tmp_path: Path, events: Script, outcome: Outcome, words: str, terminal: bool
) -> None:
    heard = talk(tmp_path, ["hello", "again"], [[ev.Sent(1), *events], answered("fine")], terminal=terminal)
    assert heard.code == 0
    where, other = (heard.out, heard.err) if terminal else (heard.err, heard.out)
    assert words in where
    assert words not in other
    outcomes = [node.turn.outcome for node in heard.kept[0].path() if node.turn.role == "assistant"]
    assert outcomes == [outcome, Outcome.COMPLETE], "one that fails does not end the conversation"


def test_tool_calls_that_become_text_at_the_end_are_printed(tmp_path: Path) -> None:
    events: Script = [
        ev.Sent(1),
        ev.ToolCallDelta(0, "look", '{"at": 1}'),
        ev.Finished("tool_calls"),
        ev.Closed(done=True),
    ]
    heard = talk(tmp_path, ["hello"], [list(events)])
    assert '"tool_call": "look"' in heard.out
    assert heard.texts[1][1] in heard.out


def test_the_prompt_is_on_disk_before_anything_is_sent(tmp_path: Path) -> None:
    seen: list[tuple[str, str]] = []

    def look() -> None:
        seen.extend((node.turn.role, node.turn.text) for node in kept(tmp_path)[0].path()[:1])
        signal.raise_signal(signal.SIGINT)

    talk(tmp_path, ["precious"], Acting(act=look))
    assert seen == [("user", "precious")]


# What a prompt is


@pytest.mark.parametrize(
    ("lines", "prompts"),
    [
        (["one\\", "two"], ["one\ntwo"]),
        (["one\\", "\\", "  three"], ["one\n\n  three"]),
        (["one\\"], ["one"]),
        (["//etc/passwd?", "///"], ["/etc/passwd?", "//"]),
        ([" /help"], [" /help"]),
        (["a \\ b"], ["a \\ b"]),
    ],
)
def test_lines_become_prompts(tmp_path: Path, lines: list[Line], prompts: list[str]) -> None:
    backend = ScriptedBackend([answered("ok") for _ in prompts])
    talk(tmp_path, lines, backend)
    assert [asked[0][-1][1] for asked in backend.asked] == prompts


def test_a_continued_line_is_asked_for_otherwise(tmp_path: Path) -> None:
    heard = talk(tmp_path, ["one\\", "two"], [answered("ok")], typed=True)
    assert heard.lines.asked == ["> ", "... ", "> "]


# Commands


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("/qiut", "Did you mean /quit?"),
        ("/", "There is no command /."),
        ("/etc/passwd what is it?", "write //etc/passwd what"),
        ("/quit smoking, how?", "takes no argument"),
        ("/new idea", "takes no argument"),
        ("/retry", "There is no prompt to answer yet."),
        ("/open nowhere", "No conversation has 'nowhere' in its id, title or text."),
        ("/open", "No conversation is saved yet."),
        ("/filter", "The content filter has said nothing"),
        ("/set temprature 1", "did you mean temperature?"),
        ("/set temperature 9", "expected a number from 0 to 2"),
        ("/set temperature nan", "expected a number"),
        ("/set max_tokens 1.5", "expected a whole number"),
        ("/set max_tokens many", "found many"),
        ("/set stop []", "expected a list of texts"),
        ("/set stop [1]", "expected a list of texts"),
        ("/set stop [", "expected a list of texts"),
        ("/set seed true", "expected a whole number"),
    ],
)
def test_a_mistake_is_named_and_changes_nothing(tmp_path: Path, line: str, words: str) -> None:
    backend = ScriptedBackend([])
    heard = talk(tmp_path, [line], backend)
    assert words in heard.err
    assert (heard.code, heard.out, backend.asked, heard.kept) == (0, "", [], [])
    assert heard.session.settings == Settings()


@pytest.mark.parametrize(
    ("line", "settings"),
    [
        ("/set temperature 0.3", Settings(temperature=0.3)),
        ("/SET Top-P 1", Settings(top_p=1.0)),
        ("/set max_tokens 64", Settings(max_tokens=64)),
        ("/set seed -3", Settings(seed=-3)),
        ("/set system You are  a pirate.", Settings(system="You are  a pirate.")),
        ("/set system one\\", Settings(system="one\ntwo")),
        ("/set stop END OF IT", Settings(stop=("END OF IT",))),
        ('/set stop ["a", "b\\n"]', Settings(stop=("a", "b\n"))),
        ("/set temperature none", Settings()),
        ("/set temperature", Settings()),
    ],
)
def test_a_setting_reaches_the_next_request_and_is_kept(tmp_path: Path, line: str, settings: Settings) -> None:
    backend = ScriptedBackend([answered("a"), answered("b")])
    more: list[Line] = ["two"] if line.endswith("\\") else []
    heard = talk(tmp_path, ["first", line, *more, "second"], backend)
    assert [asked[1] for asked in backend.asked] == [Settings(), settings]
    assert heard.kept[0].settings == settings
    assert [n.turn.settings for n in heard.kept[0].path() if n.turn.role == "assistant"] == [Settings(), settings]


def test_all_settings_are_shown(tmp_path: Path) -> None:
    heard = talk(tmp_path, ["/set temperature 0.5", "/set temperature none", "/set seed 7", "/set"])
    for line in ("temperature: 0.5", "temperature: not sent", "seed: 7", "top_p: not sent", "system: not sent"):
        assert f"{line}\n" in heard.err


def test_help_names_every_command(tmp_path: Path) -> None:
    heard = talk(tmp_path, ["/help"], terminal=True)
    for name in HANDLERS:
        assert f"/{name}" in heard.out


def test_quit_ends_before_the_input_does(tmp_path: Path) -> None:
    heard = talk(tmp_path, ["/quit", "not this"], [answered("no")])
    assert (heard.code, heard.kept) == (0, [])


def test_new_begins_another_conversation_and_open_goes_back(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("1"), answered("2"), answered("3")])
    found: list[str] = []

    def back() -> str:
        found.extend(conversation.id for conversation in kept(tmp_path) if conversation.title == "first")
        return f"/open {found[0]}"

    heard = talk(tmp_path, ["first", "/new", "second", "/open", back, "third"], backend)
    assert [asked[0] for asked in backend.asked] == [
        [("user", "first")],
        [("user", "second")],
        [("user", "first"), ("assistant", "1"), ("user", "third")],
    ]
    assert heard.texts[-1] == ("assistant", "3")
    assert f"The one before: /open {found[0]}" in heard.err
    assert f"{found[0]}  " in heard.err, "the list of the last ones"
    assert "Opened: first (2 messages)." in heard.err
    assert heard.lines.remembered == ["first"]


def test_opening_says_where_the_conversation_stands(tmp_path: Path) -> None:
    talk(tmp_path, ["one", "two"], [answered("1"), answered("twice", reason="length")])
    known = kept(tmp_path)[0].id
    heard = talk(tmp_path, [f"/open {known}"], typed=True, terminal=True)
    assert heard.out.startswith("Note: Opened: one (4 messages).\nYou:\ntwo\nAssistant:\ntwice\n")
    assert "Note: cut at max_tokens (server's limit)\n" in heard.out
    assert "Assistant:\n1\n" not in heard.out


def test_an_answer_that_was_withdrawn_is_not_said_again(tmp_path: Path) -> None:
    late: Script = [ev.Sent(1), ev.TextDelta("taken back"), ev.Finished("stop"), ev.Judged((VIOLENCE,))]
    first = talk(tmp_path, ["one"], [[*late, ev.Closed(done=True)]])
    assert "taken back" in first.out
    heard = talk(tmp_path, [f"/open {first.kept[0].id}"], typed=True, terminal=True)
    assert "taken back" not in heard.out
    for told in (first.err, heard.out):
        assert "Answer blocked by the content filter: violence (medium)\n" in told
        assert "withdrew it" in told


def test_opening_a_wrong_one_keeps_the_open_one(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("1"), answered("2")])
    heard = talk(tmp_path, ["first", "/open nothing-like-this", "second"], backend)
    assert len(backend.asked[1][0]) == 3
    assert len(heard.kept) == 1


def test_the_settings_of_the_command_line_hold_in_an_opened_conversation(tmp_path: Path) -> None:
    talk(tmp_path, ["/set temperature 0.2", "/set seed 5", "one"], [answered("1")])
    known = kept(tmp_path)[0].id
    backend = ScriptedBackend([answered("2")])
    talk(tmp_path, [f"/open {known}", "two"], backend, own=Settings(temperature=0.9))
    assert backend.asked[0][1] == Settings(temperature=0.9, seed=5)


def test_retry_puts_an_answer_beside_the_old_one(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("old"), answered("new")])
    heard = talk(tmp_path, ["ask", "/retry"], backend)
    assert heard.texts == [("user", "ask"), ("assistant", "new")]
    texts = sorted(node.turn.text for node in heard.kept[0].nodes.values())
    assert texts == ["ask", "new", "old"]
    assert backend.asked[0][0] == backend.asked[1][0] == [("user", "ask")]
    assert heard.out.count("Assistant:\n") == 2


def test_the_filter_s_table(tmp_path: Path) -> None:
    blocked: Script = [
        ev.Sent(1),
        ev.TextDelta("a"),
        ev.Judged((VIOLENCE,)),
        ev.Finished("content_filter"),
        ev.Closed(True),
    ]
    heard = talk(tmp_path, ["hello", "/filter"], [list(blocked)], terminal=True)
    table = heard.out[heard.out.index("Turn 1") :]
    assert "answer · violence: medium, blocked" in table
    assert "1 blocked" in table
    assert "■" not in table, "squares are spoken one by one"


# How it ends


@pytest.mark.parametrize(
    ("lines", "typed", "code", "sent"),
    [
        ([CTRL_C, CTRL_C, "no"], True, 130, 0),
        ([CTRL_C, "yes", CTRL_C, "yes"], True, 0, 2),
        ([CTRL_C, "", CTRL_C, "yes"], True, 0, 1),
        (["one\\", CTRL_C, "yes"], True, 0, 1),
        ([CTRL_C, "no"], False, 130, 0),
        ([], True, 0, 0),
    ],
)
def test_ctrl_c_at_the_prompt(tmp_path: Path, lines: list[Line], typed: bool, code: int, sent: int) -> None:
    backend = ScriptedBackend([answered("ok") for _ in range(sent)])
    heard = talk(tmp_path, lines, backend, typed=typed)
    assert (heard.code, len(backend.asked)) == (code, sent)
    assert ("Nothing was sent." in heard.err) == (typed and CTRL_C in lines)


def test_ctrl_c_stops_the_answer_and_the_conversation_goes_on(tmp_path: Path) -> None:
    backend = Acting(act=lambda: signal.raise_signal(signal.SIGINT))
    before = signal.getsignal(signal.SIGINT)
    heard = talk(tmp_path, ["one", "two"], backend, typed=True, terminal=True)
    assert signal.getsignal(signal.SIGINT) is before
    assert heard.code == 0
    assert heard.out.count("Assistant:\nhalf an answer\nNote: stopped\n") == 2
    answers = [node.turn for node in heard.kept[0].path() if node.turn.role == "assistant"]
    assert [(turn.text, turn.outcome) for turn in answers] == [("half an answer", Outcome.STOPPED)] * 2
    assert len(backend.asked[1][0]) == 3, "what came is sent with the next prompt"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_keeps_what_came(tmp_path: Path, number: signal.Signals) -> None:
    heard = talk(tmp_path, ["one", "two"], Acting(act=lambda: signal.raise_signal(number)))
    assert heard.code is None
    assert f"exit {128 + number}" in heard.err
    (conversation,) = heard.kept
    turn = conversation.path()[-1].turn
    assert (turn.text, turn.outcome) == ("half an answer", Outcome.INCOMPLETE)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_while_the_prompt_is_being_kept_sends_nothing(tmp_path: Path, number: signal.Signals) -> None:
    backend = ScriptedBackend([])

    def early(_: Library, session: Session) -> None:
        asking = session.ask

        async def ask(text: str, **more: Any) -> Exchange:
            signal.raise_signal(number)
            return await asking(text, **more)

        session.ask = ask  # type: ignore[method-assign, assignment]

    heard = talk(tmp_path, ["one"], backend, prepare=early)
    assert backend.asked == []
    outcome = Outcome.STOPPED if number == signal.SIGINT else Outcome.INCOMPLETE
    assert [node.turn.outcome for node in heard.kept[0].path()] == [None, outcome]


@pytest.mark.parametrize(
    ("error", "code", "words"), [(BrokenPipeError(), 0, ""), (OSError(28, "No space left"), 1, "No space left")]
)
@pytest.mark.parametrize("after", [0, 3, 4])
def test_a_reader_that_has_gone_ends_the_run(tmp_path: Path, error: OSError, code: int, words: str, after: int) -> None:
    out = Stream(broken=error, after=after)
    backend = ScriptedBackend([answered("one\ntwo"), answered("not asked")])
    heard = talk(tmp_path, ["hello", "again"], backend, out=out)
    assert heard.code == code
    assert words in heard.err
    assert len(backend.asked) == (1 if after else 0)
    assert [node.turn.role for node in heard.kept[0].path()] == ["user", "assistant"]
    assert heard.texts[0] == ("user", "hello")


def test_a_library_that_fails_is_told_and_the_prompt_is_not_sent(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("1")])
    libraries: list[Library] = []

    def close() -> str:
        libraries[0].close().now()
        return "second"

    heard = talk(tmp_path, ["first", close], backend, typed=True, prepare=lambda library, _: libraries.append(library))
    assert heard.code == 1
    assert "is not open" in heard.err
    assert "Nothing was sent. The up key brings the prompt back." in heard.err
    assert len(backend.asked) == 1


# Waiting


def test_waiting_is_said_to_a_person_and_not_to_a_file(tmp_path: Path) -> None:
    events: Script = [
        ev.Waiting("loading the model"),
        ev.ReasoningDelta("hm"),
        ev.ReasoningDelta("hm"),
        *answered("done"),
    ]
    heard = talk(tmp_path / "a", ["hello"], [list(events)], terminal=True)
    assert "Note: loading the model…\nNote: thinking…\nAssistant:\ndone\n" in heard.out
    assert talk(tmp_path / "b", ["hello"], [list(events)]).err == ""


def test_a_remark_in_the_middle_of_an_answer_waits_for_its_end(tmp_path: Path) -> None:
    events: Script = [ev.Sent(1), ev.TextDelta("one "), ev.Noted("by the way"), *answered("two")[2:]]
    heard = talk(tmp_path, ["hello"], [events], terminal=True)
    assert heard.out.endswith("Assistant:\none two\nNote: by the way\n")


def test_a_long_silence_is_broken_until_the_first_word(tmp_path: Path) -> None:
    """The answer goes on each time it is said that it is waited for, and after its first word by the clock."""

    class Listening(ChatOutput):
        def note(self, text: str) -> None:
            super().note(text)
            hold.release()

        def piece(self, who: str, text: str) -> None:
            super().piece(who, text)
            # Ten times as long as the silence that was broken before: one more remark would come meanwhile.
            asyncio.get_running_loop().call_later(10 * SILENCE, hold.release)

    silence_before = 2
    script: Script = [ev.Sent(1), *[ev.Started()] * silence_before, ev.TextDelta("late"), ev.Closed(done=True)]
    hold = asyncio.Semaphore(2)
    backend = ScriptedBackend([script], hold=hold)
    out = Stream(terminal=True)
    library = Library(tmp_path)
    library.open().now()
    session = Session(Services(library, SystemClock(), Ids()), Settings())
    with asyncio.Runner() as runner:
        runner.run(AnswerPrinter(Listening(out, Stream()), silence=SILENCE).run(session.ask("hello"), backend))
    library.close().now()
    said = re.sub(r"waiting, \d+ seconds…", "waiting…", out.getvalue())  # on busy cores it waits before it has sent
    assert said == "Note: still waiting…\n" * 2 + "Assistant:\nlate\n"


def test_what_does_not_fit_the_context_is_said(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("one"), answered("two")], context=400)
    heard = talk(tmp_path, ["word " * 150, "and now?"], backend)
    assert "the oldest 2 turns were not sent" in heard.err
    assert backend.asked[1][0] == [("user", "and now?")]
