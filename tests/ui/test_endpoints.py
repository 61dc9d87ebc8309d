"""Endpoints in the app: checked, added, and shown as they went over the wire. No key is ever on the screen."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input, Select, TextArea

from tests.faults.server import DONE, HELLO, Script, Server, Wire, data, once, serve, text
from tests.scripted import ScriptedBackend, answered
from tests.support.ring import Ring, holding
from tests.support.thorough import some
from tests.ui.harness import chat, screen_of, text_of
from tests.waiting import until
from tui_chat.cli.saved_choices import SavedFile
from tui_chat.client.http_backend import HttpBackend
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.settings import Settings
from tui_chat.ui.app import ChatApp
from tui_chat.ui.endpoint_form import EndpointForm
from tui_chat.ui.key_variable import key_variable
from tui_chat.ui.screens.add_endpoint import AddEndpoint
from tui_chat.ui.screens.ask_api_key import AskKey
from tui_chat.ui.screens.doctor import Doctor
from tui_chat.ui.screens.http_trace import HttpTraceScreen
from tui_chat.ui.widgets.model_choices import ModelChoices

KEY = "sk-screen-0123456789abcdef"
AZURE = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
SHAPELESS = "correct-horse-battery"
MISTRAL = "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY"
App = ChatApp


def to(server: Server, **more: Any) -> HttpBackend:
    return HttpBackend(EndpointConfig("mine", server.url, model="m", **more), KEY, environ={}, first_pause=0.01)


def local(server: Server) -> str:
    """The name that is proposed for a server of the test."""
    return urlsplit(server.url).netloc


def refusing(status: int, body: bytes) -> Script:
    async def script(wire: Wire) -> None:
        while await wire.request() is not None:
            await wire.reply(status, body, x_should_retry="false")

    return script


def serving(*parts: bytes) -> Script:
    """Lists two models, and answers everything else with one stream."""

    async def script(wire: Wire) -> None:
        while (asked := await wire.request()) is not None:
            if asked.method == "GET":
                await wire.reply(200, b'{"data":[{"id":"small"},{"id":"large"}]}', content_type="application/json")
            else:
                await wire.stream(*parts)

    return script


def contents(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


async def run(app: App, pilot: Pilot[int], command: str) -> None:
    await screen_of(app).action_command(command)
    await pilot.pause()


async def paste(app: App, pilot: Pilot[int], text: str) -> None:
    app.post_message(events.Paste(text))
    await pilot.pause()


def shows(app: App, *words: str) -> Callable[[], bool]:
    return lambda: all(word in text_of(app) for word in words)


async def test_the_check_shows_each_step_and_never_the_key(tmp_path: Path) -> None:
    async with serve(once(*HELLO)) as server:
        config = EndpointConfig("mine", server.url, model="m")
        async with chat(tmp_path, ScriptedBackend([])) as (app, pilot):
            app.context.backends.add(config, KEY)
            app.context.endpoint = "mine"
            await run(app, pilot, "endpoint.check")
            await until(shows(app, "✓ address", "✓ TCP", "✓ first token", "All is well."))
            assert KEY not in text_of(app)
            await pilot.press("escape")
            assert not isinstance(app.screen, Doctor)
        assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}"


async def test_the_first_failure_stands_with_its_next_step(tmp_path: Path) -> None:
    script = refusing(401, b'{"error":{"message":"Incorrect API key: ' + KEY.encode() + b'"}}')
    async with serve(script) as server, chat(tmp_path, ScriptedBackend([])) as (app, pilot):
        app.context.backends.add(EndpointConfig("mine", server.url), KEY)
        app.context.endpoint = "mine"
        await run(app, pilot, "endpoint.check")
        await until(shows(app, "✗ authentication", "→ The key of the endpoint mine"))
        assert KEY not in text_of(app)
        assert "All is well" not in text_of(app)


async def test_a_missing_key_is_typed_below_the_answer_that_failed(tmp_path: Path) -> None:
    async with serve(once(*HELLO)) as server, chat(tmp_path, ScriptedBackend([])) as (app, pilot):
        app.context.backends.add(EndpointConfig("mine", server.url, api_key_env="NO_SUCH_VARIABLE"))
        app.context.endpoint = "mine"
        await pilot.press(*"hi", "enter")
        await until(shows(app, "NO_SUCH_VARIABLE is not set", "alt+k type the key"))
        await pilot.press("alt+k")
        await until(lambda: isinstance(app.screen, AskKey) and app.focused is not None)
        await paste(app, pilot, KEY)
        await until(shows(app, "••••••••"))
        assert KEY not in text_of(app)
        await pilot.press("enter")
        await until(shows(app, "Hello world"))
        assert KEY not in text_of(app)
    assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}"
    assert not any(KEY.encode() in file for file in contents(tmp_path))


async def test_a_key_that_is_pasted_into_the_prompt_while_it_is_missing_is_no_prompt(tmp_path: Path) -> None:
    async with serve(once(*HELLO)) as server, chat(tmp_path, ScriptedBackend([])) as (app, pilot):
        app.context.backends.add(EndpointConfig("mine", server.url, api_key_env="NO_SUCH_VARIABLE"))
        screen_of(app).controllers.endpoints.choose("mine")
        await pilot.press("x")
        await until(lambda: screen_of(app).state.missing_key == "NO_SUCH_VARIABLE")
        await paste(app, pilot, AZURE)
        await until(shows(app, "Key of mine", "•" * len(AZURE)))
        assert AZURE not in text_of(app)
        await pilot.press("escape")
        await until(lambda: screen_of(app).prompt.text == f"x{AZURE}")
        await pilot.press("ctrl+c")
        await paste(app, pilot, AZURE)
        await until(shows(app, "Key of mine"))
        await pilot.press("enter")
        await until(lambda: app.screen is screen_of(app) and not screen_of(app).state.missing_key)
        await pilot.press(*"hi", "enter")
        await until(shows(app, "Hello world"))
    assert server.requests[-1].headers["authorization"] == f"Bearer {AZURE}"


async def test_an_endpoint_is_added_tried_saved_and_used_at_once(tmp_path: Path) -> None:
    saved = tmp_path / "saved.toml"
    async with serve(serving(*HELLO)) as server:
        backend = ScriptedBackend([])
        async with chat(tmp_path, backend, saved=SavedFile(saved), no_endpoint=True) as (app, pilot):
            await run(app, pilot, "endpoint.add")
            await paste(app, pilot, server.url)
            screen = app.screen
            assert isinstance(screen, AddEndpoint)
            await until(lambda: screen.query_one("#name", Input).value == local(server))
            await until(shows(app, "enter try it   tab next field   ^s save and use", "enter Try it"))
            screen.query_one("#name", Input).value = "mine"
            screen.query_one("#input", Input).value = "2"
            screen.query_one("#output", Input).value = "6"
            await pilot.press("enter")
            await until(shows(app, "The server lists 2 models: choose one", "small", "large"))
            assert screen.query_one(ModelChoices).has_focus
            await until(shows(app, "enter take this model   tab next field   ^t try it"))
            await pilot.press("down", "enter")
            await until(shows(app, "It works: enter saves it", "enter Save and use", "enter save and use"))
            assert screen.query_one("#model", Input).value == "large"
            await pilot.press("enter")
            await until(lambda: app.context.endpoint == "mine" and app.screen is screen_of(app))
            assert not app.context.no_endpoint
            await pilot.press(*"hi", "enter")
            await until(shows(app, "Hello world"))
        assert server.requests[-1].json["model"] == "large"
    written = tomllib.loads(saved.read_text())
    assert written["endpoint"] == "mine"
    price = {"input": 2.0, "output": 6.0, "currency": "USD"}
    assert written["endpoints"]["mine"] == {"url": server.url, "model": "large", "price": price}


async def test_a_pasted_command_brings_its_key_which_is_neither_shown_nor_written(tmp_path: Path) -> None:
    saved = tmp_path / "saved.toml"
    async with serve(once(*HELLO)) as server:
        async with chat(tmp_path, ScriptedBackend([]), saved=SavedFile(saved), size=(120, 40)) as (app, pilot):
            await run(app, pilot, "endpoint.add")
            await paste(
                app, pilot, f"curl {server.url} \\\n -H 'Authorization: Bearer {KEY}' \\\n -d '{{\"model\":\"m\"}}'"
            )
            screen = app.screen
            assert isinstance(screen, AddEndpoint)
            await until(lambda: screen.query_one("#key", Input).value == KEY)
            assert screen.query_one("#url", TextArea).text == server.url
            assert (screen.query_one("#model", Input).value, screen.query_one("#key", Input).password) == ("m", True)
            assert KEY not in text_of(app)
            variable = key_variable(local(server))
            kept = f"Kept until tui-chat ends. To keep it longer: set the variable {variable},"
            assert kept in " ".join(text_of(app).replace("│", " ").split())
            await pilot.press("ctrl+s")
            await until(lambda: app.context.endpoint == local(server))
            await until(lambda: f"The next prompt goes to {local(server)}." in notices(app))
            assert "until tui-chat ends" not in notices(app), "the form has said so"
            await pilot.press(*"hi", "enter")
            await until(shows(app, "Hello world"))
            assert KEY not in text_of(app)
        assert server.requests[-1].headers["authorization"] == f"Bearer {KEY}"
    assert tomllib.loads(saved.read_text())["endpoints"][local(server)]["api_key_env"] == variable
    assert KEY not in saved.read_text()
    assert KEY.encode() not in b"".join(contents(tmp_path))


@pytest.mark.parametrize(
    ("model", "name", "said"),
    [
        ("small", "mistral", "You have this endpoint already, as mistral with the model small"),
        ("large", "mistral-2", "mistral has the same address and the model small; this one has large. So this one"),
    ],
)
async def test_a_command_that_is_pasted_again_says_what_is_there_and_what_differs(
    tmp_path: Path, model: str, name: str, said: str
) -> None:
    async with chat(tmp_path, ScriptedBackend([]), size=(120, 40)) as (app, pilot):
        app.context.backends.add(EndpointConfig("mistral", "https://api.mistral.ai", model="small"))
        await run(app, pilot, "endpoint.add")
        await paste(app, pilot, f'curl https://api.mistral.ai/v1/chat/completions -d \'{{"model":"{model}"}}\'')
        await until(lambda: said in " ".join(text_of(app).replace("│", " ").split()))
        assert form_of(app).query_one("#name", Input).value == name


def form_of(app: App) -> AddEndpoint:
    assert isinstance(app.screen, AddEndpoint)
    return app.screen


def notices(app: App) -> str:
    return " ".join(text_of(app).replace("▌", " ").split())


async def choose(app: App, pilot: Pilot[int], source: str) -> None:
    form_of(app).query_one("#key_from", Select).value = source
    await pilot.pause()


async def test_a_key_stays_hidden_whatever_is_chosen_and_never_becomes_a_name(tmp_path: Path) -> None:
    more: dict[str, Any] = {"saved": SavedFile(tmp_path / "saved.toml"), "key_store": holding(Ring())}
    async with chat(tmp_path, ScriptedBackend([]), size=(120, 40), **more) as (app, pilot):
        await run(app, pilot, "endpoint.add")
        await until(lambda: form_of(app)._keyring)
        await paste(app, pilot, f"curl https://h.example -H 'api-key: {SHAPELESS}'")
        assert form_of(app).query_one("#key_from", Select).value == "keyring"
        field = form_of(app).query_one("#key", Input)
        for source in ("variable", "command", "typed", "variable"):
            await choose(app, pilot, source)
            assert (field.value, SHAPELESS in text_of(app)) == (SHAPELESS if source == "typed" else "", False)
        for name in ("key", "name", "model"):
            other = form_of(app).query_one(f"#{name}", Input)
            before, other.value = other.value, SHAPELESS
            await pilot.pause()
            assert SHAPELESS not in text_of(app)
            await pilot.press("ctrl+s")
            await until(shows(app, "looks like"))
            assert SHAPELESS not in text_of(app)
            other.value = before or "MY_KEY"
            await pilot.pause()
        await pilot.press("escape")
        await run(app, pilot, "endpoint.add")
        assert SHAPELESS not in text_of(app)
    assert not any(SHAPELESS.encode() in file for file in contents(tmp_path))


PASTED = [
    AZURE,
    f"curl https://h.example -H 'api-key: {AZURE}",
    f"curl https://h.example -u me:{AZURE}",
    f"curl https://h.example -b session={AZURE}",
    f"https://h.example/v1?api-key={AZURE}",
    f"https://me:{AZURE}@h.example/v1",
    f"AZURE_KEY={AZURE}",
    f'$env:AZURE_KEY="{AZURE}"',
    f"set -x AZURE_KEY {AZURE}",
    f'client = OpenAI(api_key="{AZURE}")',
    f"ftp://{AZURE}",
    f"curl https://h.example \\\n --oauth2-bearer \\\n {SHAPELESS} \\\n --compressed",
]


async def test_whatever_is_pasted_no_key_is_drawn_or_written(tmp_path: Path) -> None:
    frames: list[str] = []
    more: dict[str, Any] = {"saved": SavedFile(tmp_path / "saved.toml")}
    async with chat(tmp_path, ScriptedBackend([]), size=(100, 30), **more) as (app, pilot):
        for pasted in (tried := some(PASTED, 3)):
            if not isinstance(app.screen, AddEndpoint):
                await run(app, pilot, "endpoint.add")
            form = form_of(app)
            form._write(EndpointForm())
            form.query_one("#url").focus()
            form.query_one("#url").post_message(events.Paste(pasted))
            form.query_one("#url").call_later(lambda: frames.append(text_of(app)))
            await pilot.pause()
            for key in ("tab", "ctrl+s"):
                frames.append(text_of(app))
                await pilot.press(key)
            frames.append(text_of(app))
    assert len(frames) == 4 * len(tried)
    written = b"".join(contents(tmp_path)).decode("utf-8", "replace")
    assert [key for key in (AZURE, SHAPELESS) for text in (*frames, written) if key in text] == []


async def test_a_key_typed_as_the_model_is_neither_used_nor_shown(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([]), size=(120, 40)) as (app, pilot):
        app.context.backends.add(EndpointConfig("mine", "https://h.example", model="m"), SHAPELESS)
        app.context.endpoint = "mine"
        await pilot.press("f2")
        model = screen_of(app).query_one("#settings #model", Input)
        model.focus()
        model.value = SHAPELESS
        await pilot.press("enter")
        await until(lambda: "looks like a key" in notices(app))
        assert model.value == "m"
        assert SHAPELESS not in text_of(app)
        described = app.context.backends.described("mine")
        assert described is not None
        assert described[0].model == "m"


async def test_a_mistake_is_told_and_what_was_typed_stays_also_when_it_is_closed(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([])) as (app, pilot):
        await run(app, pilot, "endpoint.add")
        await paste(app, pilot, "ftp://nowhere/v1")
        await pilot.press("ctrl+s")
        await until(shows(app, "begins with ftp://"))
        assert isinstance(app.screen, AddEndpoint)
        app.screen.query_one("#key_from", Select).value = "variable"
        app.screen.query_one("#key", Input).value = "MY_KEY"
        await pilot.pause()
        await pilot.press("escape")
        await until(lambda: app.screen is screen_of(app))
        await run(app, pilot, "endpoint.add")
        screen = app.screen
        assert screen.query_one("#url", TextArea).text == "ftp://nowhere/v1"
        assert screen.query_one("#key", Input).value == "MY_KEY"
        assert screen.query_one("#key_from", Select).value == "variable"


async def test_a_failed_answer_can_be_looked_at_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = b'{"error":{"message":"No such thing","echo":"' + KEY.encode() + b'"}}'
    copied: list[str] = []
    async with serve(refusing(418, body)) as server, chat(tmp_path, to(server), size=(120, 40)) as (app, pilot):
        monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
        await pilot.press("f12")
        await until(shows(app, "Nothing was sent to the endpoint mine yet"))
        await pilot.press(*"secret plan", "enter")
        await until(shows(app, "No such thing", "f12"))
        await pilot.press("f12")
        await until(lambda: isinstance(app.screen, HttpTraceScreen))
        await until(shows(app, "POST http://127.0.0.1", "status 418", "No such thing", "Authorization: ***"))
        assert "secret plan" not in app.screen.query_one(TextArea).text
        await pilot.press("m")
        assert "secret plan" in app.screen.query_one(TextArea).text
        await pilot.press("c")
        await until(lambda: bool(copied))
        assert "status 418" in copied[0]
        assert KEY not in copied[0] + text_of(app)
        await pilot.press("escape", "ctrl+n", *"another", "enter")
        await until(shows(app, "another", "No such thing", "f12"))
        await pilot.press("f12")
        await until(shows(app, "Exchange · this conversation · ", "o other conversations"))
        await pilot.press("o", "left")
        await until(shows(app, "Exchange 1 of 2 · “secret plan” · "))
        await pilot.press("o")
        await until(shows(app, "Exchange · this conversation · "))


async def test_the_last_request_is_copied_as_a_command_without_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    async with serve(once(*HELLO)) as server, chat(tmp_path, to(server)) as (app, pilot):
        monkeypatch.setattr(app, "copy_to_clipboard", copied.append)
        await pilot.press(*"hi", "enter")
        await until(shows(app, "Hello world", "ready"))
        await run(app, pilot, "endpoint.copy_curl")
        await until(lambda: bool(copied))
    assert copied[0].startswith("curl --no-buffer 'http://127.0.0.1")
    assert '"Authorization: Bearer $API_KEY"' in copied[0]
    assert KEY not in copied[0]


async def test_a_refused_field_is_told_once_and_stays_below_its_answer(tmp_path: Path) -> None:
    refusal = b'{"detail":[{"type":"extra_forbidden","loc":["body","seed"],"msg":"Extra inputs"}]}'

    async def script(wire: Wire) -> None:
        while (asked := await wire.request()) is not None:
            if "seed" in asked.json:
                await wire.reply(422, refusal)
            else:
                await wire.stream(*HELLO)

    async with (
        serve(script) as server,
        chat(tmp_path, to(server), size=(120, 40), settings=Settings(seed=7)) as (app, pilot),
    ):
        await pilot.press(*"hi", "enter")
        await until(shows(app, "Hello world", "The server refused seed; sent without it."))
        app.clear_notifications()
        note = "── the server refused seed; sent without it ──"
        await until(shows(app, note))
        first = app.context.session.conversation.id
        await pilot.press("ctrl+n")
        assert note not in text_of(app)
        await screen_of(app).controllers.library.open(first)
        await until(shows(app, note))
        await pilot.press(*"again", "enter")
        await until(lambda: text_of(app).count("Hello world") == 2)
        assert text_of(app).count("refused seed") == 1


async def test_a_retry_counts_down_and_esc_cancels_it(tmp_path: Path) -> None:
    async def script(wire: Wire) -> None:
        while await wire.request() is not None:
            await wire.reply(429, b'{"error":{"message":"Slow down"}}', retry_after="9")

    async with serve(script) as server:
        async with chat(tmp_path, to(server), size=(120, 40)) as (app, pilot):
            await pilot.press(*"hi", "enter")
            await until(shows(app, "again in 9 s, esc stops"))
            await pilot.press("escape")
            await until(shows(app, "stopped", "ready"))
            assert "again in" not in text_of(app).splitlines()[0]
        assert len(server.requests) == 1


async def test_an_answer_that_broke_off_is_gone_on_with(tmp_path: Path) -> None:
    async def script(wire: Wire) -> None:
        while (asked := await wire.request()) is not None:
            if len(asked.json["messages"]) == 1:
                await wire.stream(text("The river flows"), end=False)
                return
            await wire.stream(text(" to the sea.", "stop"), DONE)

    async with serve(script) as server:
        async with chat(tmp_path, to(server), size=(120, 40)) as (app, pilot):
            await pilot.press(*"hi", "enter")
            await until(shows(app, "incomplete", "^g continue", "^r again"))
            await pilot.press("ctrl+g")
            await until(shows(app, "The river flows", "to the sea.", "continued ╌"))
            assert "Continue exactly" not in [n.turn.text for n in app.context.session.conversation.path()]
        assert [m["role"] for m in server.requests[-1].json["messages"]] == ["user", "assistant", "user"]


async def test_the_screen_says_where_what_is_sent_begins(tmp_path: Path) -> None:
    backend = ScriptedBackend([answered("one"), answered("two"), answered("three")], context=700)
    async with chat(tmp_path, backend, size=(120, 60)) as (app, pilot):
        for text_, said in (("a", "one"), ("b", "two"), ("c", "three")):
            screen_of(app).prompt.replace_text(f"{text_} " + "word " * 100)
            await pilot.press("enter")
            await until(shows(app, said, "ready"))
        lines = text_of(app).splitlines()
        marks = [i for i, line in enumerate(lines) if "sent from here" in line]
        assert len(marks) == 1
        above = "\n".join(lines[: marks[0]])
        assert "one" in above
        assert "three" not in above
        first = app.context.session.conversation.id
        await pilot.press("ctrl+n")
        assert "sent from here" not in text_of(app)
        await screen_of(app).controllers.library.open(first)
        await until(shows(app, "sent from here"))


async def test_a_context_that_the_server_refuses_is_learnt_and_retry_fits(tmp_path: Path) -> None:
    message = "This model's maximum context length is 900 tokens. However, you requested 950 tokens."
    refusal = data({"error": {"message": message, "code": "context_length_exceeded"}}).removeprefix(b"data: ").strip()

    async def script(wire: Wire) -> None:
        while (asked := await wire.request()) is not None:
            if sum(len(m["content"]) for m in asked.json["messages"]) > 1200:
                await wire.reply(400, refusal)
            else:
                await wire.stream(*HELLO)

    async with serve(script) as server:
        async with chat(tmp_path, to(server), size=(120, 60)) as (app, pilot):
            for count in (1, 2):
                screen_of(app).prompt.replace_text("word " * 100)
                await pilot.press("enter")
                await until(lambda n=count: text_of(app).count("Hello world") == n and "ready" in text_of(app))  # type: ignore[misc]
            screen_of(app).prompt.replace_text("word " * 100)
            await pilot.press("enter")
            await until(shows(app, "without its oldest turns"))
            await pilot.press("ctrl+r")
            await until(lambda: text_of(app).count("Hello world") == 3 and "sent from here" in text_of(app))
        assert len(server.requests[-1].json["messages"]) == 3
