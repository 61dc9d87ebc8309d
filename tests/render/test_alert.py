"""GitHub's alerts show a label in place of their mark and keep all else."""

import pytest

from tui_chat.render.document import render
from tui_chat.render.styles import dark

PALETTE = dark()


def drawn(source: str, width: int = 40) -> list[str]:
    return [line.plain for line in render(source, width, PALETTE)]


@pytest.mark.parametrize("name", ["Note", "Tip", "Important", "Warning", "Caution"])
def test_an_alert_shows_its_label_above_its_text(name: str) -> None:
    assert drawn(f"> [!{name.upper()}]\n> Some **words**\n") == [f"▎ {name}", "▎ Some words"]


@pytest.mark.parametrize("body", ["> - one", ">\n> - one", "> > one", "> ```\n> one\n> ```"])
def test_an_alert_may_hold_any_block(body: str) -> None:
    label, *inside = drawn(f"> [!tip]\n{body}\n")
    assert label == "▎ Tip"
    assert "one" in inside[0]


@pytest.mark.parametrize("text", ["[!NOTE] with words", "[!OTHER]", "words [!NOTE]"])
def test_what_is_no_alert_keeps_its_mark(text: str) -> None:
    assert drawn(f"> {text}\n") == [f"▎ {text}"]


def test_a_narrow_pane_has_the_label_too() -> None:
    assert drawn("> [!NOTE]\n> words\n", 8) == ["Note", "words"]


def test_labels_of_danger_have_colours_of_their_own() -> None:
    styles = [render(f"> [!{name}]\n> a\n", 40, PALETTE)[0].segments[-1].style for name in ("NOTE", "TIP", "CAUTION")]
    assert len(set(styles)) == 3
