"""Chooses the certificates to trust: the user's `ca_file`, else the system's store."""

from __future__ import annotations

import ssl
from pathlib import Path

from tui_chat.core.message import ErrorKind, ServerError
from tui_chat.regular_file import MIB, read_regular_file

MAX_BYTES = 4 * MIB
"""All certificate authorities of a system take less than one."""


def context(ca_file: str | None) -> ssl.SSLContext | ServerError:
    """A context that verifies names and certificates, or what is wrong with the file.

    `truststore` asks macOS and Windows themselves, and knows where Linux distributions keep their certificates, which a
    separately installed Python often does not.
    """
    if ca_file is not None:
        return _from_file(ca_file)
    import truststore

    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _from_file(ca_file: str) -> ssl.SSLContext | ServerError:
    path = Path(ca_file)
    try:
        path = path.expanduser()
        # Handed over as text: given the name, OpenSSL itself would open whatever is there, and wait for it.
        # Comments between the certificates may be in any encoding.
        certificates = read_regular_file(path, MAX_BYTES).decode("ascii", "ignore")
        # Given an empty text, the module would quietly load the system's store.
        if "-----BEGIN" in certificates:
            return ssl.create_default_context(cadata=certificates)
        reason = "holds no certificate in PEM form"
    except FileNotFoundError:
        reason = "does not exist"
    except ssl.SSLError:
        reason = "holds no certificate in PEM form"
    except OSError as problem:
        reason = f"cannot be read ({problem.strerror})"
    except RuntimeError:
        reason = "names the home folder of a user who does not exist"
    return ServerError(
        ErrorKind.CONFIGURATION,
        f"The ca_file {path} {reason}.",
        hint="Name a file with your certificate authority in PEM form, or leave ca_file out.",
    )
