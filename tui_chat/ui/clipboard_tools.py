"""The clipboard programs: which of them can work here, and the order in which they are tried."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tui_chat.core.quick_dataclass import dataclass

Which = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class ClipboardTool:
    """A program that takes the text on its standard input. `said` is what is true once it has taken it."""

    command: tuple[str, ...]
    said: str
    encoding: str = "utf-8"


WAYLAND = ClipboardTool(("wl-copy",), "copied with wl-copy")
XCLIP = ClipboardTool(("xclip", "-selection", "clipboard", "-in"), "copied with xclip")
XSEL = ClipboardTool(("xsel", "--clipboard", "--input"), "copied with xsel")
MAC = ClipboardTool(("pbcopy",), "copied with pbcopy")
WINDOWS = ClipboardTool(("clip.exe",), "copied with clip.exe", "utf-16-le")
POWERSHELL = ClipboardTool(
    (
        "powershell.exe", "-NoProfile", "-NonInteractive", "-Command",
        "[Console]::InputEncoding = [Text.Encoding]::UTF8; Set-Clipboard -Value ([Console]::In.ReadToEnd())",
    ),
    "copied with powershell.exe",
)  # fmt: skip
TMUX = ClipboardTool(
    ("tmux", "load-buffer", "-w", "-"), "copied into tmux's buffer and sent on to the terminal's clipboard"
)
"""tmux ignores OSC 52 from programs unless `set-clipboard on` is set; text given to tmux itself it passes on."""

OLD_TMUX = ClipboardTool(("tmux", "load-buffer", "-"), "copied into tmux's buffer: prefix ] pastes it")
"""tmux before 3.2 does not know -w."""


def tools(environ: Mapping[str, str], platform: str, which: Which) -> list[ClipboardTool]:
    """What can be tried, best first. `platform` is `sys.platform`; `which` finds a program.

    Through SSH this machine's own clipboard is not the one of the person who looks at the screen: only a display that
    was forwarded leads there.
    """
    found = [tool for tool in _wanted(environ, platform) if which(tool.command[0])]
    if environ.get("TMUX") and which("tmux"):
        found += [TMUX, OLD_TMUX]
    return found


def _wanted(environ: Mapping[str, str], platform: str) -> Sequence[ClipboardTool]:
    far = bool(environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"))
    display = environ.get("DISPLAY", "")
    wanted: list[ClipboardTool] = []
    if not far and platform == "darwin":
        wanted.append(MAC)
    if not far and (platform in ("win32", "cygwin") or environ.get("WSL_DISTRO_NAME")):
        wanted += [WINDOWS, POWERSHELL]
    if not far and environ.get("WAYLAND_DISPLAY"):
        wanted.append(WAYLAND)
    # ssh -X names a display on this side of the tunnel; a local one starts with a colon.
    if display and (not far or not display.startswith(":")):
        wanted += [XCLIP, XSEL]
    return wanted


def no_terminal_clipboard(environ: Mapping[str, str]) -> str | None:
    """Why the terminal cannot be asked to copy (OSC 52); None if it may be able to."""
    term = environ.get("TERM", "")
    if environ.get("STY"):
        return "screen does not pass a copy on to the terminal"
    if term in ("linux", "vt100", "vt220"):
        return "this terminal has no clipboard"
    return None
