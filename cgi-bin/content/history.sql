-- history.sql: the archive, history.db: every text of every guide and question that was published, and every change of a
-- region's addresses. It lies beside the snapshot and outlives it: a citation ("/q/17?r=2") must answer for ever, also
-- after the snapshot was lost. Written by `vhod publish` alone (content/history.c), rows are only ever added, and no page
-- is made from it: what pages need of it is copied into the snapshot.
--
-- The chain: an entry's digest is the SHA-256 of the digest of the entry before ("" before the first) and of all its
-- columns here, of entry, then revision, then address, each as "LENGTH:TEXT" in bytes, or "-" for NULL, joined by
-- newlines. So whatever is changed, taken out or put in later breaks it, and `vhod publish` refuses to go on.
--
-- Conventions as in directory/schema.sql.

PRAGMA application_id = 1986555748; -- "vhod" in ASCII: tells this file from any other database
PRAGMA user_version = 1;

CREATE TABLE entry (              -- one thing that a publish changed
    number INTEGER PRIMARY KEY CHECK (number > 0), -- 1, 2, 3, … without a gap
    published TEXT NOT NULL,      -- UTC time of the publish: 2026-11-21T08:15:00Z
    baseline INTEGER NOT NULL CHECK (baseline IN (0, 1)), -- 1: was there when the archive began; no change
    digest TEXT NOT NULL UNIQUE CHECK (length(digest) = 64)
) STRICT;

CREATE TABLE revision (           -- a text of a guide or question; its entry says when it was published
    entry INTEGER PRIMARY KEY REFERENCES entry,
    article TEXT NOT NULL,        -- 'epos-link', 'q/17'
    number INTEGER NOT NULL CHECK (number > 0), -- what ?r= names
    title TEXT NOT NULL,
    short TEXT NOT NULL,
    retired TEXT,                 -- date, if this text says that the article is retired
    source TEXT NOT NULL,         -- the file, whole: metadata and Markdown
    source_digest TEXT NOT NULL CHECK (length(source_digest) = 64), -- SHA-256 of source
    UNIQUE (article, number)
) STRICT;

CREATE TABLE address (            -- a region or an address that came, changed or went
    entry INTEGER PRIMARY KEY REFERENCES entry,
    subject TEXT NOT NULL CHECK (subject IN ('region', 'login', 'former', 'federal')),
    owner TEXT NOT NULL,          -- region's iso; federal: the portal's id
    id TEXT NOT NULL,             -- of the section in the owner's file: 'schools'; '' for a region itself
    change TEXT NOT NULL CHECK (change IN ('added', 'changed', 'removed')),
    title TEXT,                   -- what it is for: «Для школ»; the region's name. This and all that follows: as of
    url TEXT,                     -- now; of a removed one, as it was
    portal TEXT,                  -- login: id; former: the system's name then
    system TEXT,                  -- login: the portal's name in this region, if it differs
    audience TEXT, via TEXT, status TEXT, since TEXT, -- login
    until TEXT, replaced_by TEXT  -- former
) STRICT;

CREATE INDEX address_subject ON address (subject, owner, id);

-- The archive is append-only for every program, this one included.
CREATE TRIGGER entry_update BEFORE UPDATE ON entry BEGIN SELECT raise(ABORT, 'the archive is append-only'); END;
CREATE TRIGGER entry_delete BEFORE DELETE ON entry BEGIN SELECT raise(ABORT, 'the archive is append-only'); END;
CREATE TRIGGER revision_update BEFORE UPDATE ON revision BEGIN SELECT raise(ABORT, 'the archive is append-only'); END;
CREATE TRIGGER revision_delete BEFORE DELETE ON revision BEGIN SELECT raise(ABORT, 'the archive is append-only'); END;
CREATE TRIGGER address_update BEFORE UPDATE ON address BEGIN SELECT raise(ABORT, 'the archive is append-only'); END;
CREATE TRIGGER address_delete BEFORE DELETE ON address BEGIN SELECT raise(ABORT, 'the archive is append-only'); END;
