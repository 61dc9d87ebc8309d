"""The rows of existing answers in the form of `/compare`: nothing that tells them apart is cut off."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from tui_chat.ui.version_row import label_cells, version_row

HEAD = "mistral-large · azure-east · temperature 0.2 · top_p not sent · 14:02"


def test_the_text_begins_behind_the_label_in_line_with_the_others() -> None:
    heads = ["small · 14:02", "mistral-large · 14:02"]
    cells = label_cells(heads, 60)
    assert [version_row(head, "Rivers carry water.", 60, cells) for head in heads] == [
        [("small · 14:02        ", "Rivers carry water.")],
        [("mistral-large · 14:02", "Rivers carry water.")],
    ]
    assert version_row(heads[0], "Rivers carry water to the sea.", 33) == [("small · 14:02", "Rivers carry wat…")]


def test_where_there_is_no_room_the_text_goes_first_and_the_label_goes_on_below() -> None:
    assert version_row(HEAD, "Rivers carry water.", 70) == [(HEAD, "")]
    assert version_row(HEAD, "Rivers carry water.", 44) == [
        ("mistral-large · azure-east · temperature 0.2", ""),
        ("14:02", "Rivers carry water."),
    ]


@pytest.mark.parametrize("width", range(17, 80))
def test_model_settings_and_time_are_there_at_any_width(width: int) -> None:
    lines = version_row(HEAD, "Rivers carry water.", width)
    assert all(cell_len(label) + (cell_len(text) + 3 if text else 0) <= width for label, text in lines)
    words = " · ".join(label.rstrip() for label, _ in lines)
    assert all(part in words for part in ("mistral-large", "azure-east", "temperature 0.2", "14:02"))


def test_a_long_part_is_shortened_so_that_the_others_are_seen() -> None:
    (line, _), *_ = version_row(f"small · system {'word ' * 30}· 14:02", "", 90)
    assert line == "small · system word word word word word word wo… · 14:02"
