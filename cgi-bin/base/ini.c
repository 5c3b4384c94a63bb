/*
 * ini.c: one INI file: read by ini_scan(), which refuses what could be misread and knows the lines,
 * and kept in iniparser's dictionary, from which values are handed out.
 *
 * iniparser's own reader is not used: that of 4.1 writes through NULL when memory runs out, and
 * 4.1 and 4.2 read some lines differently. What ini_scan() takes, all of them would read alike.
 */
#include "base/ini.h"
#include "base/buffer.h"
#include "base/file.h"
#include "base/ini_scan.h"
#include "base/message.h"
#include <iniparser/iniparser.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX (256 * 1024)

struct ini {
    char *path;
    struct ini_scan scan;
    dictionary *values;
};

/* --- loading --- */

/* The name under which iniparser keeps a section (key NULL) or key. */
#define FULL_NAME_SIZE (2 * INI_NAME_MAX + 2)
static void full_name(char out[static FULL_NAME_SIZE], const struct ini_entry *entry)
{
    snprintf(out, FULL_NAME_SIZE, "%.*s%s%.*s", INI_NAME_MAX, entry->section,
             entry->key == NULL ? "" : ":", INI_NAME_MAX, entry->key == NULL ? "" : entry->key);
}

/* What iniparser holds for that key; NULL for a section header. */
static const char *value_of(const struct ini *ini, const struct ini_entry *entry)
{
    char name[FULL_NAME_SIZE];

    full_name(name, entry);
    return iniparser_getstring(ini->values, name, NULL);
}

static bool agrees(const struct ini *ini, const struct ini_entry *entry)
{
    char name[FULL_NAME_SIZE];
    const char *value;

    if (entry->key == NULL) {
        full_name(name, entry);
        return iniparser_find_entry(ini->values, name) == 1;
    }
    value = value_of(ini, entry);
    return value != NULL && strcmp(value, entry->value) == 0;
}

static void free_dictionary(dictionary *values)
{
    free(values->val);
    free(values->key);
    free(values->hash);
    free(values);
}

/* An empty dictionary with room for count entries, so that it never grows; NULL when memory runs
 * out. Not by dictionary_new(): that of iniparser 4.1 looks at the first of its four allocations
 * only, and that of 4.2 frees what it never set. */
static dictionary *new_dictionary(size_t count)
{
    dictionary *values = calloc(1, sizeof *values);

    if (values == NULL)
        return NULL;
    values->size = count;
    values->val = calloc(count, sizeof *values->val);
    values->key = calloc(count, sizeof *values->key);
    values->hash = calloc(count, sizeof *values->hash);
    if (values->val != NULL && values->key != NULL && values->hash != NULL)
        return values;
    free_dictionary(values);
    return NULL;
}

/* Hands what was scanned to iniparser, and sees that it keeps it: a copy for which there was no
 * memory it forgets in silence. */
static enum err keep_values(struct ini *ini)
{
    char name[FULL_NAME_SIZE];

    ini->values = new_dictionary(ini->scan.count + 1);
    if (ini->values == NULL)
        return ERR_MEMORY;
    for (size_t i = 0; i < ini->scan.count; i++) {
        const struct ini_entry *entry = &ini->scan.entries[i];

        full_name(name, entry);
        if (dictionary_set(ini->values, name, entry->value) != 0 || !agrees(ini, entry))
            return ERR_MEMORY;
    }
    return ERR_NONE;
}

/* The file's bytes, allocated. Says what to do when they cannot be had. */
static enum err read_text(char **text, size_t *len, const char *path,
                          const struct ini_report *report)
{
    static const char *const messages[ERR__MAX] = {
        [ERR_NOT_FOUND] = N_("there is no such file"),
        [ERR_INVALID] = "is no regular file",
        [ERR_LIMIT] = N_("is larger than 256 KiB; split it"),
        [ERR_SYSTEM] = N_("cannot be read; see the log, check the permissions"),
    };
    struct buffer bytes = BUFFER_INIT;
    enum err err = file_read(&bytes, path, FILE_MAX);

    if (err == ERR_NONE) {
        *len = bytes.len;
        *text = buffer_take(&bytes);
        if (*text == NULL)
            err = ERR_MEMORY;
    } else if (messages[err] != NULL) {
        ini_fault(report, path, 0, NULL, NULL, messages[err]);
    }
    buffer_free(&bytes);
    return err;
}

static enum err load(struct ini *ini, const char *path, const struct ini_report *report)
{
    char *text = NULL;
    size_t len = 0;
    enum err err;

    ini->path = strdup(path);
    if (ini->path == NULL)
        return ERR_MEMORY;
    err = read_text(&text, &len, path, report);
    if (err != ERR_NONE)
        return err;
    err = ini_scan(&ini->scan, text, len, path, report);
    return err == ERR_NONE ? keep_values(ini) : err;
}

enum err ini_load(struct ini **out, const char *path, const struct ini_report *report)
{
    struct ini *ini = calloc(1, sizeof *ini);
    enum err err;

    *out = NULL;
    if (ini == NULL)
        return ERR_MEMORY;
    err = load(ini, path, report);
    if (err == ERR_NONE)
        *out = ini;
    else
        ini_free(ini);
    return err;
}

void ini_free(struct ini *ini)
{
    if (ini == NULL)
        return;
    if (ini->values != NULL)
        iniparser_freedict(ini->values);
    ini_scan_free(&ini->scan);
    free(ini->path);
    free(ini);
}

/* --- looking things up --- */

const char *ini_path(const struct ini *ini)
{
    return ini->path;
}

size_t ini_section_count(const struct ini *ini)
{
    size_t count = 0;

    for (size_t i = 0; i < ini->scan.count; i++)
        count += ini->scan.entries[i].key == NULL;
    return count;
}

const char *ini_section(const struct ini *ini, size_t n)
{
    for (size_t i = 0; i < ini->scan.count; i++) {
        const struct ini_entry *entry = &ini->scan.entries[i];

        if (entry->key == NULL && n-- == 0)
            return entry->section;
    }
    return NULL;
}

/* key NULL finds the header. */
static const struct ini_entry *find(const struct ini *ini, const char *section, const char *key)
{
    for (size_t i = 0; i < ini->scan.count; i++) {
        const struct ini_entry *entry = &ini->scan.entries[i];

        if (strcmp(entry->section, section) != 0 || (entry->key == NULL) != (key == NULL))
            continue;
        if (key == NULL || strcmp(entry->key, key) == 0)
            return entry;
    }
    return NULL;
}

const char *ini_get(const struct ini *ini, const char *section, const char *key)
{
    const struct ini_entry *entry = find(ini, section, key);

    return entry == NULL ? NULL : value_of(ini, entry);
}

int ini_line(const struct ini *ini, const char *section, const char *key)
{
    const struct ini_entry *entry = find(ini, section, key);

    return entry == NULL ? 0 : entry->line;
}

/* --- tables of known keys --- */

/* True for "login.*". */
static bool is_pattern(const char *section)
{
    size_t len = strlen(section);

    return len >= 2 && strcmp(section + len - 2, ".*") == 0;
}

/* "login.*" stands for "login." and at least one more character. */
static bool matches(const char *pattern, const char *section)
{
    size_t len = strlen(pattern);

    if (!is_pattern(pattern))
        return strcmp(pattern, section) == 0;
    return strncmp(pattern, section, len - 1) == 0 && section[len - 1] != '\0';
}

/* Says what is known instead: the sections (section NULL) or that section's keys. */
static void unknown(char *out, size_t size, const char *what, const struct ini_key *keys,
                    const char *section)
{
    const char *last = NULL;
    size_t len = (size_t)snprintf(out, size, "%s", translated(what));

    for (; keys->section != NULL && len < size; keys++) {
        const char *name = section == NULL ? keys->section : keys->key;

        if (section != NULL && !matches(keys->section, section))
            continue;
        if (last == NULL || strcmp(last, name) != 0)
            len += (size_t)snprintf(out + len, size - len, "%s %s", last == NULL ? "" : ",", name);
        last = name;
    }
}

static bool section_is_known(const struct ini_key *keys, const char *section)
{
    for (; keys->section != NULL; keys++)
        if (matches(keys->section, section))
            return true;
    return false;
}

static const struct ini_key *row_of(const struct ini_key *keys, const char *section,
                                    const char *key)
{
    for (; keys->section != NULL; keys++)
        if (matches(keys->section, section) && strcmp(keys->key, key) == 0)
            return keys;
    return NULL;
}

/* Looks at what stands in the file; at most one fault for each entry. */
static size_t check_entry(const struct ini *ini, const struct ini_entry *entry,
                          const struct ini_key *keys, const struct ini_report *report)
{
    char message[600];
    const char *wrong = NULL;
    const struct ini_key *row = NULL;
    bool known = section_is_known(keys, entry->section);

    if (entry->key == NULL) {
        if (!known)
            unknown(message, sizeof message, N_("unknown section; known here:"), keys, NULL);
        wrong = known ? NULL : message;
    } else if (known) {
        row = row_of(keys, entry->section, entry->key);
        if (row == NULL) {
            unknown(message, sizeof message, N_("unknown key; known here:"), keys, entry->section);
            wrong = message;
        } else if (row->required && *value_of(ini, entry) == '\0') {
            wrong = N_("must not be empty");
        } else if (row->check != NULL) {
            wrong = row->check(value_of(ini, entry));
        }
    }
    if (wrong == NULL)
        return 0;
    ini_fault(report, ini->path, entry->line, entry->section, entry->key, wrong);
    return 1;
}

/* Looks for one required key in each section it belongs to. */
static size_t check_required(const struct ini *ini, const struct ini_key *row,
                             const struct ini_report *report)
{
    size_t faults = 0;

    for (size_t i = 0; i < ini->scan.count; i++) {
        const struct ini_entry *entry = &ini->scan.entries[i];

        if (entry->key != NULL || !matches(row->section, entry->section) ||
            find(ini, entry->section, row->key) != NULL)
            continue;
        ini_fault(report, ini->path, entry->line, entry->section, row->key,
                  N_("is missing; this section must have it"));
        faults++;
    }
    return faults;
}

/* True if an earlier row has already told that this section is missing. */
static bool told_before(const struct ini_key *keys, const struct ini_key *row)
{
    for (; keys < row; keys++)
        if (keys->required && strcmp(keys->section, row->section) == 0)
            return true;
    return false;
}

size_t ini_check(const struct ini *ini, const struct ini_key *keys, const struct ini_report *report)
{
    size_t faults = 0;

    for (size_t i = 0; i < ini->scan.count; i++)
        faults += check_entry(ini, &ini->scan.entries[i], keys, report);
    for (const struct ini_key *row = keys; row->section != NULL; row++) {
        if (!row->required)
            continue;
        if (is_pattern(row->section) || find(ini, row->section, NULL) != NULL) {
            faults += check_required(ini, row, report);
        } else if (!told_before(keys, row)) {
            ini_fault(report, ini->path, 0, row->section, NULL, N_("the section is missing"));
            faults++;
        }
    }
    return faults;
}

/* --- values --- */

bool ini_parse_int(const char *text, long min, long max, long *out)
{
    bool negative = min < 0 && *text == '-';
    long value = 0;

    if (negative)
        text++;
    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        int digit = *text - '0';

        if (digit < 0 || digit > 9)
            return false;
        /* Counted on the negative side, which is the longer one. */
        if (value < (LONG_MIN + digit) / 10)
            return false;
        value = value * 10 - digit;
    }
    if (!negative) {
        if (value < -LONG_MAX)
            return false;
        value = -value;
    }
    if (value < min || value > max)
        return false;
    *out = value;
    return true;
}

bool ini_parse_bool(const char *text, bool *out)
{
    bool yes = strcmp(text, "yes") == 0;

    if (!yes && strcmp(text, "no") != 0)
        return false;
    *out = yes;
    return true;
}
