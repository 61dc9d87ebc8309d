"""A line of which only the marks have come shows nothing yet, and nothing jumps when its words come."""

from collections.abc import Iterator

import pytest

from tui_chat.render.document import Document
from tui_chat.render.styles import dark
from tui_chat.render.unfinished_line import without_bare_mark


def pictures(text: str, width: int = 60) -> Iterator[list[str]]:
    """What is shown after each character."""
    document = Document(width, dark())
    for letter in text:
        document.feed(letter)
        document.update()
        yield [line.plain.rstrip() for line in document.lines]


@pytest.mark.parametrize(
    "line",
    ["-", "- ", "---", "=", "#", "##", "1.", "12)", "*", "`", "``", ">", "|", "  -", "- [", "- [ ]", "2. [x] ", "- *",
     "1. **", "* * *", "> - ", "> [", "> [!NO", ">[!TIP]", "| --- | :--", ":-: | -", "[name]:", "1", "   ",
     "```py", "~~~sh x", "- ```js", "> ```", "1. ~~~c"],
)  # fmt: skip
def test_a_line_that_only_begins_something_waits(line: str) -> None:
    assert without_bare_mark(f"text\n{line}") == "text\n"


@pytest.mark.parametrize(
    "line",
    ["- a", "1. b", "word", "`` x", "a ```py", "42", "#tag", "a -", "[ ]", "- [y]", "- [x](", "| a", "[^1]:", "- 2"],
)
def test_a_line_with_words_does_not_wait(line: str) -> None:
    assert without_bare_mark(f"text\n{line}") == f"text\n{line}"


@pytest.mark.parametrize("above", ["", "text\n\n", "# title\n", "1. one\n", "- a\n  3) deep\n", "> 1. one\n> "])
def test_digits_wait_where_an_item_may_begin(above: str) -> None:
    assert without_bare_mark(f"{above}12").rstrip("> ") == above.rstrip("> ")
    assert without_bare_mark(f"{above}12\n") == f"{above}12\n"


def test_an_answer_that_is_a_number_is_shown_at_its_end() -> None:
    document = Document(60, dark())
    document.feed("42")
    document.finish()
    document.update()
    assert [line.plain for line in document.lines] == ["42"]


@pytest.mark.parametrize(
    "text",
    [
        "1. one\n2. two\n10. ten",
        "- **T** x\n- *e*\n  - `c`",
        "1. **A**\n2. __B__\n",
        "- [ ] open\n- [x] done\n",
        "> 1. a\n> 2. b",
        "These:\n- one\n* * *\n",
        "| Name | Age |\n|:--- | ---|\n| Ann | 4 |\n",
        "Text:\n| Name | Age |\n| --- | ---: |\n",
        "1. item\n   | Name | Age |\n   |---|---|\n   | Ann | **4** |\n",
        "> [!WARNING]\n> Take *care*\n",
        "> ```\n> x\n> ```\n",
        "- ~~~\n  x\n  ~~~\n- b",
        "> | Name | Age |\n> |---|---|\n> | Ann | 4 |\n",
        "1. one\n\n   more *of* it\n\n   ```py\n   x = 1\n   ```\n\n   - a\n   - b\n     1. c\n     2. d\n\nend\n",
        "- - a\n\n    1. b\n    2. c\n\n       > d\n       >\n       > - **e**\n       > - f\n\n  g\n",
        "> [!NOTE]\n> said\n>\n> 1. ~~~sh\n>    ls\n>\n>    cd\n>    ~~~\n> 2. that\n\nend",
    ],
)
def test_what_is_shown_only_grows(text: str) -> None:
    """No character that is shown is taken back, and none moves to another line."""
    before: list[str] = []
    for shown in pictures(text):
        grown = ["".join(line.replace("─", "").replace("│", "").replace("┼", "").split()) for line in shown]
        for old, new in zip(before, grown, strict=False):
            assert new.startswith(old), (before, shown)
        assert len(shown) >= len(before)
        before = grown


def test_the_head_of_a_table_is_one_before_the_line_under_it_comes() -> None:
    *_, shown = pictures("| Name | Age |")
    assert shown == ["Name │ Age", "─────┼────"]


def test_a_line_with_pipes_that_is_no_head_stays_text() -> None:
    *_, shown = pictures("| not a | table\nwords")
    assert shown == ["| not a | table words"]
