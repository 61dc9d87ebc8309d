"""Chooses, checks, adds and edits endpoints. No key reaches the screen."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING, Protocol

from tui_chat.core.endpoint import DEMO, KEYRING_SERVICE, EndpointConfig
from tui_chat.core.fuzzy_matching import nearest
from tui_chat.core.message import ServerError
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.recognize_api_keys import holds_any, looks_like_key
from tui_chat.render.safe import safe_line
from tui_chat.store.endpoint_table import SAVED
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.key_variable import key_variable, typed_key
from tui_chat.ui.ports import Copy, Dialogs, Jobs, Notifier, PromptText
from tui_chat.ui.saved_choices import SavedChoices

if TYPE_CHECKING:
    from tui_chat.client.doctor import CheckStep
    from tui_chat.client.keyring_store import KeyringStore
    from tui_chat.engine.model_list_cache import ModelListCache
    from tui_chat.ui.endpoint_form import Described, EndpointForm

HELD = "The key is kept until tui-chat ends. To keep it, set the variable {} before you start it."
UNSAVED = " It is not saved: it and its key are there until tui-chat ends."
FOR_THIS_RUN = "What was typed holds until tui-chat ends: this endpoint is from your own file or variables."
STORED = "Its key is in the keyring."
DEMO_ANSWERS = "The demo answers, with scripted texts: “help” lists them, “block prompt” shows the content filter."
KEY_AS_MODEL = "That looks like a key and not like the name of a model, so it is not used."

Check = Callable[[EndpointConfig, "str | None"], AsyncGenerator["CheckStep", None]]
Models = Callable[[EndpointConfig, "str | None"], Awaitable[Sequence[str]]]


class OpenForm(Protocol):
    """The form while it is on the screen."""

    form: EndpointForm

    @property
    def closed(self) -> Awaitable[Described | None]: ...


class EndpointDialogs(Dialogs, Protocol):
    async def check(self, name: str, steps: Callable[[], AsyncGenerator[CheckStep, None]], copy: Copy) -> bool:
        """True if the user wants to type a key, and check again."""
        ...

    async def ask_key(self, title: str, said: str, kept: str, *, keyring: bool, typed: str) -> tuple[str, bool] | None:
        """The key, and whether the keyring is to hold it. `typed` is what is in the field to begin with."""
        ...

    def describe(
        self,
        form: EndpointForm,
        taken: Collection[str],
        check: Check,
        models: Models,
        has_keyring: Callable[[], Awaitable[bool]],
        titles: tuple[str, str],
    ) -> OpenForm: ...


@dataclass(eq=False)
class EndpointsController:
    """`restore` shows the settings as they are, in place of something refused."""

    _context: AppContext
    _choices: SavedChoices
    _prompt: PromptText
    _copy: Copy
    _restore: Callable[[], object]
    _dialogs: EndpointDialogs
    _notifier: Notifier
    _jobs: Jobs
    _form: EndpointForm | None = field(default=None, init=False)
    """The form's input that was not used yet."""
    _seen: frozenset[str] = field(default=frozenset(), init=False)
    """The keys that were typed or pasted in this run: none of them becomes a name."""
    _store: KeyringStore | None = field(default=None, init=False)
    _added: set[str] = field(default_factory=set, init=False)
    """Endpoints that were added in this run; those of earlier ones are in saved.toml."""

    # Choosing

    def choose(self, name: str) -> None:
        """Send the next request to another endpoint, and start with it the next time."""
        self._context.endpoint = name
        self._context.no_endpoint = False
        if name == DEMO:
            self._notifier.say(DEMO_ANSWERS)
        found = self._context.found.get(name)
        described = found.endpoint if found else None
        self._jobs.run(self._choices.write(lambda saved: saved.endpoint(name, described)))
        self.warm()

    def use(self, name: str) -> str | None:
        """Choose an endpoint by a typed name. Returns a sentence if there is none."""
        names = self._context.backends.names
        if name in names:
            self.choose(name)
            return None
        near = nearest(name, names)
        meant = f" Did you mean {safe_line(near)}?" if near else f" There are {safe_line(', '.join(names))}."
        return f"There is no endpoint {safe_line(name)}.{meant}"

    def use_model(self, name: str, lists: ModelListCache) -> str | None:
        """Choose a model by a typed name. Returns a sentence if that is impossible, or the name looks mistyped."""
        endpoint = self._context.endpoint
        if self._context.backends.described(endpoint) is None:
            return f"The endpoint {safe_line(endpoint)} is built in and has one model. /endpoint chooses another one."
        if self._is_key(name):
            return KEY_AS_MODEL
        known = lists.known(endpoint) or ()
        near = nearest(name, known)
        # Servers know short forms that they do not list, as Ollama's llama3 for llama3:latest.
        if known and name not in known and not any(each.startswith(name) for each in known) and (near or " " in name):
            meant = f" Did you mean {safe_line(near)}?" if near else ""
            return f"The server does not list a model {safe_line(name)}.{meant} The settings pane takes any name."
        self.choose_model(name)
        return None

    def choose_model(self, model: str | None) -> bool:
        """Choose a model; None: the endpoint's own. False if it is a key and no model's name."""
        if model is not None and self._is_key(model):
            self._notifier.say(KEY_AS_MODEL)
            self._restore()
            return False
        self._context.backends.set_model(self._context.endpoint, model)
        return True

    def _is_key(self, name: str) -> bool:
        """Whether what was typed as a name is a key: by its shape, or because it was given as one in this run."""
        described = self._context.backends.described(self._context.endpoint)
        key = described[1] if described else None
        return looks_like_key(name) or holds_any(name, {*self._seen, key or ""})

    def warm(self) -> None:
        """Make ready what the next prompt needs: the HTTP client's import, the local model's process."""
        warm = getattr(self._context.backend, "warm", None)
        if warm is not None:
            self._jobs.run(warm(), group="warm")

    async def discover(self) -> None:
        """Where nothing is set up: find servers on this machine, and offer them among the endpoints."""
        context = self._context
        if not context.no_endpoint or context.discover is None:
            return
        for found in await context.discover():
            name = found.endpoint.name
            if name not in context.backends.names:
                context.found[name] = found
                context.backends.add(found.endpoint)

    # Checking

    async def check(self, name: str | None = None) -> None:
        """An endpoint, or the one in use, step by step."""
        from tui_chat.engine.endpoint_check import check

        name, backends = name or self._context.endpoint, self._context.backends
        while await self._dialogs.check(name, lambda: check(backends, name), self._copy):
            await self.ask_key(name)

    async def ask_key(
        self, name: str | None = None, then: Callable[[], Awaitable[object]] | None = None, pasted: str = ""
    ) -> None:
        """Take a key for an endpoint, for this run or for the keyring. `then` answers a prompt that failed for it.

        `pasted` was meant for the prompt: it comes there where it is not to be the key.
        """
        from tui_chat.wire.endpoint import resolve

        name = name or self._context.endpoint
        config = self._described(name)
        if config is None or config.auth in ("entra", "none"):
            self._notifier.say(f"The endpoint {safe_line(name)} takes no key.")
            return
        missing = self._context.backends.missing_variable(name)
        said = f"{missing} is not set." if missing else "It takes the place of the one that is used now."
        kept = HELD.format(config.api_key_env or key_variable(name))
        keyring = self.is_added(name) and await self._has_keyring()
        while (
            found := await self._dialogs.ask_key(
                f"Key of {safe_line(name)}", said, kept, keyring=keyring, typed=pasted.strip()
            )
        ) is not None:
            key, stored = typed_key(found[0]), found[1]
            problem = resolve(config, key)
            if not isinstance(problem, ServerError):
                await self._give(config, key, stored=stored)
                break
            said = problem.message
        if found is None and pasted:
            self._prompt.replace_text(self._prompt.text + pasted)
        self._prompt.focus()
        last = next(self._context.session.conversation.upward(), None)
        failed = last is not None and last.turn.error is not None and last.turn.error.lacks_key
        if found is not None and failed and then is not None:
            await then()

    async def _give(self, config: EndpointConfig, key: str, *, stored: bool) -> None:
        """Use a key from now on. `stored`: the keyring holds it."""
        self._seen |= {key}
        if stored:
            config = replace(config, api_key_env=None, api_key_command=None, api_key_keyring=KEYRING_SERVICE)
        self._context.backends.forget(config.name)
        self._context.backends.add(config, key)
        if stored:
            await self._keep(config, key, is_new=False)
        else:
            self._notifier.inform(HELD.format(config.api_key_env or key_variable(config.name)))

    # Adding and changing

    async def add(self, pasted: str = "") -> bool:
        """Describe a new endpoint, and use it from the next request on. `pasted` is a curl command to begin with.

        False where that was given up.
        """
        from tui_chat.engine.endpoint_check import check_described
        from tui_chat.ui.endpoint_form import EndpointForm

        begun = None if pasted else self._form
        known = tuple(found for name in self._context.backends.names if (found := self._described(name)) is not None)
        dialog = self._dialogs.describe(
            replace(begun or EndpointForm(pasted), seen=self._seen, known=known),
            self._context.backends.names,
            lambda config, key: check_described(config, key or self._held(config.name)),
            lambda config, key: _models(config, key or self._held(config.name)),
            self._has_keyring,
            ("Add an endpoint", "esc close, what is typed is kept"),
        )
        described = await dialog.closed
        self._form = dialog.form if described is None else None
        self._seen = dialog.form.seen
        self._prompt.focus()
        if described is not None:
            config, key = described
            if (there := self._described(config.name)) is not None:
                await self._again(there, config, key)
            else:
                config = self._with_variable(config, key)
                self._use(config, key)
                await self._keep(config, key)
        return described is not None

    def _described(self, name: str) -> EndpointConfig | None:
        found = self._context.backends.described(name)
        return None if found is None else found[0]

    def _held(self, name: str) -> str | None:
        """The key that is kept for an endpoint until the app ends."""
        found = self._context.backends.described(name)
        return None if found is None else found[1]

    async def _again(self, known: EndpointConfig, config: EndpointConfig, key: str | None) -> None:
        """Use an endpoint that was described a second time, with what is new. The user's own file stays as it is: what
        is new holds for this run."""
        name = known.name
        if config == known and key is None:
            self.choose(name)
            self._notifier.say(f"The next prompt goes to {safe_line(name)}, which was set up already.")
        elif self.is_added(name):
            await self._replace(known, config, key or self._held(name))
        else:
            key = key or self._held(name)
            self._context.backends.forget(name)
            self._context.backends.add(config, key)
            self.choose(name)
            self._notifier.say(f"The next prompt goes to {safe_line(name)}. {FOR_THIS_RUN}")

    def is_added(self, name: str) -> bool:
        """Whether it was added in the app, in this run or an earlier one: those of config.toml are the user's text."""
        return name in self._added or self._context.origins.get(f"endpoints.{name}") == SAVED

    async def edit(self, old: EndpointConfig, at: str = "url") -> bool:
        """Change an added endpoint, and use it. False if the user gave up. `at` is the field to begin in."""
        from tui_chat.engine.endpoint_check import check_described
        from tui_chat.ui.endpoint_form import form_of

        held = self._held(old.name)

        def as_kept(config: EndpointConfig, key: str | None) -> Described:
            """The endpoint with the key that it has, which is under its old name until it is saved."""
            same = config.api_key_env is not None and config.api_key_env == old.api_key_env
            kept = held if same or dialog.form.key_from == "typed" else None
            return replace(config, name=old.name), key or kept

        dialog = self._dialogs.describe(
            replace(form_of(old, held=held is not None), seen=self._seen, at=at),
            [name for name in self._context.backends.names if name != old.name],
            lambda config, key: check_described(*as_kept(config, key)),
            lambda config, key: _models(*as_kept(config, key)),
            self._has_keyring,
            (f"Edit the endpoint {safe_line(old.name)}", "esc close and change nothing"),
        )
        described = await dialog.closed
        self._seen = dialog.form.seen
        self._prompt.focus()
        if described is not None:
            config, key = described
            await self._replace(old, config, key or as_kept(config, key)[1])
        return described is not None

    async def _replace(self, old: EndpointConfig, config: EndpointConfig, key: str | None) -> None:
        """Replace an endpoint, with its key where the new one says."""
        was_ours, is_ours = (each.api_key_keyring == KEYRING_SERVICE for each in (old, config))
        renamed = config.name != old.name
        ring = await self._keyring() if was_ours and (renamed or not is_ours) else None
        if ring is not None and is_ours:
            key = key or await ring.fetch(old.name)
        self._context.backends.forget(old.name)
        config = self._with_variable(config, key)
        self._use(config, key)
        kept = await self._keep(config, key, is_new=renamed)
        if kept and renamed:
            await self._forget(old.name)
        if kept and ring is not None and not (is_ours and await ring.fetch(config.name) is None):
            await ring.forget(old.name)

    async def delete(self, config: EndpointConfig) -> None:
        """Take away an endpoint that was added, and its key."""
        question = f"Delete the endpoint {safe_line(config.name)}? Its conversations stay."
        wanted = await self._dialogs.confirm(question, "Delete it", "Keep it", ("delete",))
        self._prompt.focus()
        if not wanted or not await self._forget(config.name):
            return
        if config.api_key_keyring == KEYRING_SERVICE and (ring := await self._keyring()) is not None:
            await ring.forget(config.name)
        context = self._context
        context.backends.forget(config.name)
        said = f"The endpoint {safe_line(config.name)} is deleted."
        if context.endpoint == config.name:
            context.endpoint = context.backends.names[0]
            context.no_endpoint = context.backends.described(context.endpoint) is None
            said += f" The next prompt goes to {safe_line(context.endpoint)}."
        self._notifier.say(said)

    async def _forget(self, name: str) -> bool:
        """Remove an endpoint from the file; False if that cannot be written."""
        self._added.discard(name)
        if not self._choices.are_kept or await self._choices.write(lambda saved: saved.forget_endpoint(name)):
            return True
        self._added.add(name)
        return False

    def _use(self, config: EndpointConfig, key: str | None) -> None:
        """From the next request on."""
        self._added.add(config.name)
        self._context.backends.add(config, key)
        self._context.endpoint, self._context.no_endpoint = config.name, False
        self.warm()

    def _with_variable(self, config: EndpointConfig, key: str | None) -> EndpointConfig:
        """The endpoint with a variable for the key at the next start, if nothing else would provide it."""
        if key is None or config.api_key_env or config.api_key_keyring:
            return config
        backends = self._context.backends
        others = [found[0] for name in backends.names if name != config.name and (found := backends.described(name))]
        taken = {other.api_key_env for other in others if other.api_key_env}
        return replace(config, api_key_env=key_variable(config.name, taken))

    async def _keep(self, config: EndpointConfig, key: str | None, *, is_new: bool = True) -> bool:
        """Save the endpoint for the next start, if possible: True then."""
        name, seen = config.name, self._seen
        kept_as, of_key = await self._keep_key(config, key)
        if kept_as != config:
            self._context.backends.forget(name)
            self._context.backends.add(kept_as, key)
        saved = await self._choices.write(lambda saved: saved.endpoint(name, kept_as, seen))
        in_keyring = kept_as.api_key_keyring == KEYRING_SERVICE and self._store is not None
        if not saved and self._choices.are_kept and is_new and in_keyring and self._store is not None:
            await self._store.forget(name)  # nothing would lead to it
            of_key = ""
        unsaved = " It is not saved, and is there for this run only." if key is None else UNSAVED
        more = f" {of_key}" if saved and of_key else "" if saved else unsaved
        self._notifier.say(f"The next prompt goes to {safe_line(name)}.{more}")
        return saved

    async def _keep_key(self, config: EndpointConfig, key: str | None) -> tuple[EndpointConfig, str]:
        """The endpoint as it can be saved, and what is said of its key."""
        if key is None:
            return config, ""
        if config.api_key_keyring != KEYRING_SERVICE:
            return config, HELD.format(config.api_key_env)
        ring = await self._keyring()
        problem = "there is none" if ring is None else await ring.store(config.name, key)
        if problem is None:
            return config, STORED
        config = self._with_variable(replace(config, api_key_keyring=None), key)
        return config, f"The keyring could not take its key ({problem}). {HELD.format(config.api_key_env)}"

    async def _has_keyring(self) -> bool:
        """Whether a key can be kept in a keyring."""
        return await self._keyring() is not None

    async def _keyring(self) -> KeyringStore | None:
        """The keyring. Where nothing of this run is written, there is none."""
        look = self._context.key_store
        if self._store is None and look is not None and self._choices.are_kept:
            self._store = await look()
        return self._store


async def _models(config: EndpointConfig, key: str | None) -> Sequence[str]:
    """The names that the server lists and answers to."""
    from tui_chat.client.http_backend import HttpBackend

    backend = HttpBackend(config, key)
    try:
        found = await backend.models()
    finally:
        await backend.aclose()
    return [model.id for model in found if not model.deployable] if isinstance(found, tuple) else ()
