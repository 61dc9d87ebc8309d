"""Estimates the tokens of texts, pictures and messages.

No tokenizer is asked: every model has its own, and most of them are not here. The estimate is made to be too high
rather than too low, because a turn that is left out too early costs less than a request that is refused:

- a word of ASCII letters, also inside camelCase: a token for every three letters begun (English needs one for four);
- a digit, a sign, a line break or a character outside ASCII letters: one token each, and outside of ASCII one for every
  one and a half bytes of UTF-8: two for a Chinese character, where most tokenizers need one and old ones need two or
  three; three for an emoji;
- four tokens for each message, for what the template puts around it.

Against the tokenizer of SmolLM2, a small one made for English, it gave 1.3 to 1.6 times what was counted for English
prose, code and JSON, 1.1 to 1.4 times for Russian, Chinese, Japanese and Arabic, 0.9 times for digits, emoji and
German, and 0.8 for base64. Where a server counts more, `context_fit.fit` scales the estimate.
"""

from __future__ import annotations

from tui_chat.core.attachment import Attachment
from tui_chat.core.attachment_reference import references, without_references
from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.message import Message, Turn

PER_MESSAGE = 4
"""Tokens that a chat template adds to a message."""

PER_IMAGE, PER_TILE, TILE, MOST_PIXELS = 85, 170, 512, 2048
"""Tokens of a picture and of each of its tiles, the side of a tile, and the longest side that a model looks at."""

_WORD = lazy_pattern(r"[A-Z]?[a-z]+|[A-Z]+")
_SPACE = lazy_pattern(r"[ \t]+")


SAMPLED, SAMPLES, SAMPLE = 64 * 1024, 64, 512
"""Characters above which a text is sampled, the number of samples, and their length: an answer of 26 MB used to block
the screen for nine seconds with each further prompt."""


def estimate(text: str) -> int:
    """The estimated tokens of a text: rather too many than too few. A very long one is sampled."""
    if len(text) <= SAMPLED:
        return _counted(text)
    step = len(text) / SAMPLES
    parts = (text[int(at * step) : int(at * step) + SAMPLE] for at in range(SAMPLES))
    return sum(map(_counted, parts)) * len(text) // (SAMPLES * SAMPLE)


def _counted(text: str) -> int:
    words = [len(word) for word in _WORD.findall(text)]
    spaces = [len(run) for run in _SPACE.findall(text)]
    others = [] if text.isascii() else [_bytes(char) for char in text if char > "\x7f"]
    signs = len(text) - sum(words) - sum(spaces) - len(others)
    return sum((n + 2) // 3 for n in words) + sum(n // 8 for n in spaces) + signs + (sum(others) * 2 + 2) // 3


def _bytes(char: str) -> int:
    code = ord(char)
    return 2 if code < 0x800 else 3 if code < 0x10000 else 4


def image_tokens(attached: Attachment) -> int:
    """The estimated tokens of a picture. Models count tiles or patches; this counts tiles of 512 pixels."""
    width, height = attached.pixels
    longest = max(width, height)
    shrunk = min(1.0, MOST_PIXELS / longest) if longest else 1.0
    tiles = -(-round(width * shrunk) // TILE) * -(-round(height * shrunk) // TILE)
    return PER_IMAGE + PER_TILE * max(tiles, 1)


def attachment_tokens(attached: Attachment) -> int:
    """The estimated tokens of an attached file."""
    return image_tokens(attached) if attached.is_image else estimate(attached.text)


def message_tokens(message: Message) -> int:
    """The estimated tokens of a message, including thinking and pictures."""
    thinking = estimate(message.thinking) if message.thinking else 0
    return PER_MESSAGE + estimate(message.text) + thinking + sum(map(image_tokens, message.images))


def turn_tokens(turn: Turn) -> int:
    """The estimated tokens of a turn's text and files, without thinking."""
    return PER_MESSAGE + estimate(turn.text) + sum(map(attachment_tokens, turn.attachments))


def prompt_tokens(text: str) -> int:
    """The estimated tokens of an unsent prompt and of the files that it refers to."""
    return PER_MESSAGE + estimate(without_references(text)) + sum(each.tokens for each in references(text))
