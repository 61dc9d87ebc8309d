"""The header's words: what the next request uses, and what gives way on a narrow screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.store.trees import answer, prompt
from tui_chat.core.context_fit import share
from tui_chat.core.conversation import Conversation, Node
from tui_chat.core.message import Outcome, Usage
from tui_chat.core.settings import Settings
from tui_chat.core.short_number import short_number
from tui_chat.core.token_estimate import PER_MESSAGE
from tui_chat.ui.context_use import ContextUse
from tui_chat.ui.header_text import header_line
from tui_chat.ui.state import UiState, last_model

STATE = UiState(
    title="Why is my postgres query slow?",
    endpoint="azure",
    model="mistral-large-2411",
    knobs="temp 0.2 · max 512",
    status="ready",
    empty=False,
    context=128_000,
    used=15_360,
)


def text(state: UiState, width: int, flashed: str = "") -> str:
    return "".join(part for part, _ in header_line(state, width, flashed))


def test_all_of_it_is_there_where_there_is_room() -> None:
    line = text(STATE, 140)
    assert line.startswith("Why is my postgres query slow?   ")
    assert line.endswith("temp 0.2 · max 512   12% of 128k   mistral-large-2411   azure   ○ ready")
    assert len(line) == 140


@pytest.mark.parametrize("width", [1, 5, 20, 40, 60, 80, 100, 140, 200])
@pytest.mark.parametrize("status", ["ready", "waiting for the library, esc cancels"])
def test_it_is_one_line_of_just_this_width(width: int, status: str) -> None:
    state = replace(STATE, status=status, title="漢字" * 30, unread=2, no_endpoint=True)
    from rich.cells import cell_len

    assert cell_len(text(state, width)) <= width
    assert cell_len(text(state, width)) == width or width < 40
    assert "\n" not in text(replace(STATE, title="a\nb\x1b[2J"), width)


def test_what_matters_least_goes_first() -> None:
    assert "temp" not in text(STATE, 90)
    assert "128k" in text(STATE, 90)
    assert "128k" not in text(STATE, 70)
    assert "mistral-large-2411" in text(STATE, 45)
    assert "azure" not in text(STATE, 45)
    assert text(STATE, 45).startswith("Why is my")
    assert "ready" in text(STATE, 12)


def test_settings_that_were_changed_stay_longer_than_the_endpoint() -> None:
    changed = replace(STATE, title="Owls", settings=Settings(temperature=0.2, max_tokens=512))
    assert text(changed, 72).endswith("temp 0.2 · max 512   12% of 128k   mistral-large-2411   ○ ready")
    assert "temp 0.2 · max 512   mistral-large-2411   ○ ready" in text(replace(changed, title=STATE.title), 78)
    assert "   temp 0.2 …   mistral-large-2411   ○ ready" in text(replace(changed, title=STATE.title), 72)
    assert "azure" in text(replace(STATE, title="Owls"), 72), "as they were configured"


def test_a_long_model_is_cut_and_one_that_is_a_path_is_named_by_its_file() -> None:
    path = replace(STATE, model="/srv/models/hub/SmolLM2-135M-Instruct.Q4_1.gguf")
    assert text(path, 140).endswith("   SmolLM2-135M-Instruct.Q4_1.gguf   azure   ○ ready")
    long = replace(STATE, model="accounts/someone/models/llama-v3p1-405b-instruct-long-context", knobs="")
    assert text(long, 140).endswith("   accounts/someone/models/llama-v3p1-405b…   azure   ○ ready")
    assert text(long, 46) == "Why is my…   accounts/someone/model…   ○ ready"
    assert "accounts" not in text(long, 29)


def test_a_context_that_is_nearly_full_stays_and_is_marked() -> None:
    full = replace(STATE, used=120_000)
    assert "94% of 128k" in text(full, 60)
    assert ("94% of 128k", "$text-error") in header_line(full, 100)
    assert ("80% of 128k", "$text-warning") in header_line(replace(STATE, used=102_400), 100)


def test_a_missing_endpoint_is_named_once_the_banner_is_gone() -> None:
    fallen_back = replace(STATE, no_endpoint=True, banner="No endpoint is configured · F1: add your own")
    assert "No endpoint is configured" not in text(fallen_back, 140)
    assert "No endpoint is configured" in text(replace(fallen_back, banner=""), 60)


@pytest.mark.parametrize(
    ("model", "endpoint", "title", "line"),
    [
        ("", "demo", "", "New conversation          No endpoint is configured   demo"),
        ("SmolLM2-135M-Instruct", "local", "", "New conversation         No endpoint is configured   local"),
        ("", "demo", STATE.title, "Why is my postgres que…   No endpoint is configured   demo"),
    ],
)
def test_it_leaves_the_title_room_on_a_narrow_screen(model: str, endpoint: str, title: str, line: str) -> None:
    state = UiState(title=title, model=model, endpoint=endpoint, status="ready", no_endpoint=True)
    assert text(state, 58) == line
    busy = text(replace(state, busy=True, status="answering 12 s"), 58)
    assert "No endpoint is configured" in busy
    assert busy.endswith("answering 12 s")
    assert text(state, 140).endswith("○ ready")


@pytest.mark.parametrize(
    ("title", "width", "line"),
    [
        ("Rivers", 100, "Rivers   1% of 4.1k   No endpoint is configured   SmolLM2-135M-Instruct   local   ○ ready"),
        ("Rivers and their seas", 78, "Rivers and their seas   No endpoint is configured   SmolLM2-135M-Inst…   local"),
        ("Rivers", 58, "Rivers   No endpoint is configured   SmolLM2-135M…   local"),
        ("Rivers and their seas", 58, "Rivers and their seas   No endpoint is configured   local"),
    ],
)
def test_the_model_beside_a_missing_endpoint_stays_longer_than_what_does_not_matter(
    title: str, width: int, line: str
) -> None:
    state = UiState(title, "local", model="SmolLM2-135M-Instruct", status="ready", no_endpoint=True)
    assert text(replace(state, context=4_100, used=20), width).split() == line.split()


def test_a_model_that_is_called_like_its_endpoint_is_named_once() -> None:
    assert text(replace(STATE, model="demo", endpoint="demo"), 140).endswith("128k   demo   ○ ready")


def test_something_just_turned_stands_in_the_place_of_the_state() -> None:
    assert text(STATE, 100, "temperature 0.3").endswith("azure   ◆ temperature 0.3")


def test_tokens_are_those_that_the_server_counted_last_and_an_estimate_for_the_rest() -> None:
    conversation = Conversation("c", datetime(2026, 1, 1, tzinfo=UTC))
    conversation.add(Node("p", None, prompt("first", 0)))
    counted = replace(answer("reply", 1, Outcome.COMPLETE), usage=Usage(total_tokens=1000))
    conversation.add(Node("a", "p", counted))
    use = ContextUse()
    assert use.tokens(conversation, "a system prompt that is counted already") == 1000
    conversation.add(Node("q", "a", prompt("and one more question", 2)))
    assert 1000 < use.tokens(conversation, None) < 1030
    bare = Conversation("d", datetime(2026, 1, 1, tzinfo=UTC))
    bare.add(Node("p", None, prompt("x" * 300, 0)))
    assert 75 <= use.tokens(bare, None) < use.tokens(bare, "Be brief.") < 200


def test_one_more_turn_is_estimated_and_no_other_again(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[str] = []

    def estimate(text: str) -> int:
        looked_at.append(text)
        return len(text)

    monkeypatch.setattr("tui_chat.core.token_estimate.estimate", estimate)
    conversation, use = Conversation("c", datetime(2026, 1, 1, tzinfo=UTC)), ContextUse()
    for number, above in enumerate([None, "n0", "n1"]):
        conversation.add(Node(f"n{number}", above, prompt(f"prompt {number}", number)))
        use.tokens(conversation, None)
    assert looked_at == ["prompt 0", "prompt 1", "prompt 2"]
    assert use.tokens(conversation, None) == 3 * (len("prompt 0") + PER_MESSAGE)


def test_numbers_of_tokens_are_short() -> None:
    assert [short_number(n) for n in (950, 4096, 9999, 32_768, 128_000)] == ["950", "4.1k", "10k", "33k", "128k"]
    assert [share(n, 1000) for n in (1, 500, 2000)] == [1, 50, 100]


def test_the_model_of_another_endpoint_is_not_that_of_the_next_request() -> None:
    conversation = Conversation("c", datetime(2026, 1, 1, tzinfo=UTC))
    conversation.add(Node("p", None, prompt("first", 0)))
    named = replace(answer("reply", 1, Outcome.COMPLETE), model="gpt-4.1", endpoint="openai")
    conversation.add(Node("a", "p", named))
    assert last_model(conversation, "openai") == "gpt-4.1"
    assert last_model(conversation, "azure") is None
