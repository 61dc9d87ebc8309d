"""The built-in model answers like any other endpoint, from its first loading to its last breath."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from pathlib import Path

import pytest
import pytest_asyncio

from tests.local.procs import everything_public, gone, wait_until
from tui_chat.client.backend import Backend
from tui_chat.core import event as ev
from tui_chat.core.message import ErrorKind, Message, Outcome, ServerError
from tui_chat.core.reply import Reply
from tui_chat.core.settings import Settings
from tui_chat.local import find_model
from tui_chat.local.backend import LOADING, TOY_SYSTEM, LocalBackend
from tui_chat.local.process import ModelProcess, Running

FRANCE = "What is the capital of France? Answer in one sentence."
UNSET = Settings()
FAKE = (sys.executable, str(Path(__file__).with_name("fake_server.py")))


def fake(mode: str, made: list[ModelProcess] | None = None) -> Callable[[Path], ModelProcess]:
    """Starts a server that misbehaves as `mode` says; what was started is added to `made`."""

    def start(path: Path) -> ModelProcess:
        process = ModelProcess(path, command=(*FAKE, *mode.split()))
        if made is not None:
            made.append(process)
        return process

    return start


@contextlib.asynccontextmanager
async def backend(
    path: Path | None = None, start: Callable[[Path], ModelProcess] | None = None
) -> AsyncIterator[LocalBackend]:
    made = LocalBackend(path, start=start)
    try:
        yield made
    finally:
        await made.aclose()


@pytest.fixture
def gguf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that passes for a model, on a machine where llama.cpp passes for installed."""
    (tmp_path / find_model.RUNTIME).mkdir()
    (tmp_path / find_model.RUNTIME / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    path = tmp_path / "Fake-1B.gguf"
    path.write_bytes(b"GGUF")
    return path


async def events(asked: Backend, *texts: str, settings: Settings = UNSET, stream: bool = True) -> list[ev.Event]:
    messages = [Message(("user", "assistant")[i % 2], text) for i, text in enumerate(texts)]
    return [event async for event in asked.answer(messages, settings, stream=stream)]


def reply(happened: list[ev.Event]) -> Reply:
    made = Reply()
    for event in happened:
        made.feed(event)
    return made


def test_it_is_a_backend() -> None:
    made: Backend = LocalBackend()
    assert made.name == "local"
    assert made.context == 4096


@pytest.mark.model
async def test_it_knows_paris_and_then_rome() -> None:
    async with backend() as model:
        assert model.model == "SmolLM2-135M-Instruct"
        first = await events(model, FRANCE)
        assert first[0] == ev.Waiting(LOADING)
        assert sum(isinstance(event, ev.TextDelta) for event in first) > 3
        paris = reply(first)
        assert paris.outcome is Outcome.COMPLETE
        assert paris.model == "SmolLM2-135M-Instruct"
        assert "Paris" in paris.text
        assert paris.usage is not None
        second = await events(model, FRANCE, paris.text, "And of Italy?")
        assert not any(isinstance(event, ev.Waiting) for event in second)
        assert "Rome" in reply(second).text


SHARED = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def model() -> AsyncIterator[LocalBackend]:
    """A loaded model, for tests that leave it as they found it: loading takes longer than they do."""
    async with backend() as made:
        yield made


@SHARED
@pytest.mark.model
async def test_settings_reach_it(model: LocalBackend) -> None:
    settings = Settings(max_tokens=3, temperature=0.0, seed=1, system="You are terse.")
    short = reply(await events(model, FRANCE, settings=settings))
    assert short.outcome is Outcome.LENGTH
    whole = reply(await events(model, FRANCE, settings=settings, stream=False))
    assert whole.text == short.text


@SHARED
@pytest.mark.model
async def test_many_requests_in_a_row_all_succeed(model: LocalBackend) -> None:
    """llama.cpp announces keep-alive and closes after every stream: a pool that believes it fails now and then."""
    answers = [reply(await events(model, "Hi", settings=Settings(max_tokens=2))) for _ in range(12)]
    assert [answer.outcome for answer in answers] == [Outcome.LENGTH] * 12
    assert {answer.attempts for answer in answers} == {1}


@SHARED
@pytest.mark.model
async def test_two_conversations_at_once_are_both_answered(model: LocalBackend) -> None:
    asked = (events(model, FRANCE, settings=Settings(max_tokens=40)) for _ in range(3))
    answers = [reply(happened) for happened in await asyncio.gather(*asked)]
    assert all("Paris" in answer.text for answer in answers)


@SHARED
@pytest.mark.model
async def test_stopping_one_answer_frees_the_model_for_the_next(model: LocalBackend) -> None:
    got = asyncio.Event()

    async def read_a_long_story() -> None:
        async for event in model.answer([Message("user", "Tell me a very long story.")], UNSET):
            if isinstance(event, ev.TextDelta):
                got.set()

    story = asyncio.create_task(read_a_long_story())
    await got.wait()
    story.cancel()
    with pytest.raises(asyncio.CancelledError):
        await story
    begun = time.monotonic()
    assert "Paris" in reply(await events(model, FRANCE)).text
    # A model that goes on with the story is free after half a minute at the earliest.
    assert time.monotonic() - begun < 20


@pytest.mark.model
async def test_closing_ends_the_process_while_it_answers_and_the_key_was_never_seen() -> None:
    made: list[ModelProcess] = []

    def start(path: Path) -> ModelProcess:
        made.append(ModelProcess(path))
        return made[-1]

    async with backend(start=start) as model:
        got = asyncio.Event()

        async def read_a_long_story() -> None:
            async for event in model.answer([Message("user", "Tell me a very long story.")], UNSET):
                if isinstance(event, ev.TextDelta):
                    got.set()

        story = asyncio.create_task(read_a_long_story())
        await got.wait()
        running = await made[0].ready()
        assert not isinstance(running, ServerError)
        pid = made[0].pid or 0
        assert running.key.encode() not in everything_public(pid) + everything_public(os.getpid())
        begun = time.monotonic()
        await model.aclose()
        # The server itself would wait for the story: half a minute.
        assert time.monotonic() - begun < 20
        assert gone(pid)
        story.cancel()
        await asyncio.wait([story])
        assert reply(await events(model, "Hi")).outcome is Outcome.FAILED


async def test_a_process_that_dies_keeps_the_text_and_is_started_again(gguf: Path) -> None:
    made: list[ModelProcess] = []
    async with backend(gguf, fake("dies", made)) as model:
        for _ in range(2):
            happened = await events(model, "Hi")
            assert happened[0] == ev.Waiting(LOADING)
            answer = reply(happened)
            assert (answer.text, answer.outcome) == ("one two three", Outcome.INCOMPLETE)
            assert answer.error is not None
            assert answer.error.message == "The built-in model ended before its answer did."
    assert len(made) == 1


async def test_a_process_that_was_killed_between_two_questions_is_started_again(gguf: Path) -> None:
    made: list[ModelProcess] = []
    async with backend(gguf, fake("good", made)) as model:
        assert reply(await events(model, "Hi")).outcome is Outcome.COMPLETE
        os.kill(made[0].pid or 0, signal.SIGKILL)
        await asyncio.to_thread(wait_until, lambda: not made[0].alive)
        assert reply(await events(model, "Hi")).outcome is Outcome.COMPLETE


async def test_a_start_that_fails_is_told_every_time(gguf: Path) -> None:
    async with backend(gguf, fake("error RuntimeError")) as model:
        await model.warm()
        for _ in range(2):
            happened = await events(model, "Hi")
            assert isinstance(happened[-2], ev.Failed)
            assert "no such thing" in happened[-2].error.message
            assert happened[-1] == ev.Closed(done=False)


async def test_warming_makes_the_first_question_wait_no_more(gguf: Path) -> None:
    async with backend(gguf, fake("good")) as model:
        await model.warm()
        happened = await events(model, "Hi")
        assert not any(isinstance(event, ev.Waiting) for event in happened)
        assert reply(happened).text == "one two three"


async def test_who_stops_waiting_for_the_model_gets_away_at_once(gguf: Path) -> None:
    async with backend(gguf, fake("slow")) as model:
        asking = asyncio.create_task(events(model, "Hi"))
        await asyncio.sleep(0)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking


async def test_a_missing_model_is_told_with_what_to_do(tmp_path: Path) -> None:
    async with backend(tmp_path / "none.gguf") as model:
        happened = await events(model, "Hi")
        assert [type(event) for event in happened] == [ev.Failed, ev.Closed]
        error = reply(happened).error
        assert error is not None
        assert error.kind is ErrorKind.CONFIGURATION
        assert "none.gguf" in error.message
        assert error.hint


async def test_closing_twice_or_unused_is_fine() -> None:
    model = LocalBackend()
    await model.aclose()
    await model.aclose()
    await model.warm()


class Told:
    """Stands for the HTTP client; knows the system prompts that it was given."""

    def __init__(self) -> None:
        self.systems: list[str | None] = []

    async def answer(
        self, messages: Sequence[Message], settings: Settings, *, stream: bool = True
    ) -> AsyncGenerator[ev.Event, None]:
        self.systems.append(settings.system)
        yield ev.Closed(done=True)

    async def aclose(self) -> None:
        return


@pytest.mark.parametrize(
    ("alias", "given", "sent"),
    [
        (find_model.MODEL_NAME, None, TOY_SYSTEM),
        (find_model.MODEL_NAME, "Be terse.", "Be terse."),
        (find_model.MODEL_NAME, "", ""),
        ("Fake-1B", None, None),
    ],
)
async def test_only_the_toy_is_told_how_to_answer_and_only_where_the_user_does_not(
    gguf: Path, monkeypatch: pytest.MonkeyPatch, alias: str, given: str | None, sent: str | None
) -> None:
    client = Told()
    monkeypatch.setattr("tui_chat.local.backend._client", lambda running, context: client)

    class Ready(ModelProcess):
        is_ready = True

        async def ready(self) -> Running:
            return Running(1, "key", alias)

    async with backend(gguf, Ready) as model:
        await events(model, "Hi", settings=Settings(system=given))
    assert client.systems == [sent]
