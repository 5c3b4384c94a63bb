/*
 * ini.h: the only file that knows iniparser. It loads one INI file and refuses, with line numbers,
 * whatever iniparser 4.1 would take in silence: a doubled section or key (it keeps the last), a
 * value cut at ';' or '#', a continued line, text after a closing quote, a key before any section,
 * a BOM, CR-only lines, NUL, invalid UTF-8, a line at its limit, a folder given for a file.
 *
 * Sections and keys are lower case ASCII [a-z0-9._-], 64 bytes at most. A comment has a line of its
 * own. Order of sections and keys is that of the file. It does not know which keys are meant:
 * tables of known keys are base/settings.c's and content/source.c's business, through ini_check().
 */
#ifndef VHOD_BASE_INI_H
#define VHOD_BASE_INI_H

#include "base/err.h"
#include "base/ini_report.h"
#include <stdbool.h>
#include <stddef.h>

struct ini; /* one loaded file */

/* Loads a file of at most 256 KiB and 4,000 sections and keys. Every complaint goes to report
 * (NULL: to the log); after 200 the rest of the file is not looked at, and that is said.
 * ERR_INVALID if there was any (and *out is NULL), ERR_NOT_FOUND if there is no such file,
 * ERR_LIMIT if it is too large, ERR_SYSTEM (all reported), ERR_MEMORY. */
enum err ini_load(struct ini **out, const char *path, const struct ini_report *report);
void ini_free(struct ini *ini);

const char *ini_path(const struct ini *ini);
size_t ini_section_count(const struct ini *ini);
/* Name of section n, in the file's order. Borrowed. */
const char *ini_section(const struct ini *ini, size_t n);
/* Value of a key as iniparser keeps it, "" if it stands there empty, NULL if it does not stand
 * there. Names are compared exactly. Borrowed until ini_free. */
const char *ini_get(const struct ini *ini, const char *section, const char *key);
/* Line number of a key, or of the section header if key is NULL; 0 if absent. */
int ini_line(const struct ini *ini, const char *section, const char *key);

/* A known key. The table ends with a row whose section is NULL. */
struct ini_key {
    const char *section; /* "region", or "login.*" for login.anything */
    const char *key;
    bool required; /* must stand in each such section and not be empty */
    /* Looks at a value; returns NULL if fine, else what is wrong ("must be a date like
     * 2026-11-21"), static storage. NULL check = any text. An optional key that stands there empty
     * is checked too. */
    const char *(*check)(const char *value);
};

/* Reports unknown sections and keys, missing required keys and bad values. A plain section
 * ("region") that has required keys must be there. Returns the number of faults. */
size_t ini_check(const struct ini *ini, const struct ini_key *keys,
                 const struct ini_report *report);

/* Value parsers with range checks; true if the whole text is one. Decimal digits only: "010" is 10;
 * a minus sign only if min is negative. */
bool ini_parse_int(const char *text, long min, long max, long *out);
/* yes / no only. */
bool ini_parse_bool(const char *text, bool *out);

#endif
