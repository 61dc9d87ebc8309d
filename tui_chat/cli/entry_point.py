"""Entry and exit of the process. No Python traceback reaches a user.

It is tui-chat's first code to run, so it imports little.
"""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import threading

    from tui_chat.cli.options import Options

INTERRUPTED = 130
FAILED = 1
OUTPUT_FAILS = (errno.EBADF, errno.EFBIG, errno.EIO, errno.ENOSPC)
"""Errors of writing to standard output. Writers of our own files catch theirs."""

Command = Callable[["Options"], int]


def run_guarded(parse: Callable[[], Options], load: Callable[[str], Command], at_end: Callable[[], None]) -> int:
    """Parse the arguments, load the command and run it; returns its exit code, or the one for what went wrong.

    `at_end` is called when only the buffers are left to be flushed.
    """
    try:
        code = _run(parse, load)
        at_end()
    except KeyboardInterrupt:  # wherever it came, were it where another error was dealt with
        at_end()
        code = INTERRUPTED
    except SystemExit as error:
        at_end()
        raise SystemExit(_flushed(_code_of(error))) from None
    return _flushed(code)


def _run(parse: Callable[[], Options], load: Callable[[str], Command]) -> int:
    options: Options | None = None
    try:
        try:
            _open_standard_streams()
            options = parse()
            command = load(options.command)
            _keep_quiet(options)
        finally:
            _take_ctrl_c()
        return command(options)
    except (SystemExit, KeyboardInterrupt):
        raise
    except BrokenPipeError:
        return 0
    except BaseException as error:
        return _failed(error, options)


def folder_for_reports(options: Options | None) -> Path | None:
    """The folder for bug reports; None if nothing may be written."""
    from tui_chat.store.paths import find_paths

    if options is None:
        return find_paths(None, None, os.environ).data
    return None if options.private else find_paths(options.config, options.data_dir, os.environ).data


Report = Callable[[BaseException, Callable[[str], str]], str]


def report_for(options: Options | None) -> Report:
    """A function that formats a bug report with secrets masked. Never raises: it is the last thing that can go
    wrong."""

    def report(error: BaseException, mask: Callable[[str], str]) -> str:
        try:
            from tui_chat.cli.crash_report import tell_crash

            try:
                folder = folder_for_reports(options)
            except Exception:  # the working folder is gone, or there is no home
                folder = Path(os.devnull)
            return tell_crash(error, folder, mask)
        except Exception:
            return (
                f"tui-chat has met a bug ({type(error).__name__}) and had to close. It could not be reported in full."
            )

    return report


def _mask(text: str) -> str:
    from tui_chat.core.recognize_api_keys import mask_keys

    return mask_keys(text)


def _failed(error: BaseException, options: Options | None) -> int:
    if isinstance(error, OSError) and error.errno in OUTPUT_FAILS and error.filename is None:
        from tui_chat.cli.output import cannot_write, quiet

        _say(f"tui-chat: {cannot_write(error)}")
        quiet(sys.stdout)
    elif isinstance(error, FileNotFoundError) and not _has_working_folder():
        _say("tui-chat: The current folder no longer exists. Change to another one (cd ~) and start tui-chat again.")
    else:
        _say(report_for(options)(error, _mask))
    return FAILED


def _has_working_folder() -> bool:
    try:
        os.getcwd()  # noqa: PTH109 - loading pathlib's class for it would do the same
    except OSError:
        return False
    return True


def _take_ctrl_c() -> None:
    """From here on ctrl+c raises Python's exception; while modules were loaded it ended the process at once."""
    with contextlib.suppress(ValueError):  # not in the main thread
        if signal.getsignal(signal.SIGINT) not in (signal.SIG_IGN, signal.SIG_DFL):
            signal.signal(signal.SIGINT, signal.default_int_handler)


def _open_standard_streams() -> None:
    """Give a closed standard stream (`>&-`) a descriptor that fails on writing.

    Otherwise the next opened file would get its number: the library, and output would be printed into it.
    """
    if None not in (sys.stdin, sys.stdout, sys.stderr):
        return
    for number, name, flags in ((0, "stdin", os.O_RDONLY), (1, "stdout", os.O_RDONLY), (2, "stderr", os.O_RDWR)):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, flags)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            mode = "r" if number == 0 else "w"
            stream = open(number, mode, encoding="utf-8", errors="replace", closefd=False)  # noqa: SIM115
            setattr(sys, name, stream)
            setattr(sys, f"__{name}__", stream)


def _keep_quiet(options: Options) -> None:
    """Silence Python's reports of errors that a user cannot act on, while it runs and while it ends."""
    from tui_chat.core.late_modules import SELDOM_USED, postponed

    with postponed(SELDOM_USED):
        import logging
        import threading

    report = report_for(options)

    def in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            _say(report(args.exc_value, _mask))

    logging.lastResort = None
    threading.excepthook = in_thread
    sys.unraisablehook = _ignore


def _ignore(_: Any) -> None:
    return


def _flushed(code: int) -> int:
    """Flush the buffers: at the interpreter's exit a failure would be reported in Python's words."""
    from tui_chat.cli.output import cannot_write, note, quiet

    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            quiet(stream)
        except (OSError, ValueError) as error:
            quiet(stream)
            if stream is sys.stdout and isinstance(error, OSError):
                note(cannot_write(error))
                code = code or FAILED
    return code


def _say(words: str) -> None:
    with contextlib.suppress(OSError, ValueError):
        print(words, file=sys.stderr)


def _code_of(error: SystemExit) -> int:
    if error.code is None or isinstance(error.code, int):
        return error.code or 0
    _say(str(error.code))
    return FAILED
