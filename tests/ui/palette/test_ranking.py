"""What is typed finds what was meant, and the best comes first."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from tui_chat.core.settings import Settings
from tui_chat.help_pages import help_pages
from tui_chat.store.library import Summary
from tui_chat.ui.command_groups import headings
from tui_chat.ui.command_table import COMMANDS, Command
from tui_chat.ui.key_bindings import effective_keys
from tui_chat.ui.palette.entry import Kind, PaletteEntry, entry
from tui_chat.ui.palette.ranking import Tier, letters, marks, match, ranked
from tui_chat.ui.palette.sources import (
    command_entries,
    conversation_entries,
    endpoint_entries,
    page_entries,
    preset_entries,
    setting_entries,
    value_entry,
)

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def item(title: str, words: str = "", section: str = "A") -> PaletteEntry:
    return entry(Kind.COMMAND, title, title, section, words=(words,))


@pytest.mark.parametrize(
    ("typed", "title", "words", "tier"),
    [
        ("new", "New conversation", "", Tier.TITLE),
        ("New  con", "New conversation", "", Tier.TITLE),
        ("conv", "New conversation", "", Tier.WORDS),
        ("con ne", "New conversation", "", Tier.WORDS),
        ("max_t", "Max tokens", "", Tier.TITLE),
        ("straße", "Die STRASSE", "", Tier.WORDS),
        ("export", "Save to a file", "export write", Tier.SYNONYM),
        ("export file", "Save to a file", "export write", Tier.SYNONYM),
        ("versation", "New conversation", "", Tier.INSIDE),
        ("ncv", "New conversation", "", Tier.LETTERS),
        ("数据", "关于 数据库", "", Tier.WORDS),
        ("wen", "New conversation", "", None),
        ("new x", "New conversation", "", None),
    ],
)
def test_how_well_it_matches(typed: str, title: str, words: str, tier: Tier | None) -> None:
    query = typed.casefold().replace("_", " ").replace("  ", " ")
    found = match(item(title, words), query) or letters(item(title, words), query)
    assert (found[0] if found else None) == tier


def test_the_better_match_comes_first_and_what_was_used_lately_before_its_equals() -> None:
    entries = [
        item("Archive export"),
        item("Save", "export"),
        item("Exported already"),
        item("Export"),
        item("Elixir ports"),
        item("Nothing"),
    ]
    (section,) = ranked(entries, "export")
    assert [e.title for e in section.entries] == [
        "Export",
        "Exported already",
        "Archive export",
        "Save",
        "Elixir ports",
    ]
    (section,) = ranked(entries, "e", recent=["command:Exported already"])
    assert section.entries[0].title == "Exported already"


def test_what_can_be_done_comes_before_a_page_about_it() -> None:
    page = entry(Kind.PAGE, "themes", "Themes", "Manual")
    assert [section.heading for section in ranked([page, item("Change the theme")], "theme")] == ["A", "Manual"]
    assert [section.heading for section in ranked([page, item("Quit")], "theme")] == ["Manual"]


def test_a_heading_comes_where_its_best_entry_does_and_none_takes_all_the_room() -> None:
    many = [item(f"a plan {n}", section="Conversations") for n in range(50)]
    found = ranked([*many, item("Plan", section="Commands")], "plan")
    assert [section.heading for section in found] == ["Commands", "Conversations"]
    assert len(found[1].entries) == 8
    assert len(ranked(many, "plan")[0].entries) == 50, "it is alone"


def test_letters_alone_are_left_out_where_there_is_better() -> None:
    close, far = [item(f"then {n}") for n in range(6)], item("take his entry now")
    assert far in ranked([far], "then")[0].entries
    assert far not in ranked([*close, far], "then")[0].entries


def test_what_matched_is_marked() -> None:
    assert marks("New conversation", "con ne") == [(0, 2), (4, 7)]
    assert marks("Max tokens", "max_tokens") == [(0, 3), (4, 10)]
    assert marks("New conversation", "versation") == [(7, 16)]
    assert marks("İstanbul", "stan") == []


FIRST = """
chat.open: history resume search switch open archive pin sessions conversations
chat.rename: rename title
chat.delete: delete erase
chat.deleted: deleted trash undelete restore recover
chat.new: new clear reset
chat.open_file: import load chatgpt
chat.save_as: export save share html markdown download
chat.tree: tree fork branch branches
chat.tag: tag label
chat.stop: stop cancel abort
chat.retry: retry regenerate again redo
chat.edit: edit rewrite
chat.continue: continue
chat.copy: copy clipboard
chat.copy_code: code snippet
chat.editor: editor nano
app.vim: vim
app.notify: notification bell
app.mouse: mouse
app.reduced_motion: animation
prompt.attach: file image picture pdf upload attach
chat.context: cost budget spend tokens context usage meters
endpoint.price: price
endpoint.key: key password login secret
filter.report: filter moderation blocked safety
find.open: find
compare: compare diff arena
pane.settings: settings preferences options sidebar
settings.presets: preset
settings.system: persona
settings.undo: undo
setting temperature: temperature creativity
setting max_tokens: max_tokens
setting seed: seed
setting system: system
setting reasoning_effort: reasoning thinking
model.pick: model models
endpoint.add: azure openai mistral ollama add connect gpt
endpoint.edit: endpoint endpoints deployment
endpoint.check: test ping doctor check
endpoint.copy_curl: curl
chat.exchange: debug log request
app.theme: theme light dark colors colours
help: help keys shortcuts keybindings
help.manual: manual tutorial
help.version: version about bug update
app.quit: quit exit close bye
page privacy: privacy
page troubleshooting: proxy certificate error
page themes: contrast
page browser: browser
page screen-reader: blind
page setup: timeout
"""
"""What newcomers type, by the entry that they mean."""

MEANT = {
    word: meant for meant, _, words in (line.partition(":") for line in FIRST.splitlines()) for word in words.split()
}


def whole_palette() -> tuple[list[PaletteEntry], list[PaletteEntry]]:
    """Its fixed entries, and the manual by its whole text."""
    commands = list(command_entries(COMMANDS, effective_keys({})))
    order = headings()
    entries = [
        *sorted(commands, key=lambda each: order.index(each.section)),
        *setting_entries(Settings()),
        *preset_entries({"precise": Settings()}),
        *endpoint_entries(["work", "local", "demo"], "work"),
        *page_entries(help_pages()),
    ]
    return entries, list(page_entries(help_pages(), whole=True))


def test_what_newcomers_type_finds_what_they_mean_first() -> None:
    entries, pages = whole_palette()
    found = {}
    for word in MEANT:
        (first, *_), *_ = [section.entries for section in ranked(entries, word, otherwise=pages)]
        found[word] = first.value if first.kind is Kind.COMMAND else f"{first.kind} {first.value}"
    assert found == MEANT


def test_a_word_that_only_a_page_has_finds_it_and_one_that_nothing_has_finds_nothing() -> None:
    entries, pages = whole_palette()
    assert ranked(entries, "proxy") == []
    assert ranked(entries, "xylophone", otherwise=pages) == []


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.run is not None], ids=lambda c: c.id)
def test_a_title_that_is_typed_finds_its_own_command(command: Command) -> None:
    entries = [*command_entries(COMMANDS, effective_keys({})), *setting_entries(Settings())]
    assert ranked(entries, command.title)[0].entries[0].value == command.id


@pytest.mark.parametrize(
    ("typed", "kind", "value", "title"),
    [
        ("temperature 0.2", Kind.VALUE, "temperature 0.2", "Temperature: 0.2"),
        ("Temperature=0.2", Kind.VALUE, "temperature 0.2", "Temperature: 0.2"),
        ("set temperature 0.2", Kind.VALUE, "temperature 0.2", "Temperature: 0.2"),
        ("temp .5", Kind.VALUE, "temperature .5", "Temperature: 0.5"),
        ("max tokens 300", Kind.VALUE, "max_tokens 300", "Max tokens: 300"),
        ("max-tokens: none", Kind.VALUE, "max_tokens none", "Max tokens: not sent"),
        ("system Be brief.", Kind.VALUE, "system Be brief.", "System prompt: Be brief."),
        ("temperature 9", Kind.NOTE, "temperature", "temperature: expected a number from 0 to 2, or none"),
        ("temperature warm", Kind.NOTE, "temperature", "temperature: expected a number from 0 to 2, or none"),
    ],
)
def test_a_setting_is_set_where_its_value_is_typed(typed: str, kind: Kind, value: str, title: str) -> None:
    found = value_entry(Settings(temperature=0.7), typed)
    assert found is not None
    assert (found.kind, found.value, found.title) == (kind, value, title)


@pytest.mark.parametrize("typed", ["temperature", "temperature ", "te 0.2", "stop", "max tok", "new 3", "the system"])
def test_what_is_no_setting_with_a_value_sets_nothing(typed: str) -> None:
    assert value_entry(Settings(), typed) is None


def test_five_thousand_conversations_are_narrowed_at_every_key_in_a_fiftieth_of_a_second() -> None:
    titles = ("Why is my postgres query slow", "Regex for matching ISO dates", "Trip to Lisbon in May", "数据库 索引")
    found = [Summary(str(n), f"{titles[n % 4]} {n}", NOW, NOW, 2, None) for n in range(5000)]
    entries = [
        *command_entries(COMMANDS, effective_keys({})),
        *setting_entries(Settings()),
        *preset_entries({"precise": Settings()}),
        *endpoint_entries(["azure", "demo"], "azure"),
        *conversation_entries(found, NOW, ""),
    ]
    worst = 0.0
    for text in ("regex iso 4321", "xqzj", "lbn", "slow query"):
        for length in range(1, len(text) + 1):
            spent = []
            for _ in range(3):  # the best of three: what else the machine does is not ours
                began = time.thread_time()
                ranked(entries, text[:length])
                spent.append(time.thread_time() - began)
            worst = max(worst, min(spent))
    assert worst < 0.02
