"""Templates: what is a placeholder, what is filled in, and where the next one is after an edit."""

from __future__ import annotations

import pytest

from tui_chat.core.prompt_template import Placeholder, TemplateText, expand, placeholders


@pytest.mark.parametrize(
    ("template", "text", "names"),
    [
        ("Translate {text} into {language}.", "Translate {text} into {language}.", ("text", "language")),
        ("{a} {b} {a}", "{a} {b} {a}", ("a", "b")),
        ("{{a}} and {{ and {b}", "{a} and { and {b}", ("b",)),
        ('{"key": {"inner": 1}}', '{"key": {"inner": 1}}', ()),
        ("f(x) { return x; }", "f(x) { return x; }", ()),
        ("{} {1} { a}", "{} {1} { a}", ()),
        (
            "{the file name} {snake_case} {größe}",
            "{the file name} {snake_case} {größe}",
            ("the file name", "snake_case", "größe"),
        ),
        ("{open", "{open", ()),
        ("", "", ()),
    ],
)
def test_what_is_a_placeholder(template: str, text: str, names: tuple[str, ...]) -> None:
    expanded = expand(template)
    assert expanded.text == text
    assert placeholders(template) == names
    for each in expanded.left:
        assert expanded.text[each.start : each.end] == f"{{{each.name}}}"


@pytest.mark.parametrize(
    ("template", "rest", "text"),
    [
        ("Review {input}!", "main.py", "Review main.py!"),
        ("{input} and {input}", "it", "it and it"),
        ("Review {input}!", "", "Review {input}!"),
        ("No place for it.\n", "but typed", "No place for it.\n\nbut typed"),
        ("{{input}}", "x", "{input}\n\nx"),
        ("{input}", "{b} {{", "{b} {{"),
    ],
)
def test_what_follows_the_name_takes_the_place_of_input(template: str, rest: str, text: str) -> None:
    assert expand(template, rest).text == text


def test_what_was_typed_is_no_placeholder() -> None:
    assert expand("{input} {b}", "{c}").left == (Placeholder("b", 4, 7),)


def typed(state: TemplateText, value: str) -> TemplateText:
    """The selected placeholder is typed over, a letter at a time."""
    assert state.current is not None
    before, behind = state.text[: state.current.start], state.text[state.current.end :]
    for length in range(1, len(value) + 1):
        state = state.edited(before + value[:length] + behind)
    return state


def test_from_one_placeholder_to_the_next() -> None:
    state = expand("Write {what} in {language}, {what} only.").advanced()
    assert state.current == Placeholder("what", 6, 12)
    state = typed(state, "a haiku").advanced()
    assert state.text == "Write a haiku in {language}, a haiku only.", "one name is typed once"
    assert state.current is not None
    assert state.text[state.current.start : state.current.end] == "{language}"
    state = typed(state, "C").advanced()
    assert state == TemplateText("Write a haiku in C, a haiku only.")


def test_one_that_is_passed_over_stays_as_it_is() -> None:
    state = expand("{a} {b} {a}").advanced().advanced()
    assert state.text == "{a} {b} {a}"
    assert state.current == Placeholder("b", 4, 7)
    assert state.left == (Placeholder("a", 8, 11),)


@pytest.mark.parametrize(
    ("new", "left"),
    [
        ("Hello. {a} {b}", ("{a}", "{b}")),
        ("{a} {b} and more", ("{a}", "{b}")),
        ("{a} x{b}", ("{a}", "{b}")),
        ("{a} {", ("{a}",)),
        ("{b}", ("{b}",)),
        ("", ()),
        ("something else", ()),
    ],
)
def test_an_edit_elsewhere_moves_them_and_one_that_is_gone_is_done(new: str, left: tuple[str, ...]) -> None:
    state = expand("{a} {b}").edited(new)
    assert tuple(new[each.start : each.end] for each in state.left) == left


def test_a_long_template_is_followed_quickly() -> None:
    state = expand("x" * 200_000 + "{a}" + "y" * 200_000 + "{b}").advanced()
    for _ in range(20):
        state = state.edited(state.text + "!")
    assert state.left[0].name == "b"
