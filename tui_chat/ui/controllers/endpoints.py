"""Chooses, adds and edits endpoints. No key reaches the screen."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable, Collection, Sequence
from dataclasses import field, replace
from typing import TYPE_CHECKING, Protocol

from tui_chat.core.endpoint import DEMO, KEYRING_SERVICE, EndpointConfig
from tui_chat.core.fuzzy_matching import nearest
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.recognize_api_keys import holds_any, looks_like_key
from tui_chat.render.sanitize import safe_line
from tui_chat.store.endpoint_table import SAVED
from tui_chat.ui.app_context import AppContext
from tui_chat.ui.endpoint_text import change_words
from tui_chat.ui.kept_api_keys import KeptKeys
from tui_chat.ui.ports import Dialogs, Jobs, Notifier, PromptText
from tui_chat.ui.saved_choices import SavedChoices

if TYPE_CHECKING:
    from tui_chat.client.doctor import CheckStep
    from tui_chat.engine.model_list_cache import ModelListCache
    from tui_chat.ui.endpoint_form import Described, EndpointForm

UNSAVED = " It is not saved: it and its key are there until tui-chat ends."
FOR_THIS_RUN = "What was typed holds until tui-chat ends: this endpoint is from your own file or variables."
DEMO_ANSWERS = "The demo answers, with scripted texts: “help” lists them, “block prompt” shows the content filter."
REMEMBERED = 50
"""Models whose context length is saved."""
KEY_AS_MODEL = "That looks like a key and not like the name of a model, so it is not used."

Check = Callable[[EndpointConfig, "str | None"], AsyncGenerator["CheckStep", None]]
Models = Callable[[EndpointConfig, "str | None"], Awaitable[Sequence[str]]]


class OpenForm(Protocol):
    """The form while it is on the screen."""

    form: EndpointForm

    @property
    def closed(self) -> Awaitable[Described | None]: ...


class EndpointDialogs(Dialogs, Protocol):
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
    _kept: KeptKeys
    _prompt: PromptText
    _restore: Callable[[], object]
    _dialogs: EndpointDialogs
    _notifier: Notifier
    _jobs: Jobs
    _form: EndpointForm | None = field(default=None, init=False)
    """The form's input that was not used yet."""
    _added: set[str] = field(default_factory=set, init=False)
    """Endpoints that were added in this run; those of earlier ones are in saved.toml."""

    # Choosing

    def choose(self, name: str) -> None:
        """Send the next request to another endpoint, and start with it the next time."""
        self._context.endpoint = name
        self._context.no_endpoint = False
        if name == DEMO and self._context.session.conversation.nodes:  # else the start page says so
            self._notifier.say(DEMO_ANSWERS)
        found = self._context.found.get(name)
        described = found.endpoint if found else None
        self._jobs.run(self._choices.write(lambda saved: saved.endpoint(name, described)))
        self.remember_context()
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
        self.remember_context()
        return True

    def remember_context(self) -> None:
        """Save the context length of the model in use, if a list of the server has it."""
        context, config = self._context, self._described(self._context.endpoint)
        length = None if config is None else context.backends.contexts.get(config.url, config.model)
        if config is None or length is None:
            return
        known = f"{config.name}/{config.model or ''}"
        if context.contexts.get(known) != length:
            context.contexts = dict([*context.contexts.items(), (known, length)][-REMEMBERED:])
            self._jobs.run(self._choices.write(lambda saved: saved.ui(contexts=dict(context.contexts))))

    def _is_key(self, name: str) -> bool:
        """Whether what was typed as a name is a key: by its shape, or because it was given as one in this run."""
        described = self._context.backends.described(self._context.endpoint)
        key = described[1] if described else None
        return looks_like_key(name) or holds_any(name, {*self._kept.seen, key or ""})

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
            replace(begun or EndpointForm(pasted), seen=self._kept.seen, known=known),
            self._context.backends.names,
            lambda config, key: check_described(config, key or self._kept.held(config.name)),
            lambda config, key: self._models(config, key or self._kept.held(config.name)),
            self._kept.has_keyring,
            ("Add an endpoint", "esc close, what is typed is kept"),
        )
        described = await dialog.closed
        self._form = dialog.form if described is None else None
        self._kept.seen = dialog.form.seen
        self._prompt.focus()
        if described is not None:
            config, key = described
            if (there := self._described(config.name)) is not None:
                await self._again(there, config, key)
            else:
                config = config if key is None else self._kept.with_variable(config)
                self._use(config, key)
                await self._keep(config, key, f"The next prompt goes to {safe_line(config.name)}.")
        return described is not None

    def _described(self, name: str) -> EndpointConfig | None:
        found = self._context.backends.described(name)
        return None if found is None else found[0]

    async def _again(self, known: EndpointConfig, config: EndpointConfig, key: str | None) -> None:
        """Use an endpoint that was described a second time, with what is new. The user's own file stays as it is: what
        is new holds for this run."""
        name = known.name
        if config == known and key in (None, self._kept.held(name)):
            self.choose(name)
            self._notifier.say(f"The next prompt goes to {safe_line(name)}, which was set up already.")
        elif self.is_added(name):
            await self._replace(known, config, key or self._kept.held(name), new_key=key is not None)
        else:
            key = key or self._kept.held(name)
            self._context.backends.replace(config, key)
            self.choose(name)
            self._notifier.say(f"The next prompt goes to {safe_line(name)}. {FOR_THIS_RUN}")

    def is_added(self, name: str) -> bool:
        """Whether it was added in the app, in this run or an earlier one: those of config.toml are the user's text."""
        return name in self._added or self._context.origins.get(f"endpoints.{name}") == SAVED

    def origin(self, name: str) -> str:
        """The file or place that it is from; "" for this run alone."""
        origin = self._context.origins.get(f"endpoints.{name}", "")
        return SAVED if self.is_added(name) and self._context.saved is not None else origin

    async def edit(self, old: EndpointConfig, at: str = "url") -> bool:
        """Change an added endpoint, and use it. False if the user gave up. `at` is the field to begin in."""
        from tui_chat.engine.endpoint_check import check_described
        from tui_chat.ui.endpoint_form import form_of

        held = self._kept.held(old.name)

        def as_kept(config: EndpointConfig, key: str | None) -> Described:
            """The endpoint with the key that it has, which is under its old name until it is saved."""
            same = config.api_key_env is not None and config.api_key_env == old.api_key_env
            kept = held if same or dialog.form.key_from == "typed" else None
            return replace(config, name=old.name), key or kept

        dialog = self._dialogs.describe(
            replace(form_of(old, held=held is not None), seen=self._kept.seen, at=at),
            [name for name in self._context.backends.names if name != old.name],
            lambda config, key: check_described(*as_kept(config, key)),
            lambda config, key: self._models(*as_kept(config, key)),
            self._kept.has_keyring,
            (f"Edit the endpoint {safe_line(old.name)}", "esc close and change nothing"),
        )
        described = await dialog.closed
        self._kept.seen = dialog.form.seen
        self._prompt.focus()
        if described is not None:
            config, key = described
            await self._replace(old, config, key or as_kept(config, key)[1], new_key=key is not None)
        return described is not None

    async def _replace(self, old: EndpointConfig, config: EndpointConfig, key: str | None, *, new_key: bool) -> None:
        """Replace an endpoint, with its key where the new one says."""
        chosen_now = "" if self._context.endpoint == old.name else f" The next prompt goes to {safe_line(config.name)}."
        was_ours, is_ours = (each.api_key_keyring == KEYRING_SERVICE for each in (old, config))
        renamed = config.name != old.name
        ring = await self._kept.keyring() if was_ours and (renamed or not is_ours) else None
        if ring is not None and is_ours:
            key = key or await ring.fetch(old.name)
        self._context.backends.forget(old.name)
        config = config if key is None else self._kept.with_variable(config)
        self._use(config, key)
        said = f"{change_words(old, config, new_key=new_key)}{chosen_now}"
        kept = await self._keep(config, key, said, is_new=renamed, new_key=new_key)
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
        if config.api_key_keyring == KEYRING_SERVICE and (ring := await self._kept.keyring()) is not None:
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
        self.remember_context()
        self.warm()

    async def save_key(self, config: EndpointConfig, key: str, *, in_keyring: bool, quiet: bool) -> None:
        """Use a new key of an added endpoint, and save where the next start finds it. `quiet`: say only what of that is
        impossible."""
        if in_keyring:
            new = replace(config, api_key_env=None, api_key_command=None, api_key_keyring=KEYRING_SERVICE)
        else:
            new = self._kept.with_variable(config)
        self._context.backends.replace(new, key)
        await self._keep(new, key, "" if quiet else change_words(config, new, new_key=True), is_new=False)

    async def _keep(
        self, config: EndpointConfig, key: str | None, said: str, *, is_new: bool = True, new_key: bool = True
    ) -> bool:
        """Save the endpoint for the next start, if possible: True then. `said` is what has become of it."""
        name, kept = config.name, self._kept
        kept_as, of_key = await kept.keep(config, key, SAVED)
        if kept_as != config:
            self._context.backends.replace(kept_as, key)
        elif not new_key:
            of_key = ""
        saved = await self._choices.write(lambda saved: saved.endpoint(name, kept_as, kept.seen))
        in_keyring = kept_as.api_key_keyring == KEYRING_SERVICE and kept.store is not None
        if not saved and self._choices.are_kept and is_new and in_keyring and kept.store is not None:
            await kept.store.forget(name)  # nothing would lead to it
            of_key = ""
        unsaved = " It is not saved, and is there for this run only." if key is None else UNSAVED
        more = f" {of_key}" if saved and of_key else "" if saved else unsaved
        if words := f"{said}{more}".strip():
            self._notifier.say(words)
        return saved

    async def _models(self, config: EndpointConfig, key: str | None) -> Sequence[str]:
        """The names that the server lists and answers to."""
        from tui_chat.client.http_backend import HttpBackend

        backend = HttpBackend(config, key, contexts=self._context.backends.contexts)
        try:
            found = await backend.models()
        finally:
            await backend.aclose()
        return [model.id for model in found if not model.deployable] if isinstance(found, tuple) else ()
