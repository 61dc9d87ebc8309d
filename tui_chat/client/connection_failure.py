"""Explains connection failures in plain words. The exception's own text is never shown: it may contain a key."""

from __future__ import annotations

import errno
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from tui_chat.client.tls_failure import tls_error
from tui_chat.core.message import ErrorKind, ServerError
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.wire.address import is_loopback
from tui_chat.wire.errors.next_step_by_service import PROXY_LOGIN

PROXY_VARIABLES = "Check the proxy variables of the environment, or put the endpoint's host into NO_PROXY."


_WAITING = (ssl.SSLWantReadError, ssl.SSLWantWriteError)
"""Not failures of their own: what was being waited for when the connection broke."""


@dataclass(frozen=True, slots=True)
class Failure:
    """`retry`: another attempt may help, because nothing was answered and the request itself is fine."""

    error: ServerError
    retry: bool = False


def failure(problem: BaseException, url: str, proxy: str | None = None, *, answered: bool = False) -> Failure:
    """Explain an exception of httpx, ssl or the sockets. `answered`: the response had begun."""
    import httpx

    causes = list(_causes(problem))
    where = _where(url)
    if tls := next((c for c in causes if isinstance(c, ssl.SSLError) and not isinstance(c, _WAITING)), None):
        return Failure(tls_error(tls, where))
    if isinstance(problem, httpx.ProxyError):
        return Failure(_proxy(proxy or "", "refused to connect to the endpoint", str(problem)))
    if isinstance(problem, (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError, UnicodeError)):
        return Failure(
            ServerError(
                ErrorKind.CONFIGURATION,
                f"The request to {where} cannot be sent as it is configured.",
                hint="Check url, headers and key of the endpoint.",
            )
        )
    if isinstance(problem, (httpx.ConnectTimeout, httpx.ConnectError)):
        return _unconnected(causes, url, proxy, timed_out=isinstance(problem, httpx.ConnectTimeout))
    if isinstance(problem, httpx.TimeoutException):
        return Failure(ServerError(ErrorKind.TIMEOUT, f"{where} did not answer in time.", hint=_AGAIN))
    return _lost(problem, where, answered=answered, plain=url.startswith("http:"))


_AGAIN = "Try again; if it happens again, check the network and the server."


_AGAIN_IN_CLEAR = (
    "Try again; if it happens again, look at the server, or begin the url with https:// if it is meant to be asked over"
    " TLS."
)
_ENCRYPTED = "Check the port, and begin the url with https:// if the server is meant to be asked over TLS."


def _lost(problem: BaseException, where: str, *, answered: bool, plain: bool) -> Failure:
    import httpx

    text = str(problem)
    if isinstance(problem, httpx.RemoteProtocolError) and not ("disconnected" in text or "closed" in text):
        error = ServerError(
            ErrorKind.PROTOCOL,
            f"{where} answered with something that is not HTTP.",
            hint=_ENCRYPTED if plain else "Check the port and the scheme of the url.",
        )
        return Failure(error)
    state = "broke off in the middle of the answer" if answered else "was closed before an answer arrived"
    hint = _ENCRYPTED if plain and where.endswith(":443") else _AGAIN_IN_CLEAR if plain and not answered else _AGAIN
    return Failure(ServerError(ErrorKind.CONNECTION, f"The connection to {where} {state}.", hint=hint), retry=True)


def _unconnected(causes: list[BaseException], url: str, proxy: str | None, *, timed_out: bool) -> Failure:
    if proxy is not None:
        return Failure(_proxy(proxy, "cannot be reached", ""))
    where, host = _where(url), urlsplit(url).hostname or ""
    if any(isinstance(c, (socket.gaierror, UnicodeError)) for c in causes):
        return Failure(
            ServerError(
                ErrorKind.CONNECTION,
                f"The host {host} was not found.",
                hint="Check its spelling in the url, and that this machine is online.",
            )
        )
    if timed_out:
        return Failure(timeout_connecting(url), retry=True)
    if any(isinstance(c, ConnectionRefusedError) for c in causes):
        step = "Start the server" if is_loopback(host) else "Check that the server runs"
        error = ServerError(ErrorKind.CONNECTION, f"Nothing listens at {where}.", hint=f"{step}, and check the port.")
        return Failure(error, retry=True)
    unreachable = {errno.ENETUNREACH, errno.EHOSTUNREACH}
    gone = any(isinstance(c, OSError) and c.errno in unreachable for c in causes)
    reason = "there is no way to it from this network" if gone else "the connection failed"
    error = ServerError(ErrorKind.CONNECTION, f"{where} could not be reached: {reason}.", hint=_AGAIN)
    return Failure(error, retry=True)


def timeout_connecting(url: str) -> ServerError:
    """Our own deadline for connecting has passed."""
    return ServerError(
        ErrorKind.TIMEOUT,
        f"Connecting to {_where(url)} timed out.",
        hint="Check the url, the network, and whether a proxy or VPN is needed.",
    )


def timeout_securing(url: str) -> ServerError:
    """The port is open, but the TLS handshake did not finish before our own deadline."""
    return ServerError(
        ErrorKind.TIMEOUT,
        f"{_where(url)} accepted the connection and then went silent: it did not begin TLS in time.",
        hint="Check the port: something that does not speak https may listen there, or a firewall drops what follows.",
    )


def _proxy(proxy: str, what: str, said: str) -> ServerError:
    from tui_chat.client.proxy import display

    denied = "407" in said
    return ServerError(
        ErrorKind.PROXY,
        f"The proxy {display(proxy)} {'asks for a user name and password' if denied else what}.",
        status=407 if denied else None,
        hint=PROXY_LOGIN if denied else PROXY_VARIABLES,
    )


def _where(url: str) -> str:
    parts = urlsplit(url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname
    return f"{host}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


def _causes(problem: BaseException, depth: int = 8) -> Iterator[BaseException]:
    """The exception and everything that led to it; connecting to several addresses fails with a group."""
    if depth < 0:
        return
    yield problem
    inner = problem.exceptions if isinstance(problem, BaseExceptionGroup) else ()
    for cause in (problem.__cause__, problem.__context__, *inner):
        if cause is not None:
            yield from _causes(cause, depth - 1)
