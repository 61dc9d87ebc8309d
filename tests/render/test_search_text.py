"""What is drawn for its text alone has the lines that a reader sees."""

from __future__ import annotations

import pytest

from tests.render.corpus import FOOTNOTES, mixture
from tests.render.examples import examples
from tests.support.thorough import some
from tui_chat.render.document import render
from tui_chat.render.search_text import unstyled_document
from tui_chat.render.styles import dark

TEXTS = [*FOOTNOTES, *(mixture(seed) for seed in range(100)), *(example.markdown for example in examples())]


@pytest.mark.parametrize("width", [8, 40, 100])
def test_the_text_is_that_of_the_coloured_lines(width: int) -> None:
    for source in some(TEXTS, 4, width // 8):
        document = unstyled_document(source, width)
        document.update()
        drawn = render(source, width, dark())
        assert [line.plain for line in document.lines] == [line.plain for line in drawn], ascii(source)
        assert [line[1:] for line in document.lines] == [line[1:] for line in drawn], ascii(source)


def test_no_code_is_lexed_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def lexed(*_: object) -> None:
        raise AssertionError("colours cost time, and nobody sees them")

    monkeypatch.setattr("tui_chat.render.code.lex", lexed)
    unstyled_document("```python\nimport somewhere_else\n```", 40).update()
