"""What goes out: as much as fits, and where an answer is gone on with, in the way that the server knows."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.scripted import ScriptedBackend, StillClock, answered
from tui_chat.core import event as ev
from tui_chat.core.continuation import CONTINUE_PROMPT
from tui_chat.core.message import ErrorKind, Outcome, ServerError
from tui_chat.core.settings import Settings
from tui_chat.engine.exchange import Exchange, Services
from tui_chat.engine.session import Session
from tui_chat.store.ids import Ids
from tui_chat.store.library import Library
from tui_chat.wire.model_list import Model

LONG = "word " * 200  # 400 tokens, as they are estimated
Script = list[ev.Event | Exception]


@dataclass
class Continuing(ScriptedBackend):
    """One that goes on with an answer at the end."""

    continues: bool = True


@dataclass
class Listing(ScriptedBackend):
    listed: int | None = None
    looked: list[int] = field(default_factory=list)

    async def models(self) -> tuple[Model, ...] | ServerError:
        self.looked.append(1)
        self.context = self.listed
        return (Model("m", self.listed),)


@pytest.fixture
async def session(tmp_path: Path) -> AsyncIterator[Session]:
    library = Library(tmp_path)
    await library.open()
    yield Session(Services(library, StillClock(), Ids()), Settings(max_tokens=100))
    await library.close()


async def run(session: Session, backend: ScriptedBackend, text: str | None) -> Exchange:
    """Ask, or go on with the last answer (None)."""
    exchange = await session.ask(text) if text is not None else await session.resume()
    assert exchange is not None
    await exchange.run(backend)
    session.ended(exchange)
    return exchange


def cut(text: str, reason: str = "length") -> Script:
    return answered(text, reason=reason)


def failed(kind: ErrorKind, **more: int) -> Script:
    return [ev.Sent(1), ev.Failed(ServerError(kind, "no", status=400, **more)), ev.Closed(done=False)]  # type: ignore[arg-type]


def too_long(**more: int) -> Script:
    return failed(ErrorKind.CONTEXT_LENGTH, **more)


async def test_the_oldest_exchanges_are_left_out_and_it_is_known_which(session: Session) -> None:
    backend = ScriptedBackend([answered("one"), answered("two"), answered("three")], context=1000)
    await run(session, backend, f"first {LONG}")
    second = await run(session, backend, f"second {LONG}")
    third = await run(session, backend, f"third {LONG}")
    assert [len(messages) for messages, _ in backend.asked] == [1, 3, 3]
    assert [text.split()[0] for _, text in backend.asked[-1][0]] == ["second", "two", "third"]
    assert second.plan is not None
    assert second.plan.left_out == ()
    assert third.plan is not None
    assert third.plan.left_out == tuple(node.id for node in session.conversation.path()[:2])
    assert third.plan.limit == 1000


async def test_an_unknown_context_sends_everything(session: Session) -> None:
    backend = ScriptedBackend([answered("a") for _ in range(5)])
    for _ in range(5):
        await run(session, backend, LONG)
    assert len(backend.asked[-1][0]) == 9


async def test_a_refusal_with_a_number_is_believed_and_the_next_request_fits(session: Session) -> None:
    backend = ScriptedBackend(
        [answered("a"), answered("b"), too_long(limit=1000, asked=1400), answered("c")], context=10**6
    )
    for text in (LONG, LONG, LONG):
        await run(session, backend, text)
    again = await session.retry()
    assert again is not None
    await again.run(backend)
    assert [len(messages) for messages, _ in backend.asked] == [1, 3, 5, 3]
    assert again.reply.outcome is Outcome.COMPLETE


async def test_a_server_that_only_says_too_long_is_sent_less_each_time(session: Session) -> None:
    backend = ScriptedBackend([*[answered("a")] * 6, *[too_long()] * 3, answered("fits")])
    for _ in range(6):
        await run(session, backend, LONG)
    await run(session, backend, "last")
    again: Exchange | None = None
    for _ in range(3):
        again = await session.retry()
        assert again is not None
        await again.run(backend)
        session.ended(again)
    assert again is not None
    sizes = [len(messages) for messages, _ in backend.asked][6:]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 4
    assert again.reply.outcome is Outcome.COMPLETE


async def test_a_server_is_asked_for_its_context_once_and_only_when_it_matters(session: Session) -> None:
    backend = Listing([answered("a") for _ in range(12)], listed=2000)
    for _ in range(2):
        await run(session, backend, LONG)
    assert backend.looked == []
    for _ in range(10):
        await run(session, backend, LONG)
    assert backend.looked == [1]
    assert len(backend.asked[-1][0]) < 9


async def test_an_answer_is_gone_on_with_where_the_server_can(session: Session) -> None:
    before = "The river flows through the valley and"
    backend = Continuing([cut(before), answered(" on to the sea."), answered("Yes.")])
    await run(session, backend, "Tell me")
    second = await run(session, backend, None)
    assert backend.asked[1][0] == [("user", "Tell me"), ("assistant", before)]
    assert second.reply.notes == []
    assert [n.turn.text for n in session.conversation.path()] == ["Tell me", before, " on to the sea."]
    await run(session, backend, "Really?")
    assert backend.asked[2][0][1] == ("assistant", before + " on to the sea.")


async def test_a_repeated_beginning_is_not_shown_twice(session: Session) -> None:
    before = "The river flows through the valley and"
    backend = Continuing([cut(before), answered(before + " on to the sea.")])
    await run(session, backend, "Tell me")
    exchange = await run(session, backend, None)
    assert exchange.reply.text == " on to the sea."


async def test_others_are_asked_in_words_that_are_told_and_not_kept(session: Session) -> None:
    backend = ScriptedBackend([cut("The river"), answered(" flows."), answered("Yes.")])
    await run(session, backend, "Tell me")
    exchange = await run(session, backend, None)
    assert backend.asked[1][0] == [("user", "Tell me"), ("assistant", "The river"), ("user", CONTINUE_PROMPT)]
    assert any(CONTINUE_PROMPT in note for note in exchange.reply.notes)
    assert session.notes[exchange.answer_id] == tuple(exchange.reply.notes)
    assert [n.turn.role for n in session.conversation.path()] == ["user", "assistant", "assistant"]
    await run(session, backend, "Really?")
    assert [text for _, text in backend.asked[2][0]] == ["Tell me", "The river flows.", "Really?"]


async def test_a_server_that_refuses_an_answer_at_the_end_is_asked_in_words(session: Session) -> None:
    backend = Continuing([cut("The river"), failed(ErrorKind.BAD_REQUEST), answered(" flows.")])
    await run(session, backend, "Tell me")
    exchange = await run(session, backend, None)
    assert (exchange.reply.text, exchange.reply.outcome) == (" flows.", Outcome.COMPLETE)
    assert backend.asked[2][0][-1] == ("user", CONTINUE_PROMPT)


def broken(*deltas: ev.Event, kind: ErrorKind = ErrorKind.BAD_REQUEST) -> Script:
    """An answer that begins and then fails."""
    return [ev.Sent(1), ev.Started(), *deltas, ev.Failed(ServerError(kind, "no")), ev.Closed(done=False)]


@pytest.mark.parametrize(
    "deltas",
    [
        [ev.TextDelta(" flows")],
        [ev.TextDelta("The river flows")],
        [ev.TextDelta("The riv")],
        [ev.ReasoningDelta("Hm.")],
        [ev.RefusalDelta("I would rather not")],
        [ev.ToolCallDelta(0, "look", "{")],
    ],
)
async def test_an_answer_that_broke_off_with_a_refusal_is_not_followed_by_another_one(
    session: Session, deltas: list[ev.Event]
) -> None:
    """The texts of both would run together."""
    before = "The river that flows"
    backend = Continuing([cut(before), broken(*deltas), answered("SECOND TRY")])
    await run(session, backend, "Tell me")
    exchange = await run(session, backend, None)
    assert len(backend.asked) == 2
    reply = exchange.reply
    assert "SECOND" not in reply.text
    assert reply.error is not None
    came = "".join(d.text for d in deltas if isinstance(d, ev.TextDelta))
    assert reply.text.startswith(came)


async def test_every_request_of_a_continuation_counts(session: Session) -> None:
    refused = failed(ErrorKind.BAD_REQUEST)
    backend = Continuing([cut("The river"), [ev.Sent(1), ev.Sent(2), *refused[1:]], answered(" flows.")])
    await run(session, backend, "Tell me")
    assert (await run(session, backend, None)).reply.attempts == 3


async def test_a_try_that_failed_can_be_made_again_from_the_same_place(session: Session) -> None:
    backend = ScriptedBackend([cut("The river"), failed(ErrorKind.SERVER), answered(" flows.")])
    await run(session, backend, "Tell me")
    await run(session, backend, None)
    await run(session, backend, None)
    assert backend.asked[1][0] == backend.asked[2][0]
    assert [n.turn.text for n in session.conversation.path()] == ["Tell me", "The river", " flows."]


@pytest.mark.parametrize(
    "script",
    [cut("done", "stop"), cut("bad", "content_filter"), failed(ErrorKind.SERVER), cut("", "length")],
)
async def test_what_is_complete_blocked_failed_or_empty_is_not_gone_on_with(session: Session, script: Script) -> None:
    assert await session.resume() is None
    await run(session, ScriptedBackend([script]), "Tell me")
    assert await session.resume() is None


async def test_the_wait_is_counted_down(session: Session) -> None:
    exchange = await session.ask("Tell me")
    exchange._take(ev.Waiting("patience", 7.0))
    clock = session.services.clock
    assert isinstance(clock, StillClock)
    assert exchange.wait_left == 7.0
    clock.at += 3
    assert exchange.wait_left == 4.0
    exchange._take(ev.Sent(2))
    assert exchange.wait_left is None
