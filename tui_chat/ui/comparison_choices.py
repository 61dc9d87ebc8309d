"""The values by which answers can be compared: settings, presets, endpoints and known models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui_chat.core.comparison import COMPARABLE, ENDPOINT, MODEL, PRESET, Choices, Variant, example
from tui_chat.core.setting_rules import takes
from tui_chat.core.setting_syntax import expected
from tui_chat.engine.model_list_cache import ModelListCache
from tui_chat.ui.app_context import AppContext

if TYPE_CHECKING:
    from tui_chat.core.dialects.rules import Rules

_ASKED = (MODEL, ENDPOINT, PRESET)


def comparison_choices(context: AppContext, lists: ModelListCache) -> Choices:
    """For the next request of the open conversation."""
    backends, endpoint = context.backends, context.endpoint
    current = backends.get(endpoint).model
    turns = (node.turn for node in context.session.conversation.nodes.values())
    # After a restart the server's list is not known yet; those that answered here are. What begins as the current one
    # is mostly its dated name.
    answered = [turn.model for turn in turns if turn.endpoint == endpoint and turn.model]
    others = (model for model in answered if not current or not model.startswith(current))
    known = [model for model in (current, *(lists.known(endpoint) or ()), *others) if model]
    return Choices(
        Variant(context.session.settings, endpoint),
        backends.names,
        context.presets,
        tuple(dict.fromkeys(known)),
        frozenset(name for name in backends.names if backends.described(name) is None),
        backends.rules(endpoint),
    )


ORDER = "temperature max_tokens model endpoint preset top_p seed reasoning_effort system".split()
"""The settings compared most often; the others follow."""


def examples(choices: Choices) -> tuple[tuple[str, str], ...]:
    """What may differ, with example values; "" if the values have to be typed."""
    few = {ENDPOINT: len(choices.endpoints) < 2, PRESET: len(choices.presets) < 2}
    fixed = choices.base.endpoint in choices.fixed
    return tuple(
        (name, example(name, choices))
        for name in dict.fromkeys((*ORDER, *COMPARABLE))
        if not few.get(name, False) and not (name == MODEL and fixed) and (name in _ASKED or takes(name, choices.rules))
    )


def expected_values(name: str, rules: Rules | None) -> str:
    match name:
        case "model":
            return "names of models"
        case "endpoint":
            return "names of endpoints, or NAME/MODEL"
        case "preset":
            return "names of presets"
        case "system" | "stop":
            return 'texts, each in "quotation marks", or none'
        case _:
            return f"each {expected(name, rules)}, or none"
