"""Prompt templates in linear mode: asks for each placeholder on a line of its own."""

from __future__ import annotations

from collections.abc import Mapping

from tui_chat.cli.chat_loop import ChatLoop
from tui_chat.core.prompt_template import INPUT, expand, placeholders
from tui_chat.render.safe import safe_line
from tui_chat.store.prompt_templates import PromptTemplate, PromptTemplates


def known_templates(chat: ChatLoop) -> Mapping[str, PromptTemplate]:
    """The templates by name, as the files are now. Problems are reported once."""
    return _known(chat, chat.templates)


def known_system_prompts(chat: ChatLoop) -> Mapping[str, PromptTemplate]:
    """The library of system prompts, likewise."""
    return _known(chat, chat.system_prompts)


def _known(chat: ChatLoop, source: PromptTemplates | None) -> Mapping[str, PromptTemplate]:
    if source is None:
        return {}
    found = source.read()
    for problem in source.news():
        chat.out.note(problem)
    return found


def send_template(chat: ChatLoop, template: PromptTemplate, rest: str) -> None:
    """Ask for the placeholders' values, and send the text. The end of the input sends nothing."""
    values: dict[str, str] = {}
    for name in placeholders(template.text):
        if name == INPUT and rest:
            continue
        value = chat.lines.read(f"{safe_line(name)}: ")
        if value is None:
            chat.out.note("Nothing was sent: the input ended before the template was filled in.")
            return
        values[name] = value
    text = expand(template.text, rest, values).text
    if text.strip():
        chat.send(text)
    else:
        chat.out.note(f"The template /{template.name} is empty. Nothing was sent.")
