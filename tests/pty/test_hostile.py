"""No text that we did not write drives the terminal: not as an answer, a prompt, an error message, nor loaded again.

One run of the real app in a real terminal meets all texts in all places; what it wrote meanwhile is kept per text. The
tests then look at those bytes. A second run opens what the first one saved and pages through it.
"""

from __future__ import annotations

import contextlib
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.pty.sequences import complete_length, forbidden, problems, visible
from tests.pty.talker import Refuse, Say, Talker, talker
from tests.pty.terminal import Terminal
from tests.store.trees import talk
from tests.support.thorough import THOROUGH, some
from tui_chat.store.library import Library

SIZE = (80, 24)
FIRST = re.compile(r"You · \w+ \d")
"""Only the first message of a day names the day."""
SHOWN_S = 60.0
"""How long a text may take to be painted on a busy machine."""
PARTS = 3 if THOROUGH else 1
"""Tests among which the texts are shared out."""

QUIET_S = 0.025
"""Seconds without a byte after which the screen is painted; the cursor blinks twice a second."""


@dataclass(frozen=True, slots=True)
class Hostile:
    """A text, the bytes that it must not cause, and what of it has to stay readable."""

    id: str
    text: str
    never_hex: list[str] = field(default_factory=list)
    must_show: list[str] = field(default_factory=list)


def given() -> list[Hostile]:
    data = json.loads(Path(__file__).with_name("data").joinpath("hostile.json").read_text(encoding="utf-8"))
    return [Hostile(t["id"], t["text"], t["never_hex"], t["must_show"]) for t in data["texts"]]


def _own(name: str, text: str, *must_show: str, never: str = "") -> Hostile:
    return Hostile(f"own-{name}", text, [never.encode().hex()] if never else [], list(must_show))


OWN = [
    _own("sgr-hidden", "see\x1b[8mhidden", "see", "hidden", never="see\x1b[8m"),
    _own("osc-8", "\x1b]8;;file:///etc/passwd\x1b\\here\x1b]8;;\x1b\\", "here", never="\x1b]8;"),
    _own("osc-52", "A\x1b]52;c;cm0gLXJm\x07Z", "A", "Z", never="\x1b]52;"),
    _own("osc-unfinished", "begin\x1b]0;never ends", "begin"),
    _own("escape-at-the-end", "last\x1b", "last"),
    _own("apc-kitty", "A\x1b_Ga=T,f=100;AAAA\x1b\\Z", "A", "Z", never="\x1b_G"),
    _own("pm-sos", "A\x1b^x\x1b\\\x1bXy\x1b\\Z", "A", "Z"),
    _own("reset", "A\x1bcZ", "A", "Z", never="\x1bcZ"),
    _own("charset", "A\x1b(0Zq", "A", "Z", never="\x1b(0"),
    _own("query", "A\x1b[6n\x1b[cZ", "A", "Z", never="\x1b[6n"),
    _own("paste-end", "A\x1b[200~Z", "A", "Z"),
    _own("c1-all", "A" + "".join(map(chr, range(0x80, 0xA0))) + "Z", "A", "Z"),
    _own("c0-all", "A" + "".join(map(chr, [*range(1, 9), *range(11, 13), *range(14, 32), 127])) + "Z", "A", "Z"),
    _own("entities", "A &#x202e; &#27;[2J &#x9b;2J &#8203; &zwnj; Z", "A", "Z", never="\u202e"),
    _own("in-a-fence", "```sh\x1b[2J\necho \x1b[2J\u202ehi\n```\n\nZ", "Z", never="\u202e"),
    _own("in-a-table", "| a\x1b[2J | b |\n| --- | --- |\n| \u202ec | \x9bd |\n\nZ", "Z", never="\u202e"),
    _own("in-a-link", "[A](https://example.com/\x1b[2J 'title\u202e') Z", "Z", never="\u202e"),
    _own("in-a-heading", "# A\x1b[2J\u202e\n\n> B\x9b2J\n\n- C\x07\n\nZ", "A", "B", "C", "Z", never="\u202e"),
    _own("separators", "A\u2028B\u2029C\x85D\x0bE\x0cF", "A", "F"),
    _own("interlinear", "A\ufff9B\ufffaC\ufffbD\ufffe\uffffE", "A", "E"),
    _own("click-markup", "A [@click=app.quit]x[/] B [/] [link=file:///]y[/link] [b", "[@click=app.quit]x[/]", "[b"),
    _own("lone-in-emoji", "A\ud83dB\ude00\ud83d\ude00C", "A", "C"),
    _own("long", "".join(f"{n:05d}x" for n in range(320)) + "Z", "Z"),
    _own("html", "A <script>alert(1)</script> <b onclick=x>B</b> <!-- C --> Z", "A", "Z"),
]
TEXTS = [*given(), *OWN]


def typed(hostile: Hostile) -> bool:
    """Whether a terminal can paste it: half a surrogate pair has no UTF-8, and the end of a paste ends it."""
    return not any(0xD800 <= ord(char) <= 0xDFFF for char in hostile.text) and "\x1b[200~" not in hostile.text


@dataclass(slots=True)
class Met:
    """What the app wrote while it met one text in one place, and what it sent where the text was a prompt."""

    place: str
    hostile: Hostile
    raw: bytes
    sent: str | None = None


@dataclass(slots=True)
class Plan:
    """What the server says next."""

    answer: Say | Refuse = field(default_factory=lambda: Say(("all", " well")))

    def __call__(self, _: str) -> Say | Refuse:
        return self.answer


def _app(server: Talker, home: Path, *more: str) -> Terminal:
    options = ["--url", server.url, "--config", str(home / "config.toml"), "--data-dir", str(home / "data")]
    terminal = Terminal([sys.executable, "-m", "tui_chat", *options, *more], size=SIZE, home=home)
    try:
        terminal.wait_for_text("enter send")
    except BaseException:
        terminal.close()
        raise
    return terminal


def _meet_all(texts: Sequence[Hostile], terminal: Terminal, server: Talker, plan: Plan) -> Iterator[Met]:
    """Each text as a prompt that it answers itself, then as an error message."""
    for hostile in texts:
        begin = complete_length(terminal.raw)
        if typed(hostile):
            terminal.paste(hostile.text + " .")  # a backslash before enter would be a new line
            terminal.wait_for(lambda t, begin=begin: "." in visible(_written_since(begin, t)))  # type: ignore[misc]
            _settle(terminal, begin, hostile)
            yield Met("prompt", hostile, _written_since(begin, terminal))
        else:
            terminal.send("a lone half")
        plan.answer = Say((*hostile.text[:3], hostile.text[3:]))
        _send_and_wait(terminal, server)
        _settle(terminal, begin, hostile)
        compared = typed(hostile)
        sent = server.requests[-1]["messages"][-1]["content"] if compared else None
        yield Met("answer", hostile, _written_since(begin, terminal), sent)
        begin = complete_length(terminal.raw)
        plan.answer = Refuse(hostile.text)
        terminal.send("e")
        _send_and_wait(terminal, server)
        _settle(terminal, begin, hostile)
        yield Met("error", hostile, _written_since(begin, terminal))


def _settle(terminal: Terminal, begin: int, hostile: Hostile) -> None:
    """Until all that must show has been written and the screen is quiet. What never shows is told by the caller."""
    with contextlib.suppress(AssertionError):
        terminal.wait_for(lambda t: not _not_shown(_written_since(begin, t), hostile), SHOWN_S)
    terminal.wait_for_silence(QUIET_S)


def _written_since(begin: int, terminal: Terminal) -> bytes:
    """What came from a byte on, without the first half of a character that a read has cut."""
    return bytes(terminal.raw[begin : complete_length(terminal.raw)])


def _send_and_wait(terminal: Terminal, server: Talker) -> None:
    """Enter, until the request has come, the answer has ended, and the screen is quiet."""
    before = len(server.requests)
    terminal.press("enter")
    terminal.wait_for(lambda _: len(server.requests) > before, what="a request")
    terminal.wait_for(lambda t: "ready" in t.line(0), what="the end of the answer")
    terminal.wait_for_silence(QUIET_S)


def _page_through(terminal: Terminal) -> None:
    """Up to the very first prompt, each page painted before the next one is asked for."""
    for _ in range(10 * len(TEXTS)):
        if any(FIRST.search(line) for line in terminal.lines[1:-4]):
            return
        before = terminal.lines[1:-4]
        terminal.press("pageup")
        terminal.wait_for(lambda t, old=before: t.lines[1:-4] != old, what="another page")  # type: ignore[misc]
        terminal.wait_for_silence(QUIET_S)
    raise AssertionError("the first prompt never came")


def _quit(terminal: Terminal) -> int:
    terminal.press("ctrl+q")
    return terminal.wait_for_exit()


def _faults(met: Met) -> Iterator[str]:
    """What is wrong with what was written, each with the place and the text that caused it."""
    where = f"{met.hostile.id} as {met.place}"
    yield from (f"{where}: wrote {problem}" for problem in problems(met.raw, SIZE))
    yield from (f"{where}: wrote {bad}" for bad in forbidden(met.raw, met.hostile.never_hex))
    yield from (f"{where}: does not show {lost!r}" for lost in _not_shown(met.raw, met.hostile))
    if met.sent is not None and met.sent.split() != _expected(met.hostile.text):
        yield f"{where}: sent {met.sent[:60]!r}"


def _expected(pasted: str) -> list[str]:
    """The words of a prompt. Textual takes NUL out of a paste, before anybody sees it."""
    return [*pasted.replace("\0", "").split(), "."]


def _not_shown(raw: bytes, hostile: Hostile) -> list[str]:
    shown = "".join(visible(raw).split())
    return [expected for expected in hostile.must_show if "".join(expected.split()) not in shown]


@pytest.mark.parametrize("part", range(PARTS))
def test_no_text_drives_the_terminal(tmp_path: Path, part: int) -> None:
    """Many texts in one test, because its two runs of the app are dear; at its end it names all that is wrong."""
    texts = some(TEXTS, 6)[part::PARTS]
    (tmp_path / "config.toml").touch()
    plan = Plan()
    with talker(plan) as server:
        with _app(server, tmp_path) as terminal:
            faults = [fault for met in _meet_all(texts, terminal, server, plan) for fault in _faults(met)]
            codes = [_quit(terminal)]
            first = bytes(terminal.raw)
        with _app(server, tmp_path, "--continue") as terminal:
            _page_through(terminal)
            codes.append(_quit(terminal))
            again = bytes(terminal.raw)
    for hostile in texts:  # each text is painted many times, also while others are new
        faults += [f"{hostile.id} at some time: wrote {bad}" for bad in forbidden(first, hostile.never_hex)]
        faults += _faults_again(again, hostile)
    assert faults == []
    assert codes == [0, 0]
    assert problems(again, SIZE) == []
    assert b"Traceback" not in first + again


def _faults_again(raw: bytes, hostile: Hostile) -> list[str]:
    where = f"{hostile.id} loaded again"
    wrote = [f"{where}: wrote {bad}" for bad in forbidden(raw, hostile.never_hex)]
    return wrote + [f"{where}: does not show {lost!r}" for lost in _not_shown(raw, hostile)]


def test_a_paste_with_escapes_arrives_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "config.toml").touch()
    pasted = [h.text for h in TEXTS if typed(h) and "\x1b" in h.text][:4]
    with talker(Plan()) as server, _app(server, tmp_path) as terminal:
        for text in pasted:
            terminal.paste(text + " .")
            _send_and_wait(terminal, server)
        sent = [request["messages"][-1]["content"] for request in server.requests]
    assert sent == [f"{text} ." for text in pasted]


def test_a_paste_is_text_and_never_a_key(tmp_path: Path) -> None:
    """Control characters after an escape, long enough for a parser to give up looking for the end of the sequence."""
    (tmp_path / "config.toml").touch()
    with talker(Plan()) as server, _app(server, tmp_path) as terminal:
        terminal.paste("begin \x1b\r\x11" + "x" * 40 + "\x11 \x1b end")
        terminal.wait_for(lambda t: "end" in "".join(t.lines[-5:]))
        assert server.requests == []
        terminal.send("!")
        terminal.wait_for(lambda t: "end!" in "".join(t.lines[-5:]))


def test_an_answer_on_the_command_line_does_not_drive_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "config.toml").touch()
    plan = Plan(Say(("A\x1b[2J\x1b]0;owned\x07 \x9b2J\u202e Z",)))
    with talker(plan) as server:
        own = ["--url", server.url, "--config", str(tmp_path / "config.toml"), "--data-dir", str(tmp_path / "data")]
        command = [sys.executable, "-m", "tui_chat", "ask", *own, "hello"]
        with Terminal(command, size=SIZE, home=tmp_path) as terminal:
            assert terminal.wait_for_exit() == 0
            assert "A␛[2J" in terminal.text
            left = re.sub(rb"\x1b\[(\d+A|J|[\d;]*m)", b"", terminal.raw)  # it takes lines back and draws them laid out
            assert not {0x1B, 0x07} & set(left)
            assert "\u202e" not in terminal.raw.decode()
            assert "\x9b" not in terminal.raw.decode()


def test_titles_in_the_library_do_not_drive_the_terminal(tmp_path: Path) -> None:
    """A prompt becomes the title of its conversation, and a file brings one of its own."""
    bad = "T1\n\x1b]0;owned\x07\x1b[8m \x9b2J\u202e [@click=app.quit]T2[/] T3"
    (tmp_path / "config.toml").touch()
    library = Library(tmp_path / "data")
    library.open().now()
    library.create(talk(("hello", "there"), id="0abc111111111", title=bad)).now()
    library.close().now()
    with talker(Plan()) as server, _app(server, tmp_path) as terminal:
        terminal.wait_for_text("ready")
        begin = complete_length(terminal.raw)
        terminal.press("ctrl+o")
        terminal.wait_for_text("enter open")
        terminal.wait_for_text("T3")
        terminal.wait_for_silence(QUIET_S)
        raw = _written_since(begin, terminal)
        assert problems(raw, SIZE) == []
        never = [b"\x1b]0;owned".hex(), b"\x1b[8m".hex(), "\u202e".encode().hex()]
        assert list(forbidden(raw, never)) == []
        assert "T1⏎␛]0;owned␇␛[8m" in terminal.text
        assert "[@click=app.quit]T2[/]" in terminal.text
