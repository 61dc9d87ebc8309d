"""The ten commonest tasks in the linear mode, one after the other as somebody with a screen reader does them."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cli.chatting import talk
from tests.scripted import ScriptedBackend, answered
from tui_chat.core import event as ev
from tui_chat.core.settings import Settings
from tui_chat.core.verdict import Verdict

BLOCKED: list[ev.Event | Exception] = [
    ev.Sent(1),
    ev.Judged((Verdict("prompt", "violence", blocked=True, severity="high"),)),
    ev.Finished("content_filter"),
    ev.Closed(done=True),
]


def test_ten_tasks_are_done_by_words_alone(tmp_path: Path) -> None:
    backend = ScriptedBackend(
        [
            answered("Paris is the *capital*. It lies on the Seine."),  # 1
            answered("Rome."),  # 2: goes on
            answered("Rom", reason="length"),  # 3: again, cut
            answered("e, as ever."),  # 4: continued
            BLOCKED,  # 5: rejected by the filter
            answered("Kurz."),  # 6 and 7: other settings, a preset
            answered("From elsewhere."),
        ]
    )
    other = ScriptedBackend([answered("Other here.")], name="other")
    saved = tmp_path / "talk.md"
    lines = [
        "What is the capital of France?",  # 1 ask
        "And of Italy?",  # 2 go on
        "/retry",  # 3 answer again
        "/continue",  # 4 continue what was cut
        "something bad",  # 5 learn what the filter did
        "/filter",
        "/set temperature 0.2",  # 6 change a setting
        "/preset short",  # 7 use a preset
        "And in short?",
        "/find seine",  # 8 find
        f"/save {saved}",  # 9 save to a file
        "/new",
        "/endpoint other",  # 10 choose who answers, and go back to what was said before
        "Who are you?",
        "/open capital",
        "/help",
        "/quit",
        "never sent",
    ]
    heard = talk(
        tmp_path / "library",
        lines,
        backend,
        typed=True,
        terminal=True,
        presets={"short": Settings(max_tokens=20)},
        more={"other": other},
    )
    assert heard.code == 0
    # Plain text only, byte by byte: nothing that moves a cursor, colours, rings or redraws.
    assert re.findall(rb"[\x00-\x09\x0b-\x1f\x7f]", heard.out.encode()) == []
    assert heard.err == ""
    said = [
        "Assistant:\nParis is the *capital*. It lies on the Seine.\n",
        "Assistant:\nRome.\n",
        "Note: cut at max_tokens",
        "Prompt blocked by the content filter: violence (high)",
        "1 line found.",
        f"{saved}",
        "The next prompt goes to other.",
        "Assistant:\nOther here.\n",
        "Opened: What is the capital of France?",
        "/retry",
    ]
    at = -1
    for words in said:
        at = heard.out.find(words, at + 1)
        assert at >= 0, (words, heard.out)
    assert backend.asked[5][1] == Settings(temperature=0.2, max_tokens=20)
    assert "something bad" not in [text for _, text in backend.asked[5][0]]  # what was rejected is not sent again
    assert "Seine" in saved.read_text(encoding="utf-8")
    assert len(heard.kept) == 2
    assert not any("never sent" in text for asked, _ in (*backend.asked, *other.asked) for _, text in asked)
