"""Checks one endpoint step by step until the first failure. Steps hold no key; callers print them."""

from __future__ import annotations

import asyncio
import os
import socket
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import astuple, replace
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import urlsplit

from tui_chat.client.api_key import KeySource, SignIn, key_source
from tui_chat.client.backend import Backend
from tui_chat.client.certificates import context
from tui_chat.client.connection_failure import failure, timeout_connecting, timeout_securing
from tui_chat.client.http_backend import HttpBackend
from tui_chat.client.proxy import display, proxy_for
from tui_chat.core import event as ev
from tui_chat.core.endpoint import EndpointConfig
from tui_chat.core.filter_wording import unchecked_words
from tui_chat.core.message import ErrorKind, Message, Outcome, ServerError, is_blank
from tui_chat.core.quick_dataclass import dataclass
from tui_chat.core.reply import Reply
from tui_chat.core.request_secrets import secret_values
from tui_chat.core.settings import Settings
from tui_chat.wire.errors.next_step import WITHOUT_SETTINGS
from tui_chat.wire.masking import Secrets
from tui_chat.wire.resolve_endpoint import Endpoint, resolve

StepName = Literal[
    "address",
    "sign_in",
    "dns",
    "tcp",
    "tls",
    "proxy",
    "authentication",
    "model",
    "first_token",
    "answer",
    "filter",
    "file",
    "process",
]
"""`answer` is reported only if it was interrupted. Behind a `proxy`, `tls` is reported only if it fails. `file` and
`process` belong to the built-in model, which has no network."""

MOST_TOKENS = 32
MOST_NAMES = 6
"""Names of models that are given in place of one that is not there."""
PROMPT = (Message("user", "Say hello."),)
SLOW_S = 10.0
"""Seconds to the first token above which the wait is explained."""

SLOW = "The model may have been starting, or the server is busy: check again. If it stays slow, raise first_token."
SILENT = "Check that the model's name is right, and that the url leads to a chat-completions endpoint."
CLOCK = "By the clock of this machine the token has ended already: check its date and time."
PLAIN = "Nothing of your settings was sent: check body, headers and dialect of the endpoint in config.toml."
BREAKS = "Try again; if it happens again, look for the server's log, or for a proxy before it that ends answers early."


@dataclass(frozen=True, slots=True)
class CheckStep:
    """One check. `ok` None: not applicable or unknown, and `detail` says why. `error` is set on failure.

    `advice` is the next step after a check that passed with reservations.
    """

    name: StepName
    ok: bool | None
    detail: str
    seconds: float = 0.0
    error: ServerError | None = None
    advice: str | None = None

    @property
    def took(self) -> str:
        """`12 ms`."""
        return f"{self.seconds * 1000:.0f} ms" if self.seconds < 10 else f"{self.seconds:.0f} s"


async def examine(
    config: EndpointConfig, keys: KeySource | None = None, environ: Mapping[str, str] | None = None
) -> AsyncGenerator[CheckStep, None]:
    """Yield the steps in order; the first that fails is the last. Sends one request, for a few tokens.

    No step contains a secret of the endpoint or the proxy.
    """
    environ = os.environ if environ is None else environ
    keys = keys or key_source(config, environ)
    if isinstance(keys, SignIn):
        address, signing = _address(config, None, 0.0), await _signed_in(keys)
        for step in (address, signing) if address.ok else (address,):
            yield step
            if not step.ok:
                return
    start = _now()
    key = await keys.get()
    endpoint = key if isinstance(key, ServerError) else resolve(config, key)
    if isinstance(endpoint, ServerError) or not isinstance(keys, SignIn):
        yield _address(config, key, _now() - start)
    if isinstance(endpoint, ServerError):
        return
    proxy = proxy_for(endpoint.url, environ)
    if isinstance(proxy, ServerError):
        yield CheckStep("tcp", False, proxy.message, error=proxy)
        return
    secrets = endpoint.secrets | Secrets(secret_values(url=proxy or ""))
    async with aclosing(_network(endpoint, proxy)) as steps:
        async for step in steps:
            yield secrets.mask_values(step)
            if step.ok is False:
                return
    backend = HttpBackend(config, keys, environ=environ)
    try:
        async with aclosing(asked(backend)) as steps:
            async for step in steps:
                if proxy is not None and step.name != "proxy":
                    yield _let_through(display(proxy), step)
                proxy = None
                yield await _naming_others(step, backend) if step.name == "model" else step
    finally:
        await backend.aclose()


async def _naming_others(step: CheckStep, backend: HttpBackend) -> CheckStep:
    """A model that is not there with the names that the server lists."""
    if step.error is None or step.error.kind is not ErrorKind.NOT_FOUND:
        return step
    found = await backend.models()
    names = [model.id for model in found if not model.deployable] if isinstance(found, tuple) else []
    if not names:
        return step
    more = f" and {len(names) - MOST_NAMES} more" if len(names) > MOST_NAMES else ""
    hint = f"{step.error.hint or ''} The server lists {', '.join(names[:MOST_NAMES])}{more}."
    return replace(step, error=replace(step.error, hint=hint.strip()))


def _let_through(proxy: str, first: CheckStep) -> CheckStep:
    """Whether a proxy leads to the server, by the first step of the request."""
    lost = (ErrorKind.CONNECTION, ErrorKind.TIMEOUT)
    reached = first.ok or (first.error is not None and first.error.kind not in lost)
    said = f"{proxy} lets the request through" if reached else f"not known: no answer came through {proxy}"
    return CheckStep("proxy", True if reached else None, said)


def _address(config: EndpointConfig, key: str | ServerError | None, seconds: float) -> CheckStep:
    endpoint = key if isinstance(key, ServerError) else resolve(config, key)
    if isinstance(endpoint, ServerError):
        return CheckStep("address", False, endpoint.message, seconds, endpoint)
    signs_in = "a token of Entra ID" if endpoint.auth == "entra" else None
    sent = signs_in or (f"key sent as {endpoint.auth}" if endpoint.key else "no key")
    url = endpoint.secrets.mask_shown(endpoint.url)
    return CheckStep("address", True, f"{url} ({endpoint.dialect}, {sent})", seconds)


async def _signed_in(keys: SignIn) -> CheckStep:
    """Who is signed in, where and until when, according to the token; never the token itself."""
    start = _now()
    got = await keys.get()
    if isinstance(got, ServerError):
        return CheckStep("sign_in", False, got.message, _now() - start, got)
    known = keys.signed_in
    if known is None:
        return CheckStep("sign_in", None, "no token is needed", _now() - start)
    (who, tenant, audience), expires = astuple(known[0]), known[1]
    where = f" in the tenant {tenant}" if tenant else ""
    target = f", for {audience}" if audience else ""
    detail = f"{who or 'somebody whom the token does not name'}{where} until {_clock_time(expires)}{target}"
    shown = Secrets(frozenset({got or ""} - {""})).mask_shown(detail, ids=(tenant or "",))
    return CheckStep("sign_in", True, shown, _now() - start, advice=CLOCK if expires <= time.time() else None)


def _clock_time(moment: float) -> str:
    """A moment in local time, with its date if that is another day."""
    local = datetime.fromtimestamp(moment, UTC).astimezone()
    return local.strftime("%H:%M" if local.date() == datetime.now().astimezone().date() else "%Y-%m-%d %H:%M")


async def _network(endpoint: Endpoint, proxy: str | None) -> AsyncGenerator[CheckStep, None]:
    """DNS, TCP and TLS of the endpoint, or of its proxy, which does the rest out of sight."""
    target = urlsplit(proxy or endpoint.url)
    host = target.hostname or ""
    port = target.port or (443 if target.scheme == "https" else 80)
    via = f"proxy {display(proxy)}: " if proxy else ""
    step, found = await _resolved(endpoint, host, port, via)
    yield step
    if not step.ok:
        return
    yield await _connected(endpoint, proxy, found, port, via)
    if proxy:
        return
    if endpoint.url.startswith("https:"):
        yield await _secured(endpoint, host, port)
    else:
        yield CheckStep("tls", None, "not encrypted (http)")


async def _resolved(endpoint: Endpoint, host: str, port: int, via: str) -> tuple[CheckStep, str]:
    start = _now()
    try:
        async with asyncio.timeout(endpoint.timeouts.connect):
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        error = ServerError(
            ErrorKind.CONNECTION,
            f"{via}The host {host} was not found.",
            hint="Check its spelling in the url, and that this machine is online.",
        )
        return CheckStep("dns", False, error.message, _now() - start, error), ""
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    return CheckStep("dns", True, via + ", ".join(addresses[:4]), _now() - start), addresses[0]


async def _connected(endpoint: Endpoint, proxy: str | None, address: str, port: int, via: str) -> CheckStep:
    import httpx

    start = _now()
    try:
        async with asyncio.timeout(endpoint.timeouts.connect):
            _, writer = await asyncio.open_connection(address, port)
    except TimeoutError:
        error = timeout_connecting(proxy or endpoint.url)
    except OSError as problem:
        wrapped = httpx.ConnectError("")
        wrapped.__cause__ = problem
        error = failure(wrapped, endpoint.url, proxy).error
    else:
        writer.close()
        await writer.wait_closed()
        return CheckStep("tcp", True, f"{via}port {port}", _now() - start)
    return CheckStep("tcp", False, error.message, _now() - start, error)


async def _secured(endpoint: Endpoint, host: str, port: int) -> CheckStep:
    start = _now()
    trust = await asyncio.to_thread(context, endpoint.ca_file)
    if isinstance(trust, ServerError):
        return CheckStep("tls", False, trust.message, _now() - start, trust)
    try:
        async with asyncio.timeout(endpoint.timeouts.connect):
            _, writer = await asyncio.open_connection(host, port, ssl=trust, server_hostname=host)
    except TimeoutError:
        error = timeout_securing(endpoint.url)
    except OSError as problem:  # ssl.SSLError is one
        error = failure(problem, endpoint.url).error
    else:
        version = writer.get_extra_info("ssl_object").version()
        writer.transport.abort()
        return CheckStep("tls", True, str(version), _now() - start)
    return CheckStep("tls", False, error.message, _now() - start, error)


async def asked(backend: Backend) -> AsyncGenerator[CheckStep, None]:
    """The steps of one short request, each as soon as it is known; a failure belongs to the step it is about."""
    reply, start, given = Reply(), _now(), 0
    async with aclosing(backend.answer(PROMPT, Settings(max_tokens=MOST_TOKENS))) as events:
        async for event in events:
            reply.feed(event)
            known = _known_from(event)
            for step in _passed(reply, _now() - start, backend.model)[given:known]:
                yield step
            given = max(given, known)
    for step in _ended(reply, _now() - start, given, backend.model):
        yield step


def _known_from(event: ev.Event) -> int:
    """How many steps of `_passed` this event proves. A 2xx alone proves none: a login page returns one too."""
    match event:
        case ev.TextDelta() | ev.ReasoningDelta() | ev.RefusalDelta() | ev.ToolCallDelta():
            return 3
        case ev.Started(model=str()) | ev.Judged() | ev.UsageReported() | ev.Finished():
            return 1
        case _:
            return 0


def _passed(reply: Reply, seconds: float, model: str | None) -> list[CheckStep]:
    unnamed = f"{model} is not named in the answer" if model else "the answer names none"
    slow = seconds >= SLOW_S
    answers = f"the server answers, but its first token took {seconds:.0f} s" if slow else "the server answers"
    return [
        CheckStep("authentication", True, "accepted", seconds),
        CheckStep("model", True, reply.model or unnamed, seconds),
        CheckStep("first_token", True, answers, seconds, advice=SLOW if slow else _routed(reply)),
    ]


def _routed(reply: Reply) -> str | None:
    """The note about another route of this server, which the configuration should name."""
    told = next((note for note in reply.notes if "from now on" in note), None)
    return f"{told[0].upper()}{told[1:]}." if told else None


def _ended(reply: Reply, seconds: float, given: int, model: str | None) -> list[CheckStep]:
    """The remaining steps at the end of the answer; `given` steps were reported already."""
    steps, error = _passed(reply, seconds, model), reply.error
    if error is None or error.kind is ErrorKind.FILTERED:
        if not (_said(reply) or reply.verdicts or error):
            error = ServerError(ErrorKind.PROTOCOL, "The server answered without any text.", hint=SILENT)
        elif reply.outcome is Outcome.INCOMPLETE:
            error = ServerError(ErrorKind.PROTOCOL, "The answer broke off: the server did not end it.", hint=BREAKS)
        else:
            return [*steps[given:], _filter(reply)]
    if error.hint == WITHOUT_SETTINGS:
        error = replace(error, hint=PLAIN)
    match error.kind:
        case ErrorKind.PROXY | ErrorKind.TLS if not given:
            name: StepName = "proxy" if error.kind is ErrorKind.PROXY else "tls"
            return [CheckStep(name, False, error.message, seconds, error)]
        case ErrorKind.AUTH | ErrorKind.PERMISSION | ErrorKind.CONFIGURATION:
            at = 0
        case ErrorKind.NOT_FOUND:
            at = 1
        case _:
            at = 2
    if max(at, given) >= len(steps):
        return [CheckStep("answer", False, error.message, seconds, error)]
    at = max(at, given)
    before = steps[given:at] if _accepts(error) else [_unknown(step) for step in steps[given:at]]
    return [*before, replace(steps[at], ok=False, detail=error.message, error=error, advice=None)]


def _said(reply: Reply) -> bool:
    return not all(map(is_blank, (reply.text, reply.reasoning, reply.refusal)))


def _accepts(error: ServerError) -> bool:
    """Whether this failure shows that the key was accepted: the service itself processed the request."""
    if error.kind in (ErrorKind.FILTERED, ErrorKind.CONTEXT_LENGTH):
        return True
    looked = (ErrorKind.QUOTA, ErrorKind.RATE_LIMIT, ErrorKind.BAD_REQUEST, ErrorKind.NOT_FOUND)
    return error.kind in looked and error.code is not None


def _unknown(step: CheckStep) -> CheckStep:
    return replace(step, ok=None, detail="not known: no request got that far", advice=None)


def _filter(reply: Reply) -> CheckStep:
    match reply.filter:
        case "none":
            return CheckStep("filter", None, "the server says nothing of a content filter")
        case "not_run":
            return CheckStep("filter", None, "the server says that its filter did not run")
        case word:
            unchecked = unchecked_words(reply.verdicts)
            said = f"present, {len(reply.verdicts)} categories: {word}"
            return CheckStep("filter", True, f"{said}; {unchecked}" if unchecked else said)


def _now() -> float:
    return asyncio.get_running_loop().time()
