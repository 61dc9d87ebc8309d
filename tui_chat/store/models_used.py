"""The models that answered recently."""

from __future__ import annotations

from tui_chat.store.database import Database
from tui_chat.store.value_repair import as_text

LOOKED_AT = 500
"""Number of the newest turns that are read, however large the library."""


def models_used(db: Database) -> list[tuple[str, str]]:
    """(endpoint, model as it named itself), most recent first."""
    sql = (
        "SELECT endpoint, model FROM"
        " (SELECT endpoint, model, role, row FROM turns ORDER BY row DESC LIMIT ?)"
        " WHERE role = 'assistant' AND endpoint <> '' AND model <> '' GROUP BY endpoint, model ORDER BY max(row) DESC"
    )
    return [(as_text(endpoint), as_text(model)) for endpoint, model in db.rows(sql, LOOKED_AT)]
