/*
 * ini_scan.c: reads an INI file line by line and complains of all that could be meant otherwise
 * than iniparser takes it. Names and values are cut out in place: a NUL goes where they end.
 */
#include "base/ini_scan.h"
#include "base/message.h"
#include "base/utf8.h"
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Where the scan stands. */
struct state {
    struct ini_scan *out;
    const char *file;
    const struct ini_report *report;
    const char *section;  /* NULL before the first header */
    size_t section_begin; /* its header's place among the entries */
    bool ignored;         /* the header was faulty: its keys are checked and not kept */
    int line;
    enum err err; /* set when the scan must stop */
};

static void fault(struct state *s, const char *key, const char *message)
{
    ini_fault(s->report, s->file, s->line, s->section, key, message);
    s->out->faults++;
    if (s->out->faults == INI_FAULTS_MAX) {
        ini_fault(s->report, s->file, s->line, NULL, NULL,
                  N_("200 faults in this file; correct these first, the rest is not listed"));
        s->err = ERR_INVALID;
    }
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static char *skip_blanks(char *at)
{
    while (is_blank(*at))
        at++;
    return at;
}

/* Ends the text at its last character that is no blank. */
static void trim_end(char *text)
{
    size_t len = strlen(text);

    while (len > 0 && is_blank(text[len - 1]))
        len--;
    text[len] = '\0';
}

static bool is_name(const char *text)
{
    size_t len = strlen(text);

    return len > 0 && len <= INI_NAME_MAX &&
           strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789._-") == len;
}

static void keep(struct state *s, const char *key, const char *value)
{
    struct ini_scan *out = s->out;

    if (out->count == INI_ENTRIES_MAX) {
        fault(s, NULL, N_("too many sections and keys; split the file, 4,000 is the limit"));
        s->err = ERR_INVALID;
        return;
    }
    if (out->count == out->capacity) {
        size_t wanted = out->capacity == 0 ? 64 : out->capacity * 2;
        struct ini_entry *entries = reallocarray(out->entries, wanted, sizeof *entries);

        if (entries == NULL) {
            s->err = ERR_MEMORY;
            return;
        }
        out->entries = entries;
        out->capacity = wanted;
    }
    out->entries[out->count++] = (struct ini_entry){s->section, key, value, s->line};
}

/* Complains that something stands twice, and where it stood first. */
static void fault_doubled(struct state *s, const char *key, int first)
{
    char message[100];

    snprintf(message, sizeof message,
             translated("stands twice, first in line %d; keep one of them"), first);
    fault(s, key, message);
}

/* The line of that section's header, 0 if there was none. */
static int section_line(const struct ini_scan *scan, const char *name)
{
    for (size_t i = 0; i < scan->count; i++)
        if (scan->entries[i].key == NULL && strcmp(scan->entries[i].section, name) == 0)
            return scan->entries[i].line;
    return 0;
}

static void scan_section(struct state *s, char *line)
{
    char *close = strchr(line, ']');
    int first;

    s->section = NULL;
    s->ignored = true;
    if (close == NULL) {
        fault(s, NULL, N_("the section's name has no ] behind it"));
        return;
    }
    if (close[1] != '\0') {
        fault(s, NULL, N_("text after the section's name; put it on a line of its own"));
        return;
    }
    *close = '\0';
    s->section = line + 1;
    if (!is_name(s->section)) {
        fault(
            s, NULL,
            N_("a section's name may only have a-z, 0-9, dot, hyphen and underscore, 64 at most"));
        return;
    }
    first = section_line(s->out, s->section);
    if (first > 0) {
        fault_doubled(s, NULL, first);
        return;
    }
    s->ignored = false;
    s->section_begin = s->out->count;
    keep(s, NULL, NULL);
}

/* The value without its quotes, NULL if it was faulty. */
static const char *scan_value(struct state *s, const char *key, char *value)
{
    char *close;

    if (*value != '"' && *value != '\'') {
        if (strpbrk(value, ";#") == NULL)
            return value;
        fault(s, key,
              N_("; or # would cut the value: quote the value or put the comment on its own line"));
        return NULL;
    }
    close = strchr(value + 1, *value);
    if (close == NULL) {
        fault(s, key, N_("the value begins with a quote that is not closed"));
        return NULL;
    }
    if (close[1] != '\0') {
        fault(
            s, key,
            N_("text after the closing quote: put quotes around the whole value, of a kind that is "
               "not "
               "in it, and a comment on its own line"));
        return NULL;
    }
    *close = '\0';
    if (strchr(value + 1, '\\') != NULL) {
        fault(
            s, key,
            N_("a backslash in quotes: releases of iniparser read it in two ways; write the value "
               "without quotes"));
        return NULL;
    }
    return value + 1;
}

/* The line of that key in the section under way, 0 if there was none. */
static int key_line(const struct state *s, const char *key)
{
    for (size_t i = s->section_begin + 1; i < s->out->count; i++)
        if (strcmp(s->out->entries[i].key, key) == 0)
            return s->out->entries[i].line;
    return 0;
}

static void scan_key(struct state *s, char *line)
{
    char *equals = strchr(line, '=');
    const char *value;
    const char *key = line;
    int first;

    if (equals == NULL) {
        fault(s, NULL, N_("neither \"key = value\" nor [section] nor a comment"));
        return;
    }
    *equals = '\0';
    trim_end(line);
    if (!is_name(key)) {
        fault(s, key,
              *key == '\0' ? N_("there is no key before the =")
                           : N_("a key's name may only have a-z, 0-9, dot, hyphen and underscore, "
                                "64 at most"));
        key = NULL;
    }
    value = scan_value(s, key, skip_blanks(equals + 1));
    if (s->section == NULL && !s->ignored)
        fault(s, key, N_("stands before the first [section]"));
    if (key == NULL || s->section == NULL || s->ignored)
        return;
    first = key_line(s, key);
    if (first > 0)
        fault_doubled(s, key, first);
    else if (value != NULL)
        keep(s, key, value);
}

/* True if there are no control characters but tabs, and no U+FEFF: nothing invisible is ever meant.
 */
static bool is_clean(const char *line, size_t len)
{
    const char *tab;

    while ((tab = memchr(line, '\t', len)) != NULL) {
        if (!utf8_clean(line, (size_t)(tab - line)))
            return false;
        len -= (size_t)(tab - line) + 1;
        line = tab + 1;
    }
    return utf8_clean(line, len);
}

/* What is wrong with the bytes of a line, or NULL. Comments are looked at too: iniparser fails at
 * their length and continues them at a backslash like any other line. */
static const char *byte_fault(const char *line, size_t len)
{
    if (memchr(line, '\0', len) != NULL)
        return N_("a NUL byte: the file is no text, or UTF-16; save it as UTF-8");
    if (memchr(line, '\r', len) != NULL)
        return N_("a carriage return without line feed; save the file with LF line ends");
    if (len > INI_LINE_MAX)
        return N_("longer than 1,000 bytes (500 Russian letters); shorten it");
    if (!utf8_valid(line, len))
        return N_("not UTF-8; save the file as UTF-8");
    if (!is_clean(line, len))
        return N_("an invisible control character or byte order mark; remove it");
    return NULL;
}

/* One line, len bytes, NUL-terminated, without its line end. */
static void scan_line(struct state *s, char *line, size_t len)
{
    const char *wrong = byte_fault(line, len);

    if (wrong != NULL) {
        fault(s, NULL, wrong);
        return;
    }
    line = skip_blanks(line);
    trim_end(line);
    len = strlen(line);
    if (len == 0)
        return;
    if (line[len - 1] == '\\')
        fault(s, NULL,
              N_("a backslash at the end would join the next line to this one; remove it"));
    else if (line[0] == '[')
        scan_section(s, line);
    else if (line[0] != ';' && line[0] != '#')
        scan_key(s, line);
}

enum err ini_scan(struct ini_scan *out, char *text, size_t len, const char *file,
                  const struct ini_report *report)
{
    struct state s = {.out = out, .file = file, .report = report, .line = 1};
    char *end = text + len;

    memset(out, 0, sizeof *out);
    out->text = text;
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        fault(&s, NULL,
              N_("a byte order mark before the first line; save the file as UTF-8 without BOM"));
        text += 3;
    }
    while (text < end && s.err == ERR_NONE) {
        char *newline = memchr(text, '\n', (size_t)(end - text));
        char *stop = newline == NULL ? end : newline;
        char *next = newline == NULL ? end : newline + 1;

        /* Only a CR before a line feed is part of a line end. */
        if (newline != NULL && stop > text && stop[-1] == '\r')
            stop--;
        *stop = '\0';
        scan_line(&s, text, (size_t)(stop - text));
        text = next;
        s.line++;
    }
    if (s.err != ERR_NONE)
        return s.err;
    return out->faults > 0 ? ERR_INVALID : ERR_NONE;
}

void ini_scan_free(struct ini_scan *scan)
{
    if (scan == NULL)
        return;
    free(scan->entries);
    free(scan->text);
    memset(scan, 0, sizeof *scan);
}
