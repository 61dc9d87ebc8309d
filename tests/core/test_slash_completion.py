"""The list over the prompt, as tables: what is typed, where the cursor is, what is offered."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from tui_chat.core.dialects.rules import Rules
from tui_chat.core.settings import NAMES, Settings
from tui_chat.core.slash_commands import SETTING_NAMES, SLASH_COMMANDS, SlashCommand, Takes, UnknownSlash, read_prompt
from tui_chat.core.slash_completion import (
    Completion,
    CompletionItem,
    SlashChoice,
    SlashChoices,
    by_value,
    complete,
    corrected,
)


@dataclass
class Known:
    """What there is to choose from, fixed."""

    settings: Settings = field(default_factory=lambda: Settings(temperature=0.5))
    rules: Rules | None = None
    templates: tuple[SlashChoice, ...] = (
        SlashChoice("review", "Read this code"),
        SlashChoice("model-card", "Describe a model"),
    )
    by_kind: dict[Takes, SlashChoices] = field(
        default_factory=lambda: {
            Takes.MODEL: SlashChoices(
                (
                    SlashChoice("mistral-small"),
                    SlashChoice("mistral-large", is_current=True),
                    SlashChoice("pixtral", "128k"),
                )
            ),
            Takes.ENDPOINT: SlashChoices(note="asking…"),
            Takes.CONVERSATION: SlashChoices(
                (SlashChoice("01AB", "today", "Slow query"), SlashChoice("01CD", "Mon", "Dates")), is_found=True
            ),
            Takes.PATH: SlashChoices(
                (SlashChoice("notes/", label="notes/", goes_on=True), SlashChoice("talk.md", label="talk.md")),
                is_found=True,
            ),
            Takes.SYSTEM: SlashChoices(
                (SlashChoice("teacher", "Explain it"), SlashChoice("translator")), is_found=True
            ),
            Takes.PROMPT: SlashChoices((SlashChoice("Why slow?"), SlashChoice("/usr/bin what?"))),
            Takes.COMPARISON: SlashChoices(
                tuple(map(SlashChoice, ("temperature", "top_p", "model", "versions"), ("0.2 1", "0.5 1", "", "1 2")))
            ),
            Takes.THEME: SlashChoices((SlashChoice("ember"), SlashChoice("nord", is_current=True))),
        }
    )

    def choices(self, takes: Takes, typed: str) -> SlashChoices:
        return self.by_kind.get(takes, SlashChoices())


def offered(text: str, cursor: int | None = None) -> Completion:
    found = complete(text, len(text) if cursor is None else cursor, Known())
    assert found is not None
    return found


def labels(text: str, cursor: int | None = None) -> list[str]:
    return [item.label for item in offered(text, cursor).items]


@pytest.mark.parametrize(
    ("text", "cursor"),
    [
        ("", 0),
        ("hello", 5),
        ("//", 2),
        ("//model", 4),
        (" /new", 5),
        ("/new", 0),
        ("/zzz", 4),
        ("/usr/bin", 8),
        ("/usr x", 6),
        ("/new ", 5),
    ],
)
def test_where_there_is_nothing_to_complete(text: str, cursor: int) -> None:
    assert complete(text, cursor, Known()) is None


def test_a_slash_lists_everything_in_the_order_of_the_table() -> None:
    assert labels("/") == [*(f"/{command.name}" for command in SLASH_COMMANDS), "/review", "/model-card"]


@pytest.mark.parametrize(
    ("text", "first", "others"),
    [
        ("/mo", "/model", ["/model-card"]),
        ("/model", "/model", ["/model-card"]),
        ("/MODEL-", "/model-card", []),
        ("/re", "/retry", ["/review", "/new", "/preset"]),
        ("/exit", "/quit", []),
        ("/clear", "/new", []),
        ("/mdl", "/model", ["/model-card"]),
        ("/card", "/model-card", []),
    ],
)
def test_names_narrow_beginnings_before_words_of_other_programs_before_guesses(
    text: str, first: str, others: list[str]
) -> None:
    found = labels(text)
    assert found[0] == first
    assert set(others) <= set(found[1:])


def item(text: str, label: str) -> CompletionItem:
    return next(each for each in offered(text).items if each.label == label)


@pytest.mark.parametrize(
    ("typed", "label", "completed", "run"),
    [
        ("/n", "/new", "/new", "/new"),
        ("/op", "/open", "/open ", "/open"),
        ("/mo", "/model", "/model ", ""),
        ("/se", "/set", "/set ", ""),
        ("/rev", "/review", "/review ", "/review"),
        ("/exi", "/quit", "/quit", ""),
        ("/exit", "/quit", "/quit", "/quit"),
        ("/temp", "/set temperature", "/set temperature ", ""),
        ("/max-tokens", "/set max_tokens", "/set max_tokens ", ""),
        ("/temperature ", "0.7", "/set temperature 0.7", "/set temperature 0.7"),
        ("/models mi", "mistral-large", "/model mistral-large", "/model mistral-large"),
        ("/qt", "/quit", "/quit", ""),
        ("/model mi", "mistral-large", "/model mistral-large", "/model mistral-large"),
        ("/open slow", "Slow query", "/open Slow query", "/open 01AB"),
        ("/save n", "notes/", "/save notes/", ""),
        ("/save t", "talk.md", "/save talk.md", "/save talk.md"),
        ("/set tem", "temperature", "/set temperature ", ""),
        ("/set temperature", "temperature", "/set temperature ", "/set temperature"),
        ("/set temperature ", "0.7", "/set temperature 0.7", "/set temperature 0.7"),
        ("/set max-tokens 10", "1024", "/set max_tokens 1024", "/set max_tokens 1024"),
        ("/history slow", "Why slow?", "Why slow?", ""),
        ("/history usr", "/usr/bin what?", "//usr/bin what?", ""),
        ("/theme e", "ember", "/theme ember", "/theme ember"),
    ],
)
def test_what_tab_puts_there_and_what_enter_runs(typed: str, label: str, completed: str, run: str) -> None:
    found = item(typed, label)
    assert (found.text, found.run) == (completed, run)


@pytest.mark.parametrize(
    ("command", "word"), [(each, word) for each in SLASH_COMMANDS for word in (each.name, *each.also)]
)
def test_enter_runs_each_whole_name_and_each_word_of_another_program(command: SlashCommand, word: str) -> None:
    alone, first = f"/{command.name}", offered(f"/{word}").items[0]
    assert (first.label, first.run) == (alone, alone if command.is_whole else "")
    assert first.is_guess != command.name.startswith(word), "a template of that name comes first"
    if command.takes is not Takes.NOTHING:
        assert offered(f"/{word} of it", len(word) + 1).items[0].run == f"{alone} of it", "what follows goes along"


@pytest.mark.parametrize("name", SETTING_NAMES)
def test_enter_opens_the_values_of_a_setting_typed_like_a_command(name: str) -> None:
    first = offered(f"/{name}").items[0]
    assert (first.label, first.text, first.run) == (f"/set {name}", f"/set {name} ", "")


def test_the_cursor_within_the_name_completes_the_name_and_keeps_what_follows() -> None:
    found = offered("/mo mistral-large", 3).items[0]
    assert (found.text, found.run) == ("/model mistral-large", "/model mistral-large")


def test_a_word_of_another_program_is_named() -> None:
    assert item("/cle", "/new").help == "Start a new conversation (clear)"
    assert item("/new", "/new").help == "Start a new conversation"


def test_what_was_typed_is_marked_in_the_label() -> None:
    assert item("/mod", "/model").at == (1, 2, 3)
    assert item("/model lar", "mistral-large").at == (8, 9, 10)
    assert item("/mdl", "/model").at == (1, 3, 5)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("/history ", 0),
        ("/", 0),
        ("/model ", 1),
        ("/model zzz", None),
        ("/model mi", 0),
        ("/theme ", 1),
        ("/open ", None),
        ("/open x", 0),
        ("/save t", None),
        ("/set ", 0),
        ("/set temperature ", None),
        ("/set temperature 0", None),
        ("/find x", None),
        ("/endpoint ", None),
    ],
)
def test_which_one_is_chosen_to_begin_with(text: str, first: int | None) -> None:
    """The one in use; none where enter takes what was typed."""
    assert offered(text).first == first


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("/find ", "/find [WORDS]: find words in this conversation"),
        ("/system Be", "/system [TEXT]: show or change"),
        ("/endpoint ", "asking…"),
        ("/model zzz", "/model [NAME]: choose the model"),
        ("/set zzz", "The settings are system, temperature"),
        ("/set temperature 0.3", "temperature: a number from 0 to 2, or none · now 0.5"),
        ("/new x", "/new takes no argument"),
        ("/review x", "{input}"),
    ],
)
def test_what_is_said_below_the_list(text: str, words: str) -> None:
    assert words in offered(text).note


def test_another_endpoint_is_offered_below_the_models_and_alone_where_there_is_one_model() -> None:
    assert labels("/model ")[-1] == "/endpoint"
    known = Known(by_kind={Takes.MODEL: SlashChoices(note="The endpoint demo is built in and has one model.")})
    found = complete("/model ", 7, known)
    assert found is not None
    assert [(each.text, each.run) for each in found.items] == [("/endpoint ", "")]
    assert (found.first, "has one model" in found.note) == (0, True)
    known.by_kind[Takes.MODEL] = SlashChoices(note="asking…", is_waiting=True)
    found = complete("/model ", 7, known)
    assert found is not None
    assert found.items == (), "an enter that comes before the list must not choose it"


@pytest.mark.parametrize(
    ("typed", "instead"),
    [
        ("/set tempreture 0.3", "/set temperature 0.3"),
        ("/set temp=0.3", "/set temperature 0.3"),
        ("/set temperature 9", ""),
        ("/model mistral-lagre", "/model mistral-large"),
        ("/model mistral-large", ""),
        ("/theme embre", "/theme ember"),
        ("/compare tempreture 0.2 1", "/compare temperature 0.2 1"),
        ("/compare temperature 0.2 9", ""),
        ("/find tempreture", ""),
        ("/tempreture 0.3", ""),
    ],
)
def test_a_misspelt_name_in_an_argument_is_corrected_and_the_rest_kept(typed: str, instead: str) -> None:
    assert corrected(typed, Known()) == instead


@pytest.mark.parametrize(
    ("typed", "near"),
    [
        ("/demo", "endpoint demo"),
        ("/DEMO now", "endpoint demo"),
        ("/ember", "theme ember"),
        ("/mistral-large", "model mistral-large"),
        ("/mistral", "model mistral-small"),
        ("/pix", "model pixtral"),
        ("/mo", "model"),
        ("/pi", ""),
        ("/usr/bin", ""),
        ("/", ""),
    ],
)
def test_an_unknown_command_that_is_the_name_of_something_is_what_chooses_it(typed: str, near: str) -> None:
    known = Known()
    known.by_kind[Takes.ENDPOINT] = SlashChoices((SlashChoice("demo"), SlashChoice("local")))
    read = read_prompt(typed)
    assert isinstance(read, UnknownSlash)
    found = by_value(read, known)
    assert (found.near, found.instead) == (near, f"/{near}" if near else "")


def test_add_offers_an_endpoint_as_well_as_a_file() -> None:
    assert {"/attach", "/endpoint"} <= set(labels("/add"))


def test_settings_are_listed_with_their_values_and_the_one_in_use_is_marked() -> None:
    assert labels("/set ") == list(NAMES)
    assert item("/set ", "temperature").help.startswith("0.5 · a number")
    assert [each.label for each in offered("/set temperature ").items if each.is_current] == ["0.5"]


@pytest.mark.parametrize(
    ("text", "items", "first"),
    [
        ("/compare ", [("temperature", ""), ("top_p", ""), ("model", ""), ("versions", "")], None),
        ("/compare versions", [("versions", "/compare versions")], 0),
        ("/compare t", [("temperature", ""), ("top_p", "")], 0),
        ("/compare top-p", [("top_p", "")], 0),
        ("/compare temperature ", [("0.2 1", "/compare temperature 0.2 1")], None),
        ("/compare temperature 0 1", [], None),
        ("/compare model ", [("mistral-small", ""), ("mistral-large", ""), ("pixtral", "")], None),
        ("/compare model mistral-small mi", [("mistral-large", "")], None),
        ("/compare zzz", [], None),
    ],
)
def test_what_is_compared_is_named_and_values_are_offered_but_never_taken_by_themselves(
    text: str, items: list[tuple[str, str]], first: int | None
) -> None:
    found = offered(text)
    assert [(item.label, item.run) for item in found.items] == items
    assert found.first == first
    assert found.note


def test_a_model_is_added_to_those_that_are_typed() -> None:
    (item,) = offered("/compare model mistral-small mi").items
    assert item.text == "/compare model mistral-small mistral-large "


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("/system ", ["teacher", "translator"]),
        ("/system te", ["teacher"]),
        ("/system TE", ["teacher"]),
        ("/system Be brief", []),
    ],
)
def test_system_prompts_are_offered_and_what_is_typed_stays_what_is_sent(text: str, names: list[str]) -> None:
    found = offered(text)
    assert [item.label for item in found.items] == names
    assert found.first is None
    assert "/system [TEXT]" in found.note
