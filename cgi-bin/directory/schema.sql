-- schema.sql: the published snapshot, directory.db. Written once by `vhod publish` (content/build.c), read
-- into memory by every program (directory/image.c), never changed after. A new publish is a new file.
--
-- Conventions: dates are ISO 8601 text, as exact as known ("2018", "2025-11", "2026-09-24"); '' never stands
-- for "unknown", NULL does; html columns hold HTML made from Markdown by content/markdown.c, safe to send;
-- all other text is plain; "position" is the order in which a reader sees the rows, from 1.

CREATE TABLE meta (               -- facts about the snapshot itself; one row a fact
    key TEXT PRIMARY KEY,         -- 'published' (UTC time), 'schema' (number), 'search' (version of the search index),
                                  -- 'history' (digest of the archive's last entry), 'began' (UTC time of its first);
                                  -- the seal (directory/seal.h): 'identity' (digest of the content), 'whole' (of all)
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE source (             -- where something is known from: data/sources.tsv
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    url TEXT,
    date TEXT,                    -- of the source itself
    origin TEXT NOT NULL          -- sources of one origin are not independent of each other
) STRICT, WITHOUT ROWID;

CREATE TABLE citation (           -- what rests on which source
    kind TEXT NOT NULL
        CHECK (kind IN ('article', 'login', 'former', 'portal', 'portal_address', 'contact')),
    owner TEXT NOT NULL,          -- article.id; region.iso of a login or former address; portal.id; contact.id
    id TEXT NOT NULL,             -- login, former, portal_address: the id there; else ''
    source TEXT NOT NULL REFERENCES source,
    position INTEGER NOT NULL,    -- in the order written, from 1
    PRIMARY KEY (kind, owner, id, source)
) STRICT, WITHOUT ROWID;

-- Columns called source hold the titles of the sources of a row, "; " between: for lists that show nothing else.

CREATE TABLE symptom (            -- what is wrong, in parents' words: data/symptoms.tsv
    id TEXT PRIMARY KEY,
    position INTEGER NOT NULL UNIQUE,
    title TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE trouble (            -- what a parent complains of, and which question answers it: data/troubles.tsv
    position INTEGER PRIMARY KEY,
    words TEXT NOT NULL,          -- rows of the same words: the first whose question concerns the region
    article TEXT NOT NULL REFERENCES article,
    icon TEXT NOT NULL            -- a name in templates/icons
) STRICT;

CREATE TABLE own_page (           -- a page of the owner's: data/pages
    id TEXT PRIMARY KEY,          -- file name without .md
    position INTEGER NOT NULL UNIQUE, -- order in the foot
    title TEXT NOT NULL,
    html TEXT NOT NULL,
    text TEXT NOT NULL            -- the same as plain text
) STRICT, WITHOUT ROWID;

CREATE TABLE portal (             -- an information system that people sign in to
    id TEXT PRIMARY KEY,          -- file name in data/portals without .ini
    name TEXT NOT NULL,           -- as people see it: «Сетевой город. Образование»
    about TEXT NOT NULL,          -- one sentence: what it is
    who TEXT,                     -- who signs in and with what
    account TEXT,                 -- whose account it is where via = password means no school password: mos.ru
    federal INTEGER NOT NULL CHECK (federal IN (0, 1)), -- 1: the same for every region
    source TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE portal_address (     -- addresses of a federal portal: [address.*] of its file
    portal TEXT NOT NULL REFERENCES portal,
    id TEXT NOT NULL,             -- what follows "address." in the section's name
    position INTEGER NOT NULL,
    what TEXT NOT NULL,           -- what one does there: «Регистрация»
    url TEXT NOT NULL CHECK (url LIKE 'http%'),
    source TEXT NOT NULL,
    PRIMARY KEY (portal, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE region (             -- a region of ISO 3166-2:RU
    iso TEXT PRIMARY KEY CHECK (iso = lower(iso)), -- 'ru-alt': the identity, for ever
    position INTEGER NOT NULL UNIQUE, -- alphabetical by short name
    name TEXT NOT NULL UNIQUE,    -- official: «Республика Татарстан»
    short TEXT NOT NULL,          -- as in a list: «Татарстан»
    place TEXT NOT NULL,          -- where, in the prepositional case with its preposition: «в Татарстане»
    english TEXT NOT NULL,
    kind TEXT NOT NULL,           -- край, область, республика, …
    capital TEXT,                 -- NULL: the law names none
    district TEXT NOT NULL,       -- federal district: «Сибирский»
    timezone TEXT NOT NULL,       -- IANA zone of the capital
    tile_row INTEGER, tile_column INTEGER, -- place on the tile map; both or neither
    note TEXT,                    -- what else a reader must know, or NULL
    choose TEXT                   -- how to choose among several addresses, in a sentence; NULL: there is one, or none
) STRICT, WITHOUT ROWID;

CREATE TABLE region_code (        -- plate codes; each belongs to one region
    code TEXT PRIMARY KEY CHECK (length(code) BETWEEN 2 AND 3),
    region TEXT NOT NULL REFERENCES region,
    position INTEGER NOT NULL     -- 1: the main one, in the address /22
) STRICT, WITHOUT ROWID;

CREATE TABLE region_postcode (    -- first three digits of postcodes; each belongs to one region
    prefix TEXT PRIMARY KEY CHECK (length(prefix) = 3),
    region TEXT NOT NULL REFERENCES region
) STRICT, WITHOUT ROWID;

CREATE TABLE region_alias (       -- other names people use: «Кубань», «ХМАО»
    region TEXT NOT NULL REFERENCES region,
    alias TEXT NOT NULL,
    PRIMARY KEY (region, alias)
) STRICT, WITHOUT ROWID;

CREATE TABLE place (              -- towns and large settlements
    id INTEGER PRIMARY KEY,       -- line order of data/places.tsv; means nothing outside a snapshot
    name TEXT NOT NULL,
    region TEXT NOT NULL REFERENCES region,
    population INTEGER NOT NULL CHECK (population >= 0),
    latitude REAL NOT NULL CHECK (latitude BETWEEN -90 AND 90),
    longitude REAL NOT NULL CHECK (longitude BETWEEN -180 AND 180),
    UNIQUE (region, name)
) STRICT;

CREATE TABLE place_alias (        -- other names of a place: «питер», «екб», «горький»
    place INTEGER NOT NULL REFERENCES place,
    alias TEXT NOT NULL,
    PRIMARY KEY (place, alias)
) STRICT, WITHOUT ROWID;

CREATE TABLE vocabulary (         -- data/synonyms.tsv: words that search treats in a way of their own
    line INTEGER NOT NULL,        -- of the file; the words of one line belong together
    role TEXT NOT NULL,           -- content/FORMAT.md says what each means: 'stop', 'filler', 'same', …
    position INTEGER NOT NULL,    -- within the line, from 1: the first is what the others stand for
    words TEXT NOT NULL,          -- as written; one word, or several with spaces
    PRIMARY KEY (line, position)
) STRICT, WITHOUT ROWID;

-- The tables search_* are made from the others by search/index.c when a snapshot is published, and are part of
-- no digest. The full text (search_text) is made there too: it needs our tokenizer.

CREATE TABLE search_name (        -- every name that something is found by, several for one thing
    id INTEGER PRIMARY KEY,       -- from 1 without holes
    kind TEXT NOT NULL CHECK (kind IN ('name', 'alias', 'place', 'renamed', 'system', 'portal', 'host')),
                                  -- 'renamed': another name of a place that is not part of its name: «Горький»
    region TEXT REFERENCES region, -- NULL for a portal: its regions are those of its logins
    portal TEXT REFERENCES portal,
    place INTEGER REFERENCES place,
    shown TEXT NOT NULL,          -- the name as written, to say what matched
    words TEXT NOT NULL,          -- ids of its words (search_word) in order, space between
    weight INTEGER NOT NULL,      -- larger first among equals: people who live there
    form TEXT NOT NULL CHECK (form IN ('full', 'short', 'joined')), -- 'short': words like «область» were left out;
                                  -- 'joined': its words without spaces, «нижнийновгород»
    CHECK ((region IS NULL) <> (portal IS NULL))
) STRICT;

CREATE TABLE search_word (        -- every word that occurs in a name or an article, once
    id INTEGER PRIMARY KEY,       -- from 1 without holes, in the order of key, then word
    key TEXT NOT NULL,            -- how it sounds (search/sound.h): what typing errors are measured on
    word TEXT NOT NULL UNIQUE,    -- folded (search/words.h)
    alphabetic INTEGER NOT NULL UNIQUE, -- its number in the order of word
    text INTEGER NOT NULL CHECK (text IN (0, 1)) -- 1: occurs in an article, so it is no misspelt name
) STRICT;

CREATE TABLE search_host (        -- hosts of sign-in addresses, present and former, and the domains above them
    host TEXT NOT NULL,           -- lower case, without www.; Punycode ones a second time in letters
    path TEXT NOT NULL,           -- path of the address, or '' : tells regions apart that share a host
    region TEXT NOT NULL REFERENCES region,
    kind TEXT NOT NULL CHECK (kind IN ('host', 'former', 'domain')), -- 'domain': only the end of the host is this
    shown TEXT NOT NULL,          -- the host as written in the address
    PRIMARY KEY (host, path, region)
) STRICT, WITHOUT ROWID;

CREATE TABLE login (              -- one sign-in address of a portal in a region
    region TEXT NOT NULL REFERENCES region,
    id TEXT NOT NULL,             -- what follows "login." in the section's name
    position INTEGER NOT NULL,
    url TEXT NOT NULL CHECK (url LIKE 'http%'), -- exactly as the source has it: port and http kept
    portal TEXT NOT NULL REFERENCES portal,
    title TEXT NOT NULL,          -- what the address is for: «Для школ», «Для колледжей»
    button TEXT,                  -- what its button says where the region has several: «Войти: школы»
    system TEXT NOT NULL,         -- the portal's name in this region, if it differs; else portal.name
    audience TEXT NOT NULL CHECK (audience IN ('all', 'parents', 'students', 'staff')),
    via TEXT NOT NULL CHECK (via IN ('esia', 'password', 'both', 'unknown')),
    status TEXT NOT NULL CHECK (status IN ('current', 'transition', 'optional', 'college')),
    since TEXT,                   -- date from which this way of signing in holds
    note TEXT,                    -- one or two sentences for the reader
    plain_http TEXT CHECK (plain_http IS NOT NULL OR url LIKE 'https:%'), -- why http is accepted
    doubt TEXT,                   -- where sources disagree about it, with their dates
    confidence TEXT NOT NULL CHECK (confidence IN ('high', 'medium')), -- high: two or more sources of distinct origins
    source TEXT NOT NULL,
    checked TEXT,                 -- date of the source or of the last look
    PRIMARY KEY (region, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE former (             -- an address that used to be right
    region TEXT NOT NULL REFERENCES region,
    id TEXT NOT NULL,
    position INTEGER NOT NULL,
    url TEXT NOT NULL CHECK (url LIKE 'http%'),
    portal TEXT NOT NULL,         -- the system's name then; it may have no file any more
    until TEXT NOT NULL,          -- last date
    replaced_by TEXT NOT NULL CHECK (replaced_by LIKE 'http%'),
    source TEXT NOT NULL,
    PRIMARY KEY (region, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE contact (            -- whom to call or write
    id TEXT PRIMARY KEY,          -- file name in data/contacts without .ini
    position INTEGER NOT NULL UNIQUE,
    name TEXT NOT NULL,
    about TEXT NOT NULL,          -- for what: «Ошибка в данных о вас или ребёнке»
    phone TEXT,                   -- as it is read out: 8 800 550-63-73
    email TEXT,
    url TEXT,
    hours TEXT,                   -- 'mon-fri 09:00-18:00': days, then times, in its time zone
    timezone TEXT,                -- IANA zone; NULL only without hours
    note TEXT,
    is_where INTEGER NOT NULL CHECK (is_where IN (0, 1)), -- 1: no number, but the place that says whom to call
    checked TEXT,                 -- date of the source
    source TEXT NOT NULL,
    CHECK ((hours IS NULL) = (timezone IS NULL)),
    CHECK (NOT is_where OR url IS NOT NULL OR note IS NOT NULL)
) STRICT, WITHOUT ROWID;

CREATE TABLE contact_symptom (    -- a contact is only for these symptoms; none = for all
    contact TEXT NOT NULL REFERENCES contact,
    symptom TEXT NOT NULL REFERENCES symptom,
    PRIMARY KEY (contact, symptom)
) STRICT, WITHOUT ROWID;

CREATE TABLE region_contact (     -- contacts of one region, beside those of its portals
    region TEXT NOT NULL REFERENCES region,
    contact TEXT NOT NULL REFERENCES contact,
    position INTEGER NOT NULL,
    PRIMARY KEY (region, contact)
) STRICT, WITHOUT ROWID;

CREATE TABLE portal_contact (
    portal TEXT NOT NULL REFERENCES portal,
    contact TEXT NOT NULL REFERENCES contact,
    position INTEGER NOT NULL,
    PRIMARY KEY (portal, contact)
) STRICT, WITHOUT ROWID;

CREATE TABLE article (            -- a guide or a question: what both have
    id TEXT PRIMARY KEY,          -- guide: file name ('epos-link'); question: 'q/' and its number ('q/17')
    kind TEXT NOT NULL CHECK (kind IN ('guide', 'question')),
    number INTEGER UNIQUE,        -- questions: the permanent number
    reader TEXT NOT NULL CHECK (reader IN ('family', 'staff')), -- whom it is for: family, or school staff
    symptom TEXT REFERENCES symptom, -- question: what it is grouped by
    position INTEGER NOT NULL,    -- order in its list
    title TEXT NOT NULL,
    short TEXT NOT NULL,          -- question: the answer in under 300 characters; guide: what it gets you
                                  -- short and aloud are true for everybody whom the article is for
    aloud TEXT,                   -- question: phrases for reading aloud, parted by ' / ', at most 12 words each
    audience TEXT,                -- guide: for whom
    needs TEXT,                   -- guide: what to have at hand
    minutes INTEGER,              -- guide: how long it takes, if that is known
    result TEXT,                  -- guide: what one sees when it worked
    html TEXT NOT NULL,           -- what stands before the first part, for everybody; '' if nothing does
    text TEXT NOT NULL,           -- the same as plain text
    updated TEXT NOT NULL,        -- date of the last change of meaning
    revision INTEGER NOT NULL,    -- counts published texts of this article, from 1
    digest TEXT NOT NULL,         -- SHA-256 of the source text, to tell a new revision
    source TEXT NOT NULL,
    retired TEXT,                 -- date; the address answers 410 from then on
    replaced_by TEXT,             -- id of the article that replaced it, if any
    CHECK ((kind = 'question') = (number IS NOT NULL)),
    CHECK ((kind = 'question') = (symptom IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE part (               -- steps of a guide (/guide/ID#step-N), cases of a question (/q/N#part-N), in order
    article TEXT NOT NULL REFERENCES article,
    number INTEGER NOT NULL CHECK (number > 0),
    title TEXT NOT NULL,
    html TEXT NOT NULL,
    text TEXT NOT NULL,
    figure TEXT REFERENCES figure, -- drawing beside it
    figure_alt TEXT,              -- what to look for in it
    slot TEXT CHECK (slot IN ('address', 'contacts')), -- what the page fills in after the text
    short TEXT,                   -- takes the place of article.short where this part applies; NULL: nothing does
    aloud TEXT,                   -- the same with article.aloud
    fold INTEGER NOT NULL CHECK (fold IN (0, 1)), -- 1: always shown folded under its title
    PRIMARY KEY (article, number),
    CHECK ((figure IS NULL) = (figure_alt IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE article_limit (      -- whom an article or a part of it is for; no row = for everybody
    article TEXT NOT NULL REFERENCES article,
    part INTEGER NOT NULL,        -- 0: the whole article; else part.number
    kind TEXT NOT NULL CHECK (kind IN ('portal', 'region', 'via', 'age', 'reader', 'from', 'until')),
    value TEXT NOT NULL,          -- portal.id; region.iso; esia or password; under-14, from-14 or adult; family or
                                  -- staff; the first or the last day on which it holds
    PRIMARY KEY (article, part, kind, value) -- one kind: any of the values; several kinds: each of them
) STRICT, WITHOUT ROWID;

-- What of this a region decides. A part inherits what its article is limited to; a portal and a way of signing in must
-- be those of one address of the region. A college's address counts only where it is the only portal asked for; federal
-- portals are everywhere; where a region has no address, any way of signing in may be right.

CREATE VIEW article_part AS       -- articles as part 0, and their parts
SELECT id AS article, 0 AS part FROM article UNION ALL SELECT article, number FROM part;

CREATE VIEW part_limit AS         -- limits as they hold: of the part, or else of its article
SELECT article, part, kind, value FROM article_limit
UNION ALL
SELECT p.article, p.number, l.kind, l.value FROM part AS p JOIN article_limit AS l
    ON l.article = p.article AND l.part = 0
WHERE NOT EXISTS (SELECT 1 FROM article_limit AS o
                  WHERE o.article = p.article AND o.part = p.number AND o.kind = l.kind);

CREATE VIEW article_part_applies AS
SELECT p.article, p.part, r.iso AS region,
       (NOT EXISTS (SELECT 1 FROM part_limit AS l
                    WHERE l.article = p.article AND l.part = p.part AND l.kind = 'region')
        OR EXISTS (SELECT 1 FROM part_limit AS l
                   WHERE l.article = p.article AND l.part = p.part AND l.kind = 'region' AND l.value = r.iso))
   AND (NOT EXISTS (SELECT 1 FROM part_limit AS l
                    WHERE l.article = p.article AND l.part = p.part AND l.kind IN ('portal', 'via'))
        OR EXISTS (SELECT 1 FROM part_limit AS l JOIN portal AS o ON o.id = l.value AND o.federal
                   WHERE l.article = p.article AND l.part = p.part AND l.kind = 'portal')
        OR (NOT EXISTS (SELECT 1 FROM part_limit AS l
                        WHERE l.article = p.article AND l.part = p.part AND l.kind = 'portal')
            AND NOT EXISTS (SELECT 1 FROM login AS g WHERE g.region = r.iso))
        OR EXISTS (SELECT 1 FROM login AS g WHERE g.region = r.iso
                   AND (g.status <> 'college'
                        OR 1 = (SELECT count(*) FROM part_limit AS l
                                WHERE l.article = p.article AND l.part = p.part AND l.kind = 'portal'))
                   AND (NOT EXISTS (SELECT 1 FROM part_limit AS l
                                    WHERE l.article = p.article AND l.part = p.part AND l.kind = 'portal')
                        OR g.portal IN (SELECT value FROM part_limit AS l WHERE l.article = p.article
                                        AND l.part = p.part AND l.kind = 'portal'))
                   AND (g.via IN ('both', 'unknown')
                        OR NOT EXISTS (SELECT 1 FROM part_limit AS l
                                       WHERE l.article = p.article AND l.part = p.part AND l.kind = 'via')
                        OR g.via IN (SELECT value FROM part_limit AS l WHERE l.article = p.article
                                     AND l.part = p.part AND l.kind = 'via')))) AS applies
FROM article_part AS p CROSS JOIN region AS r;

CREATE TABLE figure (             -- schematic drawings; '/logo': the owner's mark, data/logo.svg
    id TEXT PRIMARY KEY,          -- file name in data/figures without .svg
    svg TEXT NOT NULL             -- one <svg> element, checked by content/figure.c
) STRICT, WITHOUT ROWID;

CREATE TABLE article_contact (
    article TEXT NOT NULL REFERENCES article,
    contact TEXT NOT NULL REFERENCES contact,
    position INTEGER NOT NULL,
    PRIMARY KEY (article, contact)
) STRICT, WITHOUT ROWID;

CREATE TABLE article_related (    -- "see also": from an article to another
    article TEXT NOT NULL REFERENCES article,
    related TEXT NOT NULL REFERENCES article,
    position INTEGER NOT NULL,
    PRIMARY KEY (article, related)
) STRICT, WITHOUT ROWID;

CREATE TABLE holiday (            -- days that differ from the week, for the hours of contacts
    year INTEGER NOT NULL,        -- 0: each year
    month INTEGER NOT NULL CHECK (month BETWEEN 1 AND 12),
    day INTEGER NOT NULL CHECK (day BETWEEN 1 AND 31),
    work INTEGER NOT NULL CHECK (work IN (0, 1)), -- 1: a day off that was made a working day
    name TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (year, month, day)
) STRICT, WITHOUT ROWID;

CREATE TABLE client_pattern (     -- how to tell programs from people by User-Agent
    pattern TEXT PRIMARY KEY,     -- lower-case ASCII with the marks of web/client_rules.h
    client TEXT NOT NULL          -- a word of journal/client.h
) STRICT, WITHOUT ROWID;

-- What pages need of the archive (content/history.sql), copied from there. Not part of the identity.

CREATE TABLE revision (           -- a text of an article before the present one: /q/17?r=2
    article TEXT NOT NULL REFERENCES article,
    number INTEGER NOT NULL CHECK (number > 0), -- less than article.revision
    published TEXT NOT NULL,      -- UTC time from which it held
    until TEXT NOT NULL,          -- UTC time at which the next one took its place
    title TEXT NOT NULL,          -- this and all that follows, up to text: as in the table article, as it was then
    short TEXT NOT NULL,
    audience TEXT, needs TEXT, minutes INTEGER, result TEXT,
    html TEXT NOT NULL,           -- all of it, steps under headings, without figures; '' if it is not safe to send any more
    text TEXT NOT NULL,
    diff_html TEXT,               -- the present text, with what was added in <ins> and what was taken out in <del>; NULL
                                  -- if none could be made
    diff_added INTEGER NOT NULL CHECK (diff_added >= 0), -- words
    diff_removed INTEGER NOT NULL CHECK (diff_removed >= 0),
    PRIMARY KEY (article, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE change (             -- what changed since the archive began
    number INTEGER PRIMARY KEY,   -- entry of the archive: later ones are larger
    id TEXT NOT NULL UNIQUE,      -- stays the same for ever: 'c' and hex digits
    published TEXT NOT NULL,      -- UTC time
    subject TEXT NOT NULL CHECK (subject IN ('guide', 'question', 'region', 'login', 'former', 'federal')),
    change TEXT NOT NULL CHECK (change IN ('added', 'changed', 'removed')), -- a retired article is 'removed'
    article TEXT REFERENCES article, revision INTEGER, -- guide, question
    region TEXT REFERENCES region, -- region, login, former
    title TEXT,                   -- of the article then; what the address is for; the region's name
    url TEXT,                     -- login, former, federal: the address; of a removed one, the last
    portal TEXT,                  -- login, federal: its id, which may be no portal any more; former: the system's name
    via TEXT, status TEXT,        -- login
    url_before TEXT, via_before TEXT, status_before TEXT, -- of a changed one, where they were others
    until TEXT, replaced_by TEXT  -- former
) STRICT;

CREATE INDEX login_url ON login (url);
CREATE INDEX former_url ON former (url);
CREATE INDEX place_region ON place (region, population DESC);
