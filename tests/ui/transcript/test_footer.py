import pytest

from tests.ui.transcript.harness import TIMEOUT, answer, blocked, user
from tui_chat.core.message import ErrorKind, Outcome, ServerError, Timing, Turn, Usage
from tui_chat.core.settings import Settings, with_value
from tui_chat.core.verdict import Verdict
from tui_chat.render.styles import dark
from tui_chat.ui.widgets.transcript.footer import Note
from tui_chat.ui.widgets.transcript.message_parts import notes_of
from tui_chat.ui.widgets.transcript.render_options import RenderOptions
from tui_chat.ui.widgets.transcript.setting_changes import changes


def footer(*parts: Turn) -> list[Note]:
    return [note for note in notes_of(parts, RenderOptions(80, dark()), detailed=False) if note[0]]


FAILURE = [f"✗ {TIMEOUT.message}", TIMEOUT.hint]
FACTS = "34 tokens out · 1.1 s · 38 tok/s · temp 0.7"


@pytest.mark.parametrize(
    ("outcome", "rest", "lines"),
    [
        (Outcome.COMPLETE, {}, [FACTS]),
        (Outcome.LENGTH, {}, [f"cut at max_tokens (server's limit) · {FACTS}"]),
        (
            Outcome.LENGTH,
            {"settings": Settings(max_tokens=34), "usage": None, "timing": None},
            ["cut at max_tokens · max 34"],
        ),
        (Outcome.LENGTH, {"settings": None}, [f"cut at max_tokens · {FACTS.removesuffix(' · temp 0.7')}"]),
        (Outcome.STOPPED, {"usage": None}, ["stopped · ~2 tokens out · 1.1 s · temp 0.7"]),
        (Outcome.STOPPED, {"usage": None, "timing": None}, ["stopped · temp 0.7"]),
        (None, {}, [f"incomplete · {FACTS}"]),
        (
            Outcome.INCOMPLETE,
            {"error": TIMEOUT},
            [*FAILURE, f"incomplete · {FACTS}"],
        ),
        (Outcome.REFUSED, {"refusal": "No."}, ["No.", f"refused · {FACTS}"]),
        (
            Outcome.EMPTY,
            {"model": None, "timing": None, "usage": None, "endpoint": "demo"},
            ["empty · temp 0.7"],
        ),
        (Outcome.COMPLETE, {"not_run": "prompt"}, ["prompt not checked by the filter", FACTS]),
        (
            Outcome.PROMPT_BLOCKED,
            {"verdicts": blocked("prompt"), "usage": None, "timing": None, "error": TIMEOUT},
            [
                "Prompt blocked by the content filter",
                "violence (prompt): medium, blocked",
                "jailbreak attempt (prompt): detected, not blocked",
                "temp 0.7",
            ],
        ),
        (
            Outcome.ANSWER_BLOCKED,
            {"verdicts": blocked("answer")},
            [
                "Answer blocked by the content filter",
                "violence (answer): medium, blocked",
                "jailbreak attempt (answer): detected, not blocked",
                FACTS,
            ],
        ),
        (
            Outcome.ANSWER_BLOCKED,
            {"verdicts": (Verdict("answer", "odd", True),), "withdrawn": True, "sent": True},
            [
                "Answer blocked by the content filter · withdrawn after it had ended",
                "odd (answer): blocked",
                "taken back into what is sent",
                FACTS,
            ],
        ),
        (
            Outcome.PROMPT_BLOCKED,
            {"error": TIMEOUT, "verdicts": (Verdict("prompt", "hate", False, severity="low"),)},
            [
                "Prompt blocked by the content filter",
                *FAILURE,
                "no category given",
                "hate (prompt): low, not blocked",
                FACTS,
            ],
        ),
        (
            Outcome.COMPLETE,
            {
                "verdicts": (
                    Verdict("answer", "custom_blocklists", False, True, detail={"ids": ["a", "b"]}),
                    Verdict("answer", "violence", False, severity="low"),
                ),
                "sent": False,
            },
            [
                "filter noticed blocklist (a, b) in the answer, violence (low) in the answer",
                "left out of what is sent, as you asked",
                FACTS,
            ],
        ),
        (
            Outcome.COMPLETE,
            {"verdicts": (Verdict("prompt", "hate", False, severity="low"), Verdict("answer", "violence", False))},
            ["filter noticed hate (low) in the prompt", FACTS],
        ),
        (
            Outcome.COMPLETE,
            {"usage": Usage(completion_tokens=1), "timing": Timing(None, 400.0)},
            ["1 token out · 0.4 s · temp 0.7"],
        ),
        (
            Outcome.COMPLETE,
            {"settings": Settings(temperature=0.0, top_p=0.5, max_tokens=64), "timing": Timing(999.0, 1_000.0)},
            ["34 tokens out · 1.0 s · temp 0 · top p 0.5 · max 64"],
        ),
        (Outcome.COMPLETE, {"settings": None, "usage": None, "timing": None}, []),
    ],
)
def test_the_footer_says_how_it_ended(outcome: Outcome | None, rest: dict[str, object], lines: list[str]) -> None:
    assert [text for text, _ in footer(answer("text", 0, outcome, **rest))] == lines


@pytest.mark.parametrize(
    ("error", "lines"),
    [
        (
            ServerError(ErrorKind.AUTH, "Bad key sk-…", status=401, hint="Check the key."),
            [("✗ Check the key.", "error"), ("Bad key sk-…", "muted")],
        ),
        (
            ServerError(ErrorKind.RATE_LIMIT, "Rate limit reached for org-1.", code="429", hint="Wait a minute."),
            [("✗ Too many requests. Wait a minute.", "error"), ("Rate limit reached for org-1.", "muted")],
        ),
        (
            ServerError(ErrorKind.REDIRECT, "It redirects.", status=302, hint="Open it."),
            [("✗ It redirects.", "error"), ("Open it.", "muted")],
        ),
        (TIMEOUT, [(f"✗ {TIMEOUT.message}", "error"), (TIMEOUT.hint, "muted")]),
        (ServerError(ErrorKind.SERVER, "No.", status=500), [("✗ No.", "error")]),
    ],
)
def test_what_helps_is_the_headline_and_the_servers_words_are_below(
    error: ServerError, lines: list[tuple[str, str]]
) -> None:
    assert footer(answer("", 0, Outcome.FAILED, error=error))[: len(lines)] == lines


def test_a_continued_answer_counts_all_of_its_tokens_and_marks_an_estimate() -> None:
    stopped = answer("text", 0, Outcome.STOPPED, usage=None, model="m")
    whole, unknown = answer("rest"), answer("rest", usage=None, timing=None)
    assert [
        footer(*parts)[-1][0].split(" · ")[0] for parts in ((whole, whole), (stopped, whole), (stopped, unknown))
    ] == [
        "68 tokens out",
        "~36 tokens out",
        "temp 0.7",
    ]


def test_a_prompt_has_no_footer() -> None:
    assert footer(user("x")) == []


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        (Settings(temperature=0.7), Settings(temperature=0.2), "temperature 0.7 → 0.2"),
        (Settings(), Settings(temperature=0.0), "temperature not sent → 0"),
        (Settings(max_tokens=64, top_p=0.5), Settings(), "top_p 0.5 → not sent · max_tokens 64 → not sent"),
        (Settings(stop=("a", "b")), Settings(stop=("c",)), "stop 'a', 'b' → 'c'"),
        (Settings(system="Be\n  brief."), Settings(system="x" * 99), "system “Be brief.” → “" + "x" * 31 + "…”"),
        (Settings(seed=1), Settings(seed=1), ""),
        (None, Settings(seed=1), ""),
        (Settings(seed=1), None, ""),
    ],
)
def test_what_was_turned_in_words(before: Settings | None, after: Settings | None, text: str) -> None:
    assert changes(before, after) == text


def test_every_setting_that_changed_is_named_with_both_values() -> None:
    after = with_value(Settings(temperature=1.0, stop=("a",), safe_prompt=False), "extra_body", {"top_k": 40})
    assert changes(Settings(seed=7), after) == (
        "temperature not sent → 1 · seed 7 → not sent · stop not sent → 'a' · safe_prompt not sent → false"
        ' · extra_body not sent → {"top_k": 40}'
    )
