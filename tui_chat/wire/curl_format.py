"""Formats a request as a curl command for a POSIX shell, without its key."""

from __future__ import annotations

from tui_chat.wire.entra import scope_for
from tui_chat.wire.masking import Secrets
from tui_chat.wire.request import Request, authentication
from tui_chat.wire.resolve_endpoint import Endpoint

_FETCH = "az account get-access-token --resource {} --query accessToken --output tsv"


def show(request: Request, endpoint: Endpoint, secrets: Secrets, variable: str = "API_KEY") -> str:
    """The request as a POSIX shell command, with the key as `$VARIABLE`, or the command that fetches a token. Other
    secrets are masked."""
    fetched = f"$({_FETCH.format((endpoint.scope or scope_for(endpoint.url)).removesuffix('/.default'))})"
    shown = fetched if endpoint.auth == "entra" else f"${variable}"
    own = {name.lower() for name in authentication(endpoint)}
    lines = [f"curl --no-buffer {_quote(secrets.mask_shown(request.url))}"]
    for name, value in request.headers:
        if name.lower() in own and name not in endpoint.headers and endpoint.key:
            lines.append(f'-H "{name}: {value.replace(endpoint.key, shown)}"')
        elif name.lower() != "accept-encoding":
            header = f"{secrets.mask_shown(name)}: {secrets.mask_header(name, value, sent=True)}"
            lines.append(f"-H {_quote(header)}")
    lines.append(f"--data-binary {_quote(secrets.mask_body(request.fields))}")
    return " \\\n  ".join(lines)


def _quote(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"
