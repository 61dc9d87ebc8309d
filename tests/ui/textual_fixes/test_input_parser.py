"""From bytes to events: what each sequence means, and that it means the same wherever it is cut."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest
from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.message import Message

from tui_chat.core.escape_delay import LOCAL_S
from tui_chat.ui.textual_fixes.input_parser import InputParser

PASTE = "\x1b[200~{}\x1b[201~".format


class Terminal:
    """A parser and its time, which passes only when a test says so; then the parser is asked what the silence means."""

    def __init__(self, **more: float) -> None:
        self.now = 100.0
        self._parser = InputParser(clock=lambda: self.now, **more)  # type: ignore[arg-type]  # both are numbers
        self.seen: list[str] = []

    def send(self, data: str | bytes) -> None:
        self.seen += map(shown, self._parser.feed(data if isinstance(data, bytes) else data.encode()))

    def wait(self, seconds: float) -> None:
        end = self.now + seconds
        while (due := self._parser.wait_s(3600)) < 3600 and self.now + due <= end:
            self.now += due + 1e-6
            self.seen += map(shown, self._parser.tick())
        self.now = max(self.now, end)

    def rest(self) -> list[str]:
        self.wait(60)
        return self.seen


def shown(message: Message) -> str:
    """A key by its name, with what it types where that is another thing; a paste by its text."""
    match message:
        case events.Key(key=key, character=None):
            return f"<{key}>"
        case events.Key(key=key, character=str(char)):
            return f"<{key}>" if len(key) > 1 and not char.isprintable() else char
        case events.Paste(text=text):
            return PASTE(text)
        case events.MouseEvent():
            return f"{type(message).__name__} {message.button} {message.x:g},{message.y:g}"
        case events.Resize():
            return f"{message.size.width}x{message.size.height}"
        case _:
            return type(message).__name__


def heard(*reads: str | bytes, pause: float = 0.0, **more: float) -> list[str]:
    terminal = Terminal(**more)
    for number, read in enumerate(reads):
        if number:
            terminal.wait(pause)
        terminal.send(read)
    return terminal.rest()


def keys(text: str) -> list[str]:
    return text.split()


KEYS = {
    # Characters
    "aé你🎉e\u0301-": "a é 你 🎉 e \u0301 -",
    "\r\t\x7f\x03": "<enter> <tab> <backspace> <ctrl+c>",
    # xterm, the Linux console, rxvt, tmux
    "\x1b[A\x1bOB\x1b[H\x1b[4~": "<up> <down> <home> <end>",
    "\x1bOP\x1b[[B\x1b[13~\x1b[15~": "<f1> <f2> <f3> <f5>",
    "\x1b[1;5A\x1b[1;3D\x1b[1;2C\x1b[3;5~": "<ctrl+up> <alt+left> <shift+right> <ctrl+delete>",
    "\x1b[3$\x1b[3^\x1b[a\x1bOa\x1b[7$": "<shift+delete> <ctrl+delete> <shift+up> <ctrl+up> <shift+home>",
    "\x1bO5P\x1b[1;5R\x1b[1;2S": "<ctrl+f1> <ctrl+f3> <shift+f4>",
    "\x1b[1;7q\x1b[Z\x1b\t": "<alt+ctrl+1> <shift+tab> <shift+tab>",
    # Alt as a leading escape
    "\x1ba\x1bA\x1b\r\x1bé\x1b,\x1b\x7f": "<alt+a> <alt+shift+a> <alt+enter> <alt+é> <alt+comma> <ctrl+w>",
    "\x1b\n\x1b\x1bOM\x1b[13;3u\x1b[13;131u\x1b[27;3;13~\x1b[57414;3u": "<alt+enter> " * 6,
    "\x1bb\x1b[1;3D\x1b\x1b[D\x1b\x1bOD": "<ctrl+left> <alt+left> <alt+left> <alt+left>",
    "\x1bf\x1b[1;3C\x1b\x1b[C\x1b\x1bOC": "<ctrl+right> <alt+right> <alt+right> <alt+right>",
    "\x1bd\x1b[100;3u\x1b[27;3;100~": "<alt+d> <alt+d> <alt+d>",
    "\x1b\x7f\x1b\x08\x1b[127;3u\x1b[27;3;127~": "<ctrl+w> <alt+backspace> <alt+backspace> <alt+backspace>",
    "\x1b[3;3~\x1b\x1b[3~": "<alt+delete> <alt+delete>",
    "\x1b\x1b[A\x1b\x1bOC\x1b\x1b[3~": "<alt+up> <alt+right> <alt+delete>",
    "\x1b\x1b": "<escape> <escape>",
    "\x1b\x1b\x1b": "<escape> <escape> <escape>",
    "\x1b\x1bx": "<escape> <alt+x>",
    # modifyOtherKeys
    "\x1b[27;5;13~\x1b[27;2;13~\x1b[27;6;65~\x1b[27;2;33~": "<ctrl+enter> <shift+enter> <ctrl+shift+a> !",
    # kitty: pressed, repeated, let go
    "\x1b[97u\x1b[97;1:1u\x1b[97;1:2u\x1b[97;1:3u": "a a a",
    "\x1b[1;1:1A\x1b[1;1:2A\x1b[1;1:3A\x1b[1;5:3A\x1b[3;1:3~\x1b[3;1:2~": "<up> <up> <delete>",
    "\x1b[1;1:3P\x1b[13;1:3u\x1b[57441;2u\x1b[57441;1:3u\x1b[57358;1u": "",
    # kitty: alternate keys, text, modifiers with the locks
    "\x1b[97:65;2u\x1b[97:65:97;2:1u\x1b[1092::97;5u\x1b[49:33;2u": "A A <ctrl+ф> !",
    "\x1b[97;;229u\x1b[97;2;65u\x1b[97;3;229u\x1b[0;;20320:22909u": "å A å 你 好",
    "\x1b[97;65u\x1b[97;66u\x1b[97;129u\x1b[97;69u\x1b[13;129u": "A a a <ctrl+a> <enter>",
    "\x1b[13u\x1b[27u\x1b[127u": "<enter> <escape> <backspace>",
    "\x1b[91;5u\x1b[27;5;91~\x1b[91;3u": "<escape> <escape> <alt+left_square_bracket>",
    "\x1b[9;2u\x1b[13;2u\x1b[13;3u": "<shift+tab> <shift+enter> <alt+enter>",
    "\x1b[57400;129;49u\x1b[57400u\x1b[57414u\x1b[57417u\x1b[57409u": "1 1 <enter> <left> .",
    "\x1b[109;5u\x1b[105;5u\x1b[113;7;64u\x1b[99;9u": "<ctrl+m> <ctrl+i> @ <super+c>",
    # kitty, but not as it should be
    "\x1b[;;;u\x1b[1114112u\x1b[55296u\x1b[97;;7u\x1b[99999999999;5u\x1b[u\x1b[97;1:9:9:9u": "a a",
    # Answers of the terminal
    "\x1b[?62;22c\x1b[>0;276;0c\x1b[=1c\x1b[0n\x1b[?997;1n\x1b[?1u\x1b[?25u": "",
    "\x1b[8;24;80t\x1b[4;600;800t\x1b[12;40R\x1b[1;1R\x1b[1;40R\x1b[?1;2R\x1b[2;1;1;112;112;1;0x": "",
    "\x1b]11;rgb:0000/0000/0000\x1b\\\x1b]10;rgb:ff/ff/ff\x07\x1b]4;1;rgb:f/f/f\x9c": "TerminalBackground",
    "\x1b]52;c;aGVsbG8=\x1b\\\x1b]52;c;!\x07\x1b]l titel\x1b\\\x1b]Lä\x1b\\": "",
    "\x1bP>|XTerm(370)\x1b\\\x1bP1$r0m\x1b\\\x1bP0+r\x1b\\\x1bP!|7E7E\x1b\\": "",
    "\x1b_Gi=31;OK\x1b\\\x1b_Gi=1;ENOENT: no file\x1b\\": "",
    "\x1b[?2026;2$y\x1b[?2026;0$y\x1b[4;2$y": "TerminalSupportsSynchronizedOutput",
    "\x1b[48;24;80;480;800t\x1b[48;24;80;0;0t\x1b[48;0;0;0;0t": "80x24 80x24",
    "\x1b[I\x1b[O": "AppFocus AppBlur",
    # Nothing that anybody knows
    "\x1b[<u\x1b[99~\x1b[1;2;3;4Z\x1b[?x\x1b[ q": "",
}
MOUSE = {
    "\x1b[<0;10;20M\x1b[<0;10;20m": ["MouseDown 1 9,19", "MouseUp 1 9,19"],
    "\x1b[<35;3;4M\x1b[<64;1;1M\x1b[<65;1;1M": ["MouseMove 0 2,3", "MouseScrollUp 0 0,0", "MouseScrollDown 0 0,0"],
    "\x1b[<32;NaN;NaNM\x1b[<0;-5;3M\x1b[<128;1;1M\x1b[<99999;1;1M\x1b[<0;1M\x1b[32;NaN;-InfinityM": [],
    "\x1b[32;10;20M\x1b[35;10;20M": ["MouseDown 1 9,19", "MouseUp 1 9,19"],
    "\x1b[M *4\x1b[M#*4\x1b[M`!!": ["MouseDown 1 9,19", "MouseUp 1 9,19", "MouseScrollUp 0 0,0"],
    "\x1b[M \x00\x00": [],
}
PASTES = {
    PASTE("a\x1b[31mb\r\nc\x11\ufdd0\td"): [PASTE("a\x1b[31mb\r\nc\x11\ufdd0\td")],
    PASTE(PASTE("x")) + "y": [PASTE("\x1b[200~x"), "y"],
    PASTE("\x1b") + PASTE("\x1b[20"): [PASTE("\x1b"), PASTE("\x1b[20")],
    PASTE("") + "z": ["z"],
    PASTE("a\x00b"): [PASTE("ab")],
    "\x1b" + PASTE("x"): ["<escape>", PASTE("x")],
}
CASES = [
    *((sent, keys(expected)) for sent, expected in KEYS.items()),
    *MOUSE.items(),
    *PASTES.items(),
]


@pytest.mark.parametrize(("sent", "expected"), CASES)
def test_each_sequence_has_its_meaning(sent: str, expected: list[str]) -> None:
    assert heard(sent) == expected


@pytest.mark.parametrize(("sent", "expected"), CASES)
def test_every_cut_gives_the_same(sent: str, expected: list[str]) -> None:
    data = sent.encode()
    assert heard(*(bytes([byte]) for byte in data), pause=LOCAL_S / 2) == expected
    for cut in range(len(data)):
        assert heard(data[:cut], data[cut:], pause=LOCAL_S / 2) == expected
        if not _ends_in_escape_key(data[:cut]):
            assert heard(data[:cut], data[cut:], pause=LOCAL_S * 9) == expected, data[:cut]


def _ends_in_escape_key(data: bytes) -> bool:
    """Whether a pause here makes the last byte an escape key: it is no part of a string or a paste."""
    inside = max(map(data.rfind, (b"\x1b[200~", b"\x1b]", b"\x1bP", b"\x1b_")))
    over = max(data.rfind(end) for end in (b"\x1b[201~", b"\x1b\\", b"\x07", b"\x9c"))
    return data.endswith(b"\x1b") and inside <= over


def test_random_streams_in_random_pieces() -> None:
    dice = random.Random(1)
    pieces = [sent.encode() for sent, _ in CASES if "\r" not in sent]
    for _ in range(300):
        data = b"".join(dice.choice(pieces) for _ in range(3)) + bytes(
            dice.choice(b"\xff\xc3\x9c\x1b[O]PM0;:") for _ in range(4)
        )
        cuts = sorted(dice.randrange(len(data)) for _ in range(4))
        parts = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)], strict=True)]
        assert heard(*parts, pause=0.01) == heard(data), parts


def test_any_bytes_at_all() -> None:
    dice = random.Random(2)
    for _ in range(500):
        heard(
            *(
                bytes(dice.choice(b"\x1b[[O]P_<0123;:9MmuRt~$y\x00\x07\\\r\xe4\xbd") for _ in range(12))
                for _ in range(2)
            )
        )


def test_the_keys_that_textual_knows_are_still_known() -> None:
    unknown = [s for s, value in ANSI_SEQUENCES_KEYS.items() if isinstance(value, (tuple, str)) and not heard(s)]
    assert unknown == []


def test_a_cut_character_does_not_end_the_text() -> None:
    assert heard(b"a\xe4", b"\xbd\xa0x", pause=3) == ["a", "你", "x"]
    assert heard(b"a\xe4\x1b[A\xbdx") == ["a", "\ufffd", "<up>", "\ufffd", "x"]


# Time


REPORTS = {
    "\x1b[I": ["AppFocus"],
    "\x1b[O": ["AppBlur"],
    "\x1b[<35;10;10M": ["MouseMove 0 9,9"],
    "\x1b[M#!!": ["MouseUp 1 0,0"],
    "\x1b[48;24;80;0;0t": ["80x24"],
    "\x1b]11;rgb:0000/0000/0000\x07": ["TerminalBackground"],
    "\x1b[10;20R": [],
}


@pytest.mark.parametrize("report", REPORTS)
def test_no_report_of_the_terminal_takes_the_escape_before_it(report: str) -> None:
    """As when a key is struck while the pointer moves, or the window is changed right behind it."""
    for reads in ([f"\x1b{report}"], ["\x1b", report], [f"x\x1b{report[:2]}", report[2:]]):
        found = heard(*reads, pause=LOCAL_S / 2)
        assert found[found.index("<escape>") :] == ["<escape>", *REPORTS[report]]


def test_keys_right_before_the_escape_leave_it_alone() -> None:
    for before in ("x", "\x1b[A", "\x1b[Z", "\r", "\x1bc"):
        assert heard(f"{before}\x1b")[-1] == "<escape>"
        assert heard(before, "\x1b", pause=LOCAL_S / 2)[-1] == "<escape>"


def test_escape_alone_acts_after_the_time_that_was_set() -> None:
    for escape_s in (0.01, 0.1, 0.5):
        terminal = Terminal(escape_s=escape_s)
        terminal.send("\x1b")
        terminal.wait(escape_s * 0.9)
        assert terminal.seen == []
        terminal.wait(escape_s * 0.2)
        assert terminal.seen == ["<escape>"]


def test_the_rest_of_a_sequence_is_awaited_longer_where_the_line_is_slow() -> None:
    assert heard("\x1b", "[A", pause=0.15, escape_s=0.5) == ["<up>"]
    assert heard("\x1b", "[A", pause=0.15, escape_s=0.1) == ["<escape>", "<up>"]


def test_what_waits_to_be_read_has_come_in_time() -> None:
    """On a busy machine the rest of a sequence is read late: it counts when it came, not when it is looked at."""
    terminal = Terminal()
    terminal.send("\x1b")
    terminal.now += 5
    terminal.send("[A")
    assert terminal.seen == ["<up>"]


@pytest.mark.parametrize(
    ("rest", "keys_of_it"),
    [
        ("[A", ["<up>"]),
        ("[1;3B\x1b[A", ["<alt+down>", "<up>"]),
        ("[<0;10;10M", ["MouseDown 1 9,9"]),
        ("[M !!", ["MouseDown 1 0,0"]),
        ("[I", ["AppFocus"]),
        ("[57441;1:3u", []),
        ("[>41;370;0c", []),
        ("[[A", ["<f1>"]),
        ("]11;rgb:ffff/ffff/ffff\x1b\\", ["TerminalBackground"]),
        ("P>|XTerm(370)\x1b\\", []),
        ("_Gi=1;OK\x1b\\", []),
        ("[200~quit\x11\x1b[201~", [PASTE("quit\x11")]),
    ],
)
def test_the_rest_of_a_sequence_that_comes_too_late_is_not_typed(rest: str, keys_of_it: list[str]) -> None:
    assert heard("\x1b", rest, pause=0.5) == ["<escape>", *keys_of_it]


@pytest.mark.parametrize("typed", ["[", "[x", "[link](address)", "OK", "b", "]", "[1] see", "Paris", "[A]"])
def test_what_is_typed_or_pasted_behind_the_escape_key_is_text(typed: str) -> None:
    if typed == "[x":
        assert heard("\x1b", *typed, pause=0.2) == ["<escape>", *typed]
    else:
        assert heard("\x1b", typed, pause=0.2) == ["<escape>", *typed]
    assert heard("\x1b", typed, pause=2) == ["<escape>", *typed]


@pytest.mark.parametrize("begun", ["\x1b]11;rgb:", "\x1bP1$r", "\x1b_Gi=1", "\x1b[1;", "\x1b]52;c;" + "A" * 100_000])
def test_what_never_ends_does_not_swallow_typing(begun: str) -> None:
    terminal = Terminal()
    terminal.send(begun)
    terminal.wait(2)
    terminal.send("typed\r")
    assert terminal.rest() == [*"typed", "<enter>"]


def test_typing_right_after_an_answer_without_an_end_comes_back() -> None:
    assert heard("\x1b]11;rgb:", *"ab\r", pause=0.3) == ["a", "b", "<enter>"]
    terminal = Terminal()
    terminal.send("\x1b]11;rgb:")
    for _ in range(60):
        terminal.wait(0.2)
        terminal.send("x")
    assert terminal.rest() == ["x"] * 60


def test_typing_after_an_alt_key_that_could_begin_a_string() -> None:
    assert heard("\x1b]", *"hello\r", pause=0.2) == ["<alt+right_square_bracket>", *"hello", "<enter>"]
    assert heard("\x1bPrint\r") == ["<alt+shift+p>", *"rint", "<enter>"]
    assert heard("\x1b[") == ["<alt+left_square_bracket>"]


def test_a_paste_whose_end_is_lost_is_given_out() -> None:
    assert heard("\x1b[200~text", "more", pause=4) == [PASTE("textmore")]
    assert heard("\x1b[200~text", "\x03", pause=6) == [PASTE("text"), "<ctrl+c>"]


def test_a_paste_without_an_end_takes_no_keys_for_ever() -> None:
    """Were no pause among them ever as long as the silence that ends it."""
    terminal = Terminal()
    terminal.send("\x1b[200~" + "text" * 100)
    for _ in range(20):
        terminal.wait(3)
        terminal.send("\x11")
    assert terminal.rest()[-10:] == ["<ctrl+q>"] * 10


def test_a_long_paste_over_a_slow_line_is_one() -> None:
    text = "abcd" * 500
    reads = [text[start : start + 40] for start in range(0, len(text), 40)]
    assert heard("\x1b[200~", *reads, "\x1b[201~", pause=1) == [PASTE(text)]


# Lines without bracketed paste


def _typed(*reads: str, pause: float = 0.01) -> list[str]:
    return heard(*reads, pause=pause)


LINES: dict[str, tuple[list[str], list[str]]] = {
    "three lines": (["line one\rline two\rline three\r"], [PASTE("line one\nline two\nline three\n")]),
    "line ends of Windows": (["a\r\nb\r\n"], [PASTE("a\nb\n")]),
    "line ends of Unix, a tab": (["a\n\n\tb"], [PASTE("a\n\n\tb")]),
    "no keys inside": (["a\rb\x11\rc"], [PASTE("a\nb\x11\nc")]),
    "a key after it": (["a\rb\x1b[A"], [PASTE("a\nb"), "<up>"]),
    "with the mouse": (["a\rb", "\x1b[<35;3;4M", "c\r"], ["MouseMove 0 2,3", PASTE("a\nbc\n")]),
    "in several reads": (["a\rb", "c\r", "d\r"], [PASTE("a\nbc\nd\n")]),
    "enter": (["\r"], ["<enter>"]),
    "enter twice": (["\r\r"], ["<enter>", "<enter>"]),
    "typed fast": (["hi\r"], ["h", "i", "<enter>"]),
    "typed with a key before": (["\x0ehi\r"], ["<ctrl+n>", "h", "i", "<enter>"]),
    "typed with keys between": (["a\r\x0eb\r\x0f"], ["a", "<enter>", "<ctrl+n>", "b", "<enter>", "<ctrl+o>"]),
    "alt and enter": (["a\x1b\rb"], ["a", "<alt+enter>", "b"]),
    "a long line and enter": (["long " * 20 + "\r"], [PASTE("long " * 20), "<enter>"]),
    "a key held down": (["j" * 200], ["j"] * 200),
}


@pytest.mark.parametrize("name", LINES)
def test_lines_that_come_at_once_are_a_paste(name: str) -> None:
    reads, expected = LINES[name]
    assert _typed(*reads) == expected


def test_enter_after_a_pause_is_a_key() -> None:
    assert heard("a\rb", "\r", pause=0.3) == [PASTE("a\nb"), "<enter>"]


@pytest.mark.parametrize("size", [4096, 4095, 1000, 100])
def test_a_paste_of_many_reads_is_one(size: int) -> None:
    text = "".join(f"line {n}\r" for n in range(3000))
    reads = [text[at : at + size] for at in range(0, len(text), size)]
    assert _typed(*reads) == [PASTE(text.replace("\r", "\n"))]


def test_what_was_typed_before_single_keys_were_on() -> None:
    """There the terminal makes a line feed of enter. After it, a line feed is ctrl+j."""
    assert heard("\x0ehi\n", "\n", pause=0.3, typed_ahead=4) == ["<ctrl+n>", "h", "i", "<enter>", "<ctrl+j>"]


def test_a_large_paste_costs_little() -> None:
    text = "0123456789abcde\r" * 65_536
    data = PASTE(text).encode()
    reads: Iterable[bytes] = (data[at : at + 4096] for at in range(0, len(data), 4096))
    assert heard(*reads) == [PASTE(text)]
