import re

import pytest

from tui_chat.core.lazy_pattern import lazy_pattern


def test_it_is_compiled_once_and_not_before_it_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    compiled: list[str] = []
    real = re.compile

    def counted(pattern: str, flags: int = 0) -> re.Pattern[str]:
        compiled.append(pattern)
        return real(pattern, flags)

    monkeypatch.setattr(re, "compile", counted)
    word = lazy_pattern("[a-z]+", re.IGNORECASE)
    assert compiled == []
    assert [word.findall("One two"), word.match("1")] == [["One", "two"], None]
    assert (word.pattern, word.sub("-", "One 2")) == ("[a-z]+", "- 2")
    assert set(compiled) == {"[a-z]+"}
