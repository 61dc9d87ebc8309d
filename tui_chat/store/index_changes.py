"""Updates the full-text index with turns that were added, changed or removed."""

from __future__ import annotations

from sqlite3 import Connection

_STATEMENTS = (
    """
    INSERT INTO words (words, rowid, text) SELECT 'delete', row,
        CASE WHEN row < (SELECT below FROM indexing) THEN old
             WHEN row < (SELECT below FROM indexing_marks) THEN segmented_with_marks(CAST(old AS BLOB))
             ELSE segmented(CAST(old AS BLOB)) END
    FROM unindexed WHERE old IS NOT NULL
    """,
    """
    INSERT INTO words (rowid, text) SELECT turns.row,
        CASE WHEN turns.row < (SELECT below FROM indexing) THEN text
             WHEN turns.row < (SELECT below FROM indexing_marks) THEN segmented_with_marks(CAST(text AS BLOB))
             ELSE segmented(CAST(text AS BLOB)) END
    FROM unindexed JOIN turns ON turns.row = unindexed.row
    """,
    "DELETE FROM unindexed",
)


def index_changes(connection: Connection) -> None:
    """Call it in a transaction. Costs nothing if nothing has changed."""
    if connection.execute("SELECT 1 FROM unindexed LIMIT 1").fetchone() is None:
        return
    for statement in _STATEMENTS:
        connection.execute(statement)
