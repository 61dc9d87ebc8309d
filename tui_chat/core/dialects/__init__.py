"""The dialects: what each kind of server accepts. One file per dialect, each with a `DIALECT`.

A new dialect is one new file: nothing lists them.
"""

from __future__ import annotations

from collections.abc import Mapping

from tui_chat.core.dialects.rules import Host, Rules
from tui_chat.core.module_registry import one_per_file

FALLBACK = "compatible"
"""The dialect of a server that no other dialect claims."""


def table() -> Mapping[str, Rules]:
    """Name → rules, from all files in this folder."""
    return {rules.name: rules for rules in one_per_file(__name__, __path__, "DIALECT")}


def rules_for(dialect: str, url: str) -> Rules:
    """The rules of the server at this address. Raises KeyError for an unknown dialect."""
    rules = table()[dialect]
    return rules.at(url) if rules.at is not None else rules


def find(host: str, port: int | None, *, local: bool) -> tuple[Rules, Host]:
    """The rules for a host: the longest suffix wins, so GitHub's models are not taken for Azure's; else the
    fallback."""
    best: tuple[Rules, Host] | None = None
    known = table()
    for rules in known.values():
        for row in rules.hosts:
            if _fits(row, host, port, local=local) and (best is None or len(row.suffix) > len(best[1].suffix)):
                best = (rules, row)
    return best or (known[FALLBACK], Host(""))


def _fits(row: Host, host: str, port: int | None, *, local: bool) -> bool:
    if row.suffix:
        return host == row.suffix or host.endswith("." + row.suffix)
    return local and port == row.port
