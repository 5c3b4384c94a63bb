-- schema_3.sql: version 3 of the tally: a position belongs to a file by its name and its beginning, not by its name alone.
-- Two machines that were given the same node name, or two logs of a cache that start in the same second, are then two
-- files, and neither makes the other one's position forget what was counted.
--
-- The columns of the key come first because integrity_check of SQLite 3.40 looks for others in the wrong place.

CREATE TABLE position_3 (         -- how far each file is folded; changes with the counters, in one transaction.
                                  -- Rows outlive their files: one put back from a backup is not counted again
    file TEXT NOT NULL,           -- a journal's name without folder, "node-2026-11-21.log"; or "log " and the SHA-256 of
                                  -- the first line of a web server's log, whose name changes as it is rotated
    head_digest TEXT NOT NULL,    -- SHA-256 in hex of the file's beginning: tells another file of the same name
    head_bytes INTEGER NOT NULL CHECK (head_bytes > 0), -- length of that beginning
    bytes INTEGER NOT NULL CHECK (bytes > 0), -- the first byte not folded yet
    PRIMARY KEY (file, head_digest)
) STRICT, WITHOUT ROWID;

INSERT INTO position_3 (file, bytes, head_bytes, head_digest) SELECT file, bytes, head_bytes, head_digest FROM position;

DROP TABLE position;

ALTER TABLE position_3 RENAME TO position;
