/*
 * ini_scan.h: the pre-scan behind ini.h: what an INI file says, byte by byte, and every line that
 * iniparser 4.1 would misread in silence. Only ini.c and its tests call it. It opens no file and
 * includes no iniparser.
 */
#ifndef VHOD_BASE_INI_SCAN_H
#define VHOD_BASE_INI_SCAN_H

#include "base/err.h"
#include "base/ini_report.h"
#include <stddef.h>

#define INI_NAME_MAX    64   /* bytes of a section's or key's name */
#define INI_LINE_MAX    1000 /* bytes of a line; iniparser's own limit is 1022, at times 1021 */
#define INI_ENTRIES_MAX 4000 /* sections and keys of a file */
#define INI_FAULTS_MAX  200  /* faults reported of one file */

/* A section header (key and value NULL) or a key. */
struct ini_entry {
    const char *section;
    const char *key;
    const char *value;
    int line;
};

struct ini_scan {
    char *text; /* owned; the entries point into it */
    struct ini_entry *entries;
    size_t count;
    size_t capacity;
    size_t faults;
};

/* Takes over text, len bytes and a NUL behind them, allocated, and fills *out in the file's order.
 * ERR_INVALID if there were faults, each reported with its line; ERR_MEMORY. In every case *out is
 * to be freed with ini_scan_free. file is only named in faults. */
enum err ini_scan(struct ini_scan *out, char *text, size_t len, const char *file,
                  const struct ini_report *report);
void ini_scan_free(struct ini_scan *scan);

#endif
