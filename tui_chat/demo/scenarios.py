"""The demo's scenarios, and the keywords that select them.

A keyword counts in a short first or last line that is no question: "block prompt", "show me a rate limit", "long answer
please", "slow start: tell me about rivers"; only what the demo can do may be asked. Words that people also use in
ordinary prompts ("reasoning", "rate limit") must be the whole line or precede its colon, politeness and "show", "try"
and the like aside. Matching anywhere in any text lost: a pasted page about content filters would set off half of the
table.
"""

from __future__ import annotations

import re

from tui_chat.core.lazy_pattern import lazy_pattern
from tui_chat.core.quick_dataclass import dataclass

LONGEST_LINE = 12
"""Words in a line that may still be a keyword's."""

_FILLERS = frozenset(["a", "an", "the", "this", "that", "my", "your", "me", "now", "please", "with", "some", "just"])
_VERBS = frozenset(["show", "try", "demo", "simulate", "play", "give", "do", "test", "send", "make"])
_WORD = lazy_pattern(r"[a-z0-9]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One thing to see. `keyword` and `also` work as a whole line, `phrases` anywhere in a short line."""

    keyword: str
    shows: str
    help: str
    also: tuple[str, ...] = ()
    phrases: tuple[str, ...] = ()


DEFAULT = Scenario("", "the default answer", "what arrived with your message, in plain words")

SCENARIOS: tuple[Scenario, ...] = (
    Scenario(
        "help",
        "this list",
        "explains what the demo can show",
        also=("what can you do", "what can you show", "what can i do", "who are you", "demo help"),
    ),
    Scenario(
        "long answer",
        "a long Markdown answer",
        "headings, lists, a table, code, quotes and wide characters: about 10 kB",
        also=("long", "markdown", "long text"),
        phrases=("long answer", "markdown answer", "markdown sample", "long markdown"),
    ),
    Scenario(
        "block prompt",
        "a prompt rejected by the content filter",
        "the filter refuses your prompt (violence; or add hate, sexual, self-harm or jailbreak)",
        also=("prompt blocked", "prompt rejected"),
        phrases=("block prompt", "blocked prompt", "reject prompt", "rejected prompt", "filter prompt"),
    ),
    Scenario(
        "block answer",
        "an answer blocked in the middle",
        "the filter cuts the answer while it streams (add a category as above)",
        also=("answer blocked", "blocked mid stream", "block mid stream"),
        phrases=("block answer", "blocked answer", "cut off answer", "filter answer", "answer blocked mid stream"),
    ),
    Scenario(
        "withdraw answer",
        "an answer withdrawn late",
        "an asynchronous filter takes the whole answer back after it has ended",
        also=("withdraw", "withdrawn", "late filter", "answer withdrawn"),
        phrases=("withdraw answer", "withdrawn answer", "withdraw late", "withdrawn late"),
    ),
    Scenario(
        "annotate answer",
        "findings that block nothing",
        "the filter notices something in prompt and answer and lets both pass",
        also=("annotate", "annotated", "annotation"),
        phrases=("annotate answer", "annotated answer", "annotate only"),
    ),
    Scenario(
        "unchecked answer",
        "an answer that the filter did not check",
        "the server says that its filter did not run",
        also=("unchecked", "not checked", "filter not run"),
        phrases=("unchecked answer", "not checked by filter", "filter did not run"),
    ),
    Scenario(
        "slow start",
        "a slow start",
        "nothing comes for eight seconds, then a normal answer",
        also=("slow", "slow answer"),
        phrases=("start slowly", "answer slowly"),
    ),
    Scenario(
        "rate limit",
        "a rate limit with Retry-After",
        "the first try is asked to wait three seconds, the next one is answered",
        also=("rate limited", "rate limiting", "too many requests", "http 429"),
        phrases=("hit rate limit", "trigger rate limit"),
    ),
    Scenario(
        "drop connection",
        "a connection that breaks",
        "the connection is lost in the middle of the answer",
        also=("dropped connection", "connection lost", "connection dropped", "lost connection"),
        phrases=("drop connection", "break connection", "dropped connection"),
    ),
    Scenario(
        "server error",
        "a server that fails",
        "HTTP 500, however often it is tried",
        also=("http 500",),
        phrases=("internal server error",),
    ),
    Scenario(
        "think aloud",
        "reasoning before the answer",
        "a model that thinks first and shows it",
        also=("reasoning", "thinking"),
        phrases=("think aloud", "show reasoning", "show thinking"),
    ),
    Scenario(
        "cut short",
        "an answer cut at max_tokens",
        "ends with finish reason length; max_tokens in the settings does the same",
        also=("max tokens", "cut", "finish length"),
        phrases=("cut at max tokens", "hit max tokens", "cut answer short"),
    ),
    Scenario(
        "refuse to answer",
        "a refusal by the model",
        "the model itself declines; the filter has nothing to do with it",
        also=("refusal", "refuse", "refused"),
        phrases=("refuse to answer", "refuse answer", "model refusal"),
    ),
    Scenario(
        "empty answer",
        "an empty answer",
        "the server finishes without a single word",
        also=("empty", "say nothing"),
        phrases=("empty answer", "answer nothing"),
    ),
)

CATEGORIES = ("violence", "hate", "sexual", "self_harm", "jailbreak")
"""Categories that a prompt for the filter may name; the first one is the default."""


def choose(prompt: str) -> Scenario:
    """The scenario that a prompt asks for; DEFAULT for everything else."""
    if _whole(_words(prompt)) is SCENARIOS[0]:
        return SCENARIOS[0]  # "What can you do?"
    for line in _candidates(prompt):
        found = _whole(_words(line)) or _whole(_words(line.partition(":")[0])) or _contained(_words(line))
        if found:
            return found
    return DEFAULT


def category(prompt: str) -> str:
    """The filter category that a prompt names, else the first of CATEGORIES."""
    text = " ".join(_WORD.findall(prompt.lower()))
    return next((name for name in CATEGORIES if name.replace("_", " ") in text), CATEGORIES[0])


def _candidates(prompt: str) -> list[str]:
    """The first and the last line, where these are short and no questions.

    Both, because `ask` puts a piped file below the prompt, and people paste first and type then.
    """
    lines = [line.strip() for line in prompt.splitlines() if line.strip()]
    ends = dict.fromkeys((lines[0], lines[-1])) if lines else {}
    return [line for line in ends if not line.endswith("?") and len(line.split()) <= LONGEST_LINE]


def _words(line: str) -> list[str]:
    return [word for word in _WORD.findall(line.lower()) if word not in _FILLERS]


def _whole(words: list[str]) -> Scenario | None:
    while words and words[0] in _VERBS and len(words) > 1:
        words = words[1:]
    line = " ".join(word for word in words if word not in _CATEGORY_WORDS)
    return next((s for s in SCENARIOS if line in _names(s)), None)


def _contained(words: list[str]) -> Scenario | None:
    line = f" {' '.join(words)} "
    return next((s for s in SCENARIOS for phrase in s.phrases if f" {phrase} " in line), None)


def _names(scenario: Scenario) -> tuple[str, ...]:
    return (scenario.keyword, *scenario.also)


_CATEGORY_WORDS = frozenset(word for name in CATEGORIES for word in name.split("_"))
