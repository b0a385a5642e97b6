-- Clear columns hold states, times, sizes and digests; whatever is of a person is sealed.
-- Times are microseconds since 1970 in UTC.

CREATE TABLE terminal_key (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    sealed  BLOB NOT NULL  -- opens only with the key that sealed the entries
) STRICT;

CREATE TABLE entry (
    sequence         INTEGER PRIMARY KEY AUTOINCREMENT,
    id               TEXT NOT NULL UNIQUE,
    kind             TEXT NOT NULL CHECK (kind IN ('application', 'rating')),
    application_id   TEXT NOT NULL,
    state            TEXT NOT NULL CHECK (
                         state IN ('kept', 'sending', 'unsure', 'delivered', 'refused', 'held')),
    attempts         INTEGER NOT NULL DEFAULT 0,
    kept_at          INTEGER NOT NULL,
    next_attempt     INTEGER NOT NULL,
    settled_at       INTEGER,
    fault            INTEGER,
    platform_number  TEXT,
    body_digest      TEXT NOT NULL,
    body             BLOB NOT NULL,  -- sealed
    wrapped_key      BLOB NOT NULL
) STRICT;

CREATE INDEX entry_due ON entry (state, next_attempt);

CREATE TABLE page (
    entry_id  TEXT NOT NULL REFERENCES entry (id) ON DELETE CASCADE,
    position  INTEGER NOT NULL,
    digest    TEXT NOT NULL,
    length    INTEGER NOT NULL,
    file      TEXT NOT NULL UNIQUE,  -- below pages/, sealed
    PRIMARY KEY (entry_id, digest)
) STRICT;
