"""A request → a curl command for a POSIX shell, without its key."""

from __future__ import annotations

from tui_chat.wire.endpoint import Endpoint
from tui_chat.wire.request import Request, authentication
from tui_chat.wire.secret import MASK, mask, mask_header


def show(request: Request, endpoint: Endpoint, variable: str = "API_KEY") -> str:
    """The request as a command for a POSIX shell, with the key as `$VARIABLE`. Other secrets are masked."""
    secrets = [endpoint.key] if endpoint.key else []
    own = {name.lower() for name in authentication(endpoint)}
    lines = [f"curl {_quote(mask(request.url, secrets))}"]
    for name, value in request.headers:
        if name.lower() in own and name not in endpoint.headers and endpoint.key:
            lines.append(f'-H "{name}: {value.replace(endpoint.key, f"${variable}")}"')
        elif name.lower() != "accept-encoding":
            lines.append(f"-H {_quote(f'{name}: {mask_header(name, value, secrets)}')}")
    lines.append(f"--data-binary {_quote(_masked(request.body.decode(), secrets))}")
    return " \\\n  ".join(["curl --no-buffer" + lines[0].removeprefix("curl"), *lines[1:]])


def _masked(body: str, secrets: list[str]) -> str:
    for secret in secrets:
        body = body.replace(secret, MASK)
    return body


def _quote(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
