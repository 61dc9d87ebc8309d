"""Explains failures of TLS: certificates that expired or are not trusted, and servers that do not speak it."""

from __future__ import annotations

import ssl

from tui_chat.core.message import ErrorKind, ServerError

_CERTIFICATE = {
    10: "has expired",
    9: "is not valid yet",
    18: "is signed by itself",
    19: "is signed by a self-signed authority that is not trusted here",
    20: "is signed by an authority that is not trusted here",
    21: "is signed by an authority that is not trusted here",
    62: "was issued for another host",
    64: "was issued for another address",
}


_UNTRUSTED = (
    "If you trust it, name the certificate or its authority (that of a company's proxy, for instance) as ca_file of the"
    " endpoint."
)
_CLOCK = "Check the date and time of this machine; if they are right, the server's owner has to renew the certificate."
_HOST = (
    "Check the host in the url: the certificate is for another name, and a ca_file does not help. A network that wants"
    " a sign-in first answers like this, too: open any web page in a browser."
)
_CERTIFICATE_HINTS = {9: _CLOCK, 10: _CLOCK, 62: _HOST, 64: _HOST}


def tls_error(problem: ssl.SSLError, where: str) -> ServerError:
    """What went wrong with a certificate or with TLS itself. `where`: host and port."""
    if isinstance(problem, ssl.SSLCertVerificationError):
        reason = _CERTIFICATE.get(problem.verify_code, "was not accepted")
        return ServerError(
            ErrorKind.TLS,
            f"The certificate of {where} {reason}.",
            hint=_CERTIFICATE_HINTS.get(problem.verify_code, _UNTRUSTED),
        )
    if problem.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"):
        return ServerError(
            ErrorKind.TLS,
            f"{where} does not speak TLS.",
            hint="Begin the url with http:// if the server is meant to be asked without encryption.",
        )
    if "CERTIFICATE_REQUIRED" in (problem.reason or ""):
        return ServerError(
            ErrorKind.TLS,
            f"{where} asks for a client certificate, which tui-chat cannot present.",
            hint="Ask who runs the server for an address that takes a key alone.",
        )
    return ServerError(
        ErrorKind.TLS,
        f"No secure connection to {where} could be made.",
        hint="Check the port, and that the server offers TLS 1.2 or newer.",
    )
