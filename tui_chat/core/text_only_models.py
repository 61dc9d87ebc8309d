"""Models known not to accept pictures. Other models report it themselves."""

from __future__ import annotations

import re

from tui_chat.core.lazy_pattern import lazy_pattern

_TEXT_ONLY = lazy_pattern(
    r"(.*[/:])?("
    r"smollm2-(?!.*vl)|gpt-3\.5|o1-mini|o1-preview|o3-mini"
    r"|(open-)?mi[sx]tral-(7b|8x7b|8x22b|nemo|tiny)|mistral-large-2[34]\d\d|mistral-small-24\d\d|codestral|mathstral"
    r"|ministral-\d+b-24|deepseek-(chat|coder|reasoner|r1|v[23])|command-r|phi-[34]-mini-instruct|llama-?3\.?[13]-"
    r")",
    re.IGNORECASE,
)


def takes_no_images(model: str | None) -> bool:
    """Whether a model of this name is known to reject pictures."""
    return model is not None and _TEXT_ONLY.match(model) is not None
