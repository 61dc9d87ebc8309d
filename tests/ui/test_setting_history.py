"""What the settings were before: one step back for each change, and one for what was turned without a pause."""

from __future__ import annotations

from itertools import pairwise

from tui_chat.core.settings import Settings
from tui_chat.ui.setting_history import PAUSE_S, SettingHistory


def test_each_change_is_taken_back_the_last_one_first() -> None:
    times = iter([0.0, 10.0, 20.0])
    history = SettingHistory(lambda: next(times))
    first, second, third = Settings(), Settings(temperature=0.2), Settings(temperature=0.2, max_tokens=200)
    history.changed("a", first, second)
    history.changed("a", second, third)
    assert history.undo("a", third) == second
    assert history.undo("a", second) == first
    assert history.undo("a", first) is None


def test_what_is_turned_without_a_pause_is_one_change() -> None:
    times = iter([0.0, 0.1, 0.2, 0.2 + PAUSE_S + 0.1])
    history = SettingHistory(lambda: next(times))
    made = [Settings(temperature=value) for value in (0.7, 0.6, 0.5, 0.4, 0.3)]
    for before, after in pairwise(made):
        history.changed("a", before, after)
    assert history.undo("a", made[4]) == made[3]
    assert history.undo("a", made[3]) == made[0]


def test_two_settings_are_two_changes_and_a_preset_is_one() -> None:
    history = SettingHistory(lambda: 0.0)
    made = [Settings(), Settings(temperature=0.1), Settings(temperature=0.1, top_p=0.9), Settings(seed=1)]
    for before, after in pairwise(made):
        history.changed("a", before, after)
    assert [history.undo("a", now) for now in reversed(made)] == [made[2], made[1], made[0], None]


def test_another_conversation_s_changes_are_not_taken_back() -> None:
    history = SettingHistory(lambda: 0.0)
    history.changed("a", Settings(), Settings(temperature=0.1))
    assert history.undo("b", Settings(temperature=0.1)) is None
