"""Slash commands of linear mode that show or change the settings of the next request."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import aclosing
from dataclasses import replace

from tui_chat.cli.chat_loop import ChatLoop
from tui_chat.client.backend import Listing
from tui_chat.core.conversation_usage import measure
from tui_chat.core.cost import no_price_words
from tui_chat.core.fuzzy_matching import no_such
from tui_chat.core.message import ServerError
from tui_chat.core.recognize_api_keys import looks_like_key
from tui_chat.core.setting_syntax import read_setting, setting_line, setting_lines
from tui_chat.core.setting_wording import settings_words
from tui_chat.core.settings import with_value
from tui_chat.core.short_text import shortened
from tui_chat.engine.context_report import context_report
from tui_chat.render.sanitize import safe_line
from tui_chat.ui.usage_lines import usage_lines

SHOWN = 60
"""Characters of a message in a list."""


def set_setting(chat: ChatLoop, text: str) -> None:
    if not text:
        chat.out.tell("\n".join(setting_lines(chat.session.settings)))
        return
    read = read_setting(text, chat.session.settings, chat.backends.rules(chat.endpoint))
    if isinstance(read, str):
        chat.out.note(read)
        return
    if read.settings != chat.session.settings:
        chat.change(read.settings)
    chat.out.note(setting_line(read.name, read.settings))


def system(chat: ChatLoop, text: str) -> None:
    """Set the system prompt: a text, or the name of one in the library."""
    known = chat.read_system_prompts()
    if (found := known.get(text.lower())) is not None:
        chat.change(with_value(chat.session.settings, "system", found.text))
        chat.out.note(f"System prompt {safe_line(found.name)}: {safe_line(found.first_line)}")
        return
    set_setting(chat, f"system {text}".rstrip())
    if not text and known:
        chat.out.note(safe_line(f"/system NAME takes one of {', '.join(known)}."))


def preset(chat: ChatLoop, name: str) -> None:
    presets = chat.read_presets()
    if not presets:
        chat.out.note("There is no preset yet: [presets.NAME] in config.toml makes one.")
    elif not name:
        chat.out.tell("\n".join(f"{safe_line(each)}: {settings_words(presets[each])}" for each in presets))
    elif name not in presets:
        chat.out.note(safe_line(f"{no_such('preset', name, presets)} Nothing was changed."))
    else:
        chat.change(presets[name].over(chat.session.settings))
        chat.out.note(f"Preset {safe_line(name)}: {settings_words(chat.session.settings)}")


def endpoint(chat: ChatLoop, name: str) -> None:
    names = chat.backends.names
    if not name:
        chat.out.tell("\n".join(_marked(names, chat.endpoint)))
    elif name not in names:
        chat.out.note(safe_line(f"{no_such('endpoint', name, names)} Nothing was changed."))
    else:
        chat.endpoint = name
        asked = chat.backends.get(name).model
        chat.out.note(f"The next prompt goes to {safe_line(name)}{f', model {safe_line(asked)}' if asked else ''}.")


def model(chat: ChatLoop, name: str) -> None:
    where = safe_line(chat.endpoint)
    if chat.backends.described(chat.endpoint) is None:
        chat.out.note(f"The endpoint {where} is built in and has one model. /endpoint chooses another one.")
    elif not name:
        _models(chat)
    elif looks_like_key(name):
        chat.out.note("That looks like a key and not like the name of a model, so it is not used.")
    else:
        chat.backends.set_model(chat.endpoint, name)
        chat.out.note(f"The next prompt goes to the model {safe_line(name)}.")


def _models(chat: ChatLoop) -> None:
    backend = chat.backends.get(chat.endpoint)
    found = chat.run(backend.models()) if isinstance(backend, Listing) else ()
    if isinstance(found, ServerError):
        chat.out.note(f"The server did not list its models: {found.message}")
    elif not found:
        chat.out.note("The server lists no models; /model NAME takes any name, /endpoint chooses another endpoint.")
    else:
        chat.out.tell("\n".join(_marked((each.id for each in found), backend.model)))
        if len(found) == 1:
            chat.out.note("It has this one. /endpoint chooses another endpoint.")


def context(chat: ChatLoop, _: str) -> None:
    session = chat.session
    backend = chat.backends.get(chat.endpoint)
    report = chat.run(context_report(session.conversation, session.settings, backend, session.services.limits))
    for row in report.rows:
        text = safe_line(" ".join(row.text[: 4 * SHOWN].split()))
        short = shortened(text, SHOWN)
        amount = f"not sent, {row.left_out}" if row.left_out else f"about {row.tokens} tokens"
        chat.out.tell(f"{row.role}: {amount}: {short}")
    chat.out.note(report.summary())
    meters = measure(session.conversation, chat.backends.price)
    spoken = replace(meters, speeds=meters.speeds[-1:])  # no curve, which would be read bar by bar
    for name, value, _warns in usage_lines(spoken, has_cost=False):
        chat.out.note(f"{name}: {value}" if name else value)
    if meters.answers and chat.backends.price(chat.endpoint) is None:
        chat.out.note(
            safe_line(no_price_words(chat.endpoint, backend.model, "the file that `tui-chat config` names for it"))
        )


def doctor(chat: ChatLoop, _: str) -> None:
    chat.run(_checked(chat))


async def _checked(chat: ChatLoop) -> None:
    from tui_chat.cli.doctor import line
    from tui_chat.engine.endpoint_check import check

    async with aclosing(check(chat.backends, chat.endpoint)) as steps:
        async for step in steps:
            chat.out.tell(line(step))
            for text in filter(None, (step.advice, step.error.hint if step.error else None)):
                chat.out.note(text)


def _marked(names: Iterable[str], current: str | None) -> list[str]:
    return [f"{safe_line(name)}{' (in use)' if name == current else ''}" for name in names]
