"""What could not be read, written or saved is said on the screen, and the chat goes on."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Collection
from pathlib import Path

from tests.faults.server import HELLO, once, serve
from tests.scripted import ScriptedBackend, answered
from tests.store.trees import talk
from tests.support.rows import row
from tests.ui.harness import chat, screen_of, text_of
from tests.ui.test_saving import notices
from tests.waiting import until
from tui_chat.client.http_backend import HttpBackend
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.settings import Settings
from tui_chat.engine.conversation_files import save_file
from tui_chat.export.formats import FORMATS
from tui_chat.store.config_problem import ConfigurationError
from tui_chat.store.library import Library


class Refusing:
    """A saved.toml that cannot be written."""

    def settings(self, settings: Settings) -> None:
        raise ConfigurationError("saved.toml cannot be written.", "Make it writable.")

    def endpoint(self, name: str, added: EndpointConfig | None = None, keys: Collection[str] = ()) -> None:
        raise ConfigurationError("saved.toml cannot be written.", "Make it writable.")

    def ui(self, **values: object) -> None:
        return

    def model(self, endpoint: str, model: str | None) -> None:
        raise NotImplementedError

    def forget_settings(self) -> None:
        raise ConfigurationError("saved.toml cannot be written.", "Make it writable.")


async def test_a_conversation_that_cannot_be_opened_at_the_start_is_told(tmp_path: Path) -> None:
    async with chat(tmp_path, ScriptedBackend([answered("One.")]), open_id="gone") as (app, pilot):
        await until(lambda: "gone" in notices(app))
        await pilot.press(*"hello", "enter")
        await until(lambda: "One." in text_of(app))


async def test_a_conversation_opens_though_its_draft_cannot_be_read(tmp_path: Path) -> None:
    library = Library(tmp_path)
    library.open().now()
    library.create(talk(("question", "answer"), id="other", title="Other")).now()
    library.close().now()
    async with chat(tmp_path, ScriptedBackend([]), continue_last=False) as (app, _):
        with contextlib.closing(sqlite3.connect(tmp_path / "conversations.db")) as meddler:
            meddler.execute("DROP TABLE drafts")
        await screen_of(app).controllers.library.open("other")
        await until(lambda: "question" in text_of(app) and "answer" in text_of(app))
        assert screen_of(app).prompt.text == ""


async def test_a_file_that_the_library_cannot_take_is_told_and_nothing_changes(tmp_path: Path) -> None:
    file = tmp_path / "talk.chat.json"
    await save_file(talk(("question", "answer"), id="other", title="Other"), file, FORMATS)
    async with chat(tmp_path / "data", ScriptedBackend([answered("One.")])) as (app, pilot):
        await pilot.press(*"hello", "enter")
        await until(lambda: "One." in text_of(app) and not app.context.session.running)
        await app.context.session.services.unsaved.settled()
        await app.context.session.services.library.close()
        assert not await screen_of(app).controllers.files.open_path(file)
        await until(lambda: "is not open" in notices(app))
        assert "One." in text_of(app)


async def test_a_choice_that_cannot_be_saved_is_told(tmp_path: Path) -> None:
    settings = Settings(temperature=0.3)
    async with chat(tmp_path, ScriptedBackend([]), saved=Refusing(), settings=settings) as (app, _):
        controllers, session = screen_of(app).controllers, app.context.session
        session.defaults = Settings()
        for what in ("default", "reset", "endpoint"):
            with row(what):
                app.clear_notifications()
                match what:
                    case "default":
                        await controllers.settings.save_as_default()
                    case "reset":
                        await controllers.settings.reset()
                    case _:
                        controllers.endpoints.choose("demo")
                await until(lambda: "saved.toml cannot be written" in notices(app))
                assert (session.settings, session.defaults) == (settings, Settings())
                assert "New conversations begin" not in notices(app)
                assert "Settings reset" not in notices(app)
                assert app.context.endpoint == ("demo" if what == "endpoint" else "scripted"), "it holds for this run"


async def test_what_a_key_command_says_on_standard_error_is_on_the_screen(tmp_path: Path) -> None:
    """Without the key that it printed there, too."""
    key = "sk-screen-0123456789abcdef"
    command = ("sh", "-c", f"echo {key}; echo 'the vault is locked: run unlock; {key}' >&2; exit 3")
    async with serve(once(*HELLO)) as server:
        config = EndpointConfig("mine", server.url, model="m", api_key_command=command)
        async with chat(tmp_path, HttpBackend(config, environ={}), size=(120, 30)) as (app, pilot):
            await pilot.press(*"hello", "enter")
            await until(lambda: "the vault is locked: run unlock" in " ".join(text_of(app).split()))
            assert "exit code 3" in " ".join(text_of(app).split())
            assert key not in text_of(app) + notices(app)
        assert server.requests == []
