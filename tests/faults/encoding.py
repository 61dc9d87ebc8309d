"""Bodies that are compressed, mislabelled or no text at all."""

from __future__ import annotations

import gzip
import zlib

from tests.faults.fault import Fault
from tests.faults.server import DONE, HELLO, Script, Wire, data, text
from tui_chat.core.message import ErrorKind, Outcome

NAME = "encoding"
JOINED = b"".join(HELLO)


def coded(body: bytes, encoding: str, *, content_type: str = "text/event-stream", cut: int = 5) -> Script:
    async def script(wire: Wire) -> None:
        while await wire.request() is not None:
            pieces = [body[i : i + cut] for i in range(0, len(body), cut)]
            await wire.stream(*pieces, content_encoding=encoding, content_type=content_type)

    return script


def raw_deflate(body: bytes) -> bytes:
    made = zlib.compressobj(wbits=-15)
    return made.compress(body) + made.flush()


async def bomb(wire: Wire) -> None:
    """Some hundred KB that hold hundreds of MB."""
    await wire.request()
    packed = gzip.compress(text("Hi")) + gzip.compress(b":" * (1 << 20) + b"\n") * 400
    await wire.stream(packed, content_encoding="gzip")


async def gzip_error(wire: Wire) -> None:
    await wire.request()
    body = gzip.compress(b'{"error": {"message": "Not today.", "code": "no"}}')
    await wire.reply(400, body, content_encoding="gzip", content_type="application/json")


CASES = [
    Fault(NAME, "gzip", coded(gzip.compress(JOINED), "gzip"), Outcome.COMPLETE, "Hello world"),
    Fault(
        NAME,
        "gzip_members",
        coded(b"".join(gzip.compress(p) for p in HELLO), "x-gzip"),
        Outcome.COMPLETE,
        "Hello world",
    ),
    Fault(NAME, "deflate", coded(zlib.compress(JOINED), "deflate"), Outcome.COMPLETE, "Hello world"),
    Fault(NAME, "raw_deflate", coded(raw_deflate(JOINED), "deflate"), Outcome.COMPLETE, "Hello world"),
    Fault(NAME, "bomb", bomb, Outcome.INCOMPLETE, "Hi", ErrorKind.TOO_LARGE, within=6),
    Fault(NAME, "unknown", coded(JOINED, "br"), Outcome.FAILED, kind=ErrorKind.PROTOCOL),
    Fault(NAME, "damaged", coded(zlib.compress(text("Hello")) + b"", "gzip"), Outcome.FAILED, kind=ErrorKind.PROTOCOL),
    Fault(NAME, "cut_gzip", coded(gzip.compress(JOINED)[:-30], "gzip", cut=1), Outcome.INCOMPLETE),
    Fault(
        NAME,
        "gzip_error",
        gzip_error,
        Outcome.FAILED,
        kind=ErrorKind.BAD_REQUEST,
        also=lambda r, _: r.error is not None and r.error.message == "Not today.",
    ),
    Fault(
        NAME,
        "false_charset",
        coded(b"".join((text("Grüße", "stop"), DONE)), "", content_type="Text/Event-Stream; charset=utf-16"),
        Outcome.COMPLETE,
        "Grüße",
    ),
    Fault(
        NAME,
        "no_utf_8",
        coded(b'data: {"choices":[{"delta":{"content":"a\xff\xfeb"},"finish_reason":"stop"}]}\n\n', ""),
        Outcome.COMPLETE,
        "a��b",
    ),
    Fault(
        NAME,
        "half_a_pair",
        coded(
            data(rb'{"choices":[{"delta":{"content":"\ud83c"}}]}')
            + data(rb'{"choices":[{"delta":{"content":"\udf89!"},"finish_reason":"stop"}]}'),
            "",
        ),
        Outcome.COMPLETE,
        "🎉!",
    ),
    Fault(
        NAME,
        "lonely_half",
        coded(data(rb'{"choices":[{"delta":{"content":"x\ud83c"},"finish_reason":"stop"}]}'), ""),
        Outcome.COMPLETE,
        "x�",
    ),
]
