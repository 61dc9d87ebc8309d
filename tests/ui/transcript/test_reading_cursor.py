"""Reading with keys, without a screen: the cursor, the targets of scrolling, and selecting block by block."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.ui.transcript.harness import answer, path, user
from tests.ui.transcript.parts import Parts
from tui_chat.ui.widgets.transcript import scroll_keys
from tui_chat.ui.widgets.transcript.selection import selected_text

NODES = path(user("first"), answer("one\n\ntwo\n\n```\ncode\n```"), user("second"), answer("three"))


def spot(parts: Parts) -> str:
    assert parts.cursor.spot is not None
    return parts.cursor.spot.text


def test_it_goes_from_block_to_block_through_all_messages() -> None:
    parts = Parts(NODES, height=60)
    assert parts.cursor.spot is None
    parts.cursor.take_view(last=False)
    seen = [spot(parts)]
    for _ in range(5):
        parts.cursor.by_block(1)
        seen.append(spot(parts))
    assert seen == ["first", "one", "two", "code", "second", "three"]
    back = [spot(parts)]
    for _ in range(5):
        parts.cursor.by_block(-1)
        back.append(spot(parts))
    assert back == seen[::-1]


def test_it_tells_which_block_it_is_on_and_whether_that_is_code() -> None:
    parts = Parts(NODES, height=60)
    layout = parts.entries["n1"].layout
    parts.cursor.put(1, layout.body.stop - 1)
    found = parts.cursor.spot
    assert found is not None
    assert (found.id, found.block, found.text, found.code) == ("n1", (2, 3), "code", 0)
    parts.cursor.by_message(-1)
    found = parts.cursor.spot
    assert found is not None
    assert (found.id, found.block) == ("n1", None), "from a block to its message"
    parts.cursor.by_message(1)
    assert spot(parts) == "second"


CODED = path(
    user("first"),
    answer("one\n\n```\na\n\nb\n```\n\ntwo\n\n- item\n\n  ```\n  c\n  ```"),
    user("```\nmine\n```"),
    answer("none"),
    user("third"),
    answer("```\nd\n```\n\nend"),
)

ITEM = "• item\n  \nc"


def test_it_goes_from_code_to_code_through_all_messages_and_stays_at_the_last_one() -> None:
    parts = Parts(CODED, height=60)
    parts.cursor.put(0)
    seen = [(parts.cursor.by_code(1), spot(parts)) for _ in range(4)]
    assert seen == [(True, "a\n\nb"), (True, ITEM), (True, "d"), (False, "d")]
    assert [(parts.cursor.by_code(-1), spot(parts)) for _ in range(3)] == [
        (True, ITEM),
        (True, "a\n\nb"),
        (False, "a\n\nb"),
    ]


@pytest.mark.parametrize(
    ("message", "row", "code"),
    [("n1", None, 0), ("n1", 0, 0), ("n1", 4, 0), ("n1", 6, 1), ("n5", -1, 0), ("n3", 0, None), ("n2", None, None)],
)
def test_the_nearest_code_of_a_message_is_in_the_block_else_below_else_above(
    message: str, row: int | None, code: int | None
) -> None:
    parts = Parts(CODED, height=60)
    body = parts.entries[message].layout.body
    parts.cursor.put(parts.entries.position(message), None if row is None else body[row])
    assert parts.cursor.by_code(0) is (code is not None)
    assert parts.cursor.spot is not None
    assert parts.cursor.spot.code == code


@pytest.mark.parametrize(
    ("height", "begins"),
    [(60, "none"), (13, "one"), (8, "three"), (0, "yes")],
    ids=["short", "whole", "its head is above", "scrolled up"],
)
def test_reading_begins_at_the_last_message_or_the_first_block_in_view(height: int, begins: str) -> None:
    last = answer("none" if height == 60 else "one\n\ntwo\n\nthree\n\nfour\n\nend")
    parts = Parts(path(user("first"), answer("yes"), user("second"), last), height=height or 8)
    if not height:
        scroll_keys.scroll(parts.viewport, "start", 0)
        scroll_keys.scroll(parts.viewport, "line", 3)
    parts.cursor.begin()
    assert spot(parts) == begins
    parts.cursor.by_block(-1)
    before = spot(parts)
    parts.cursor.begin()
    assert spot(parts) == before, "it is in view"


def test_it_stays_on_its_block_at_another_width_and_when_code_is_folded() -> None:
    code = "```\n" + "\n".join(f"row {n}" for n in range(60)) + "\n```"
    parts = Parts(path(user("x"), answer(f"{'word ' * 60}\n\n{code}\n\nlast")), height=200)
    parts.cursor.active = True
    parts.cursor.put(1, parts.entries["n1"].layout.body.stop - 1)
    assert spot(parts) == "last"
    parts.views.toggle_folds("n1", None)
    assert spot(parts) == "last"
    kept = parts.cursor.kept()
    parts.viewport.restyle(replace(parts.viewport.options, width=30))
    parts.cursor.restore(kept)
    assert spot(parts) == "last"


@pytest.mark.parametrize("target", ["line", "page", "half_page"])
def test_scrolling_there_and_back_shows_the_same(target: scroll_keys.Target) -> None:
    parts = Parts(path(*(user(f"prompt {n}") for n in range(60))), height=11)
    scroll_keys.scroll(parts.viewport, "start", 0)
    first = parts.texts()
    scroll_keys.scroll(parts.viewport, target, 1)
    by = {"line": 1, "page": 10, "half_page": 5}[target]
    assert parts.texts()[: 11 - by] == first[by:]
    scroll_keys.scroll(parts.viewport, target, -1)
    assert parts.texts() == first


def test_prompts_are_gone_through_one_by_one() -> None:
    parts = Parts(path(*(turn for n in range(9) for turn in (user(f"p{n}"), answer("text\n\n" * 9)))), height=11)
    scroll_keys.scroll(parts.viewport, "start", 0)
    for position in (2, 4, 6):
        scroll_keys.scroll(parts.viewport, "prompt", 1)
        assert parts.viewport.top.entry == position
    scroll_keys.scroll(parts.viewport, "prompt", -1)
    assert parts.viewport.top.entry == 4
    for _ in range(9):
        scroll_keys.scroll(parts.viewport, "prompt", 1)
    assert parts.viewport.following
    scroll_keys.scroll(parts.viewport, "end", 0)
    assert parts.viewport.following


def test_a_selection_by_key_covers_both_blocks_and_all_between() -> None:
    parts = Parts(NODES, height=60)
    parts.cursor.put(1, parts.entries["n1"].layout.body.start)
    selecting = scroll_keys.BlockSelection(parts.cursor)
    assert selecting.selection() is None
    selecting.begin()
    parts.cursor.by_block(1)
    selection = selecting.selection()
    assert selection is not None
    assert selected_text(parts.viewport, selection) == ("one\n\ntwo", "\n")
    selecting.end()
    assert selecting.selection() is None
