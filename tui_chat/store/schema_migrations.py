"""The tables of the library, and the migrations between their versions."""

from __future__ import annotations

APPLICATION_ID = 0x7475_6963
"""In the file's header ("tuic"): distinguishes a library from any other SQLite file."""

# `row` gives the order in which turns were added; FTS5 and `pieces` refer to it. A parent is checked when a turn is
# added and not by a foreign key, which would need one more index on the largest table.
# The pieces of a running answer are rows of their own: adding to `turns.text` would rewrite the answer each time, and
# bring the full-text index up to date with it.
_V1 = """
CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    created TEXT NOT NULL,
    updated INTEGER NOT NULL,
    settings TEXT NOT NULL,
    head TEXT
) WITHOUT ROWID;
CREATE INDEX conversations_updated ON conversations (updated, id);

CREATE TABLE turns (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    id TEXT NOT NULL,
    parent TEXT,
    role TEXT NOT NULL,
    text TEXT NOT NULL,
    reasoning TEXT NOT NULL,
    refusal TEXT NOT NULL,
    created TEXT NOT NULL,
    outcome TEXT,
    finish_reason TEXT,
    verdicts TEXT,
    not_run TEXT,
    usage TEXT,
    settings TEXT,
    model TEXT,
    endpoint TEXT,
    request_id TEXT,
    error TEXT,
    timing TEXT,
    sent INTEGER,
    UNIQUE (conversation, id)
);

CREATE TABLE pieces (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    turn INTEGER NOT NULL REFERENCES turns (row) ON DELETE CASCADE,
    text TEXT NOT NULL,
    reasoning TEXT NOT NULL
);
CREATE INDEX pieces_turn ON pieces (turn);

CREATE VIRTUAL TABLE words USING fts5 (text, content = 'turns', content_rowid = 'row', tokenize = 'unicode61');
CREATE TRIGGER turns_added AFTER INSERT ON turns BEGIN
    INSERT INTO words (rowid, text) VALUES (new.row, new.text);
END;
CREATE TRIGGER turns_removed AFTER DELETE ON turns BEGIN
    INSERT INTO words (words, rowid, text) VALUES ('delete', old.row, old.text);
END;
CREATE TRIGGER turns_changed AFTER UPDATE OF text ON turns WHEN old.text IS NOT new.text BEGIN
    INSERT INTO words (words, rowid, text) VALUES ('delete', old.row, old.text);
    INSERT INTO words (rowid, text) VALUES (new.row, new.text);
END;
"""

_V2 = """
ALTER TABLE turns ADD COLUMN withdrawn INTEGER;
"""

# What is in the prompt and was not sent. A conversation without a turn has none of its own: its draft has the id "".
_V3 = """
CREATE TABLE drafts (conversation TEXT PRIMARY KEY, text TEXT NOT NULL) WITHOUT ROWID;
"""

# An answer's sources as JSON; NULL where it has none.
_V4 = """
ALTER TABLE turns ADD COLUMN citations TEXT;
"""

# When a conversation was deleted, in microseconds; NULL while it is not. It keeps its rows until it is purged.
_V5 = """
ALTER TABLE conversations ADD COLUMN deleted INTEGER;
CREATE INDEX conversations_deleted ON conversations (deleted) WHERE deleted IS NOT NULL;
"""

# The files that go with prompts. What they hold is kept once, whatever it is called, for as long as a turn refers to
# it, or a prompt that is not sent yet; `added` (seconds since 1970) keeps what was attached a moment ago.
_V6 = """
CREATE TABLE files (sha256 TEXT PRIMARY KEY, added INTEGER NOT NULL, data BLOB NOT NULL);
CREATE TABLE attachments (
    conversation TEXT NOT NULL,
    turn TEXT NOT NULL,
    place INTEGER NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (conversation, turn, place),
    FOREIGN KEY (conversation, turn) REFERENCES turns (conversation, id) ON DELETE CASCADE
) WITHOUT ROWID;
CREATE INDEX attachments_sha256 ON attachments (sha256);
CREATE TRIGGER attachments_removed AFTER DELETE ON attachments BEGIN
    DELETE FROM files WHERE sha256 = old.sha256
        AND NOT EXISTS (SELECT 1 FROM attachments WHERE sha256 = old.sha256)
        AND NOT EXISTS (SELECT 1 FROM drafts WHERE instr(text, old.sha256));
END;
"""

# When a conversation was pinned or archived, in microseconds; NULL while it is not. Its tags, in lower case.
# The index gets texts as `segmented` makes them (store/search_terms.py). Turns from `below` downwards still have to be
# brought to that form, which is done in slices after the start: making the index new here would keep a large library
# shut for minutes. Without a row in `indexing` all is done.
# The triggers only note which turns have changed, and the text that the index has of them (NULL: none), so that other
# programs can write here, too: they have no `segmented`. Each transaction of ours brings the index up to date.
_V7 = """
ALTER TABLE conversations ADD COLUMN pinned INTEGER;
ALTER TABLE conversations ADD COLUMN archived INTEGER;
CREATE TABLE tags (
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    tag TEXT NOT NULL,
    PRIMARY KEY (conversation, tag)
) WITHOUT ROWID;
CREATE INDEX tags_tag ON tags (tag, conversation);

CREATE INDEX turns_not_complete ON turns (outcome) WHERE outcome <> 'complete';

CREATE TABLE indexing (below INTEGER NOT NULL);
INSERT INTO indexing (below) SELECT row + 1 FROM turns ORDER BY row DESC LIMIT 1;

CREATE TABLE unindexed (row INTEGER PRIMARY KEY, old TEXT);
DROP TRIGGER turns_added;
DROP TRIGGER turns_removed;
DROP TRIGGER turns_changed;
CREATE TRIGGER turns_added AFTER INSERT ON turns BEGIN
    INSERT OR IGNORE INTO unindexed (row) VALUES (new.row);
END;
CREATE TRIGGER turns_removed AFTER DELETE ON turns BEGIN
    INSERT OR IGNORE INTO unindexed (row, old) VALUES (old.row, old.text);
END;
CREATE TRIGGER turns_changed AFTER UPDATE OF text ON turns WHEN old.text IS NOT new.text BEGIN
    INSERT OR IGNORE INTO unindexed (row, old) VALUES (old.row, old.text);
END;
"""

# The name of the branch that a turn begins. A deleted branch leaves `turns`, so that no list, search or count needs to
# know of it: its turns are kept here as in the portable file, with their places, and `head` is what was shown of it.
_V8 = """
ALTER TABLE turns ADD COLUMN name TEXT;
CREATE TABLE deleted_branches (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    conversation TEXT NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
    deleted INTEGER NOT NULL,
    head TEXT,
    turns TEXT NOT NULL
);
CREATE INDEX deleted_branches_conversation ON deleted_branches (conversation, row);
"""

# Signs that may be written or not are left out of the index (store/search_terms.py): turns from `below` downwards still
# have them there. As with `indexing`, and after it, they are brought to that form in slices.
_V9 = """
CREATE TABLE indexing_marks (below INTEGER NOT NULL);
INSERT INTO indexing_marks (below) SELECT row + 1 FROM turns ORDER BY row DESC LIMIT 1;
"""

MIGRATIONS: tuple[str, ...] = (_V1, _V2, _V3, _V4, _V5, _V6, _V7, _V8, _V9)
"""Step n leads from version n to n + 1; `PRAGMA user_version` holds a file's version. Steps are only ever added."""


def statements(script: str) -> list[str]:
    """The single statements of a script: `executescript` would commit in between, but a step must be all or nothing."""
    from sqlite3 import complete_statement

    found: list[str] = []
    pending = ""
    for line in script.splitlines():
        pending += line + "\n"
        if line.rstrip().endswith(";") and complete_statement(pending):
            found.append(pending.strip())
            pending = ""
    return found
