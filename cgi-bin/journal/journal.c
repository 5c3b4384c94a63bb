/*
 * journal.c: writes and reads the lines of the journal. It does not count: that is tally/collect.c
 * and tally/tally.h; and it never decides who is recorded.
 *
 * A line (all fields UTF-8 without control characters, so the separators are never part of one):
 *
 *     RS when TAB kind TAB id TAB results TAB referrer TAB client TAB language [TAB searched] LF
 *
 *     RS        byte 0x1E: a record starts here
 *     when      UTC seconds, decimal
 *     kind      event_word(); or "lost", and then id is the number of records not written
 *     results   decimal; -1 where there is no such thing
 *     client    client_word()
 *     referrer, language: may be empty
 *     searched  words of the search that led here; left out where there are none, as in all lines
 *               of earlier versions
 *
 * A record is whole if it has its LF and all its fields. A crash or a full disk can leave a prefix
 * of one; the next record then follows on the same line, behind its own RS. So what follows the
 * last RS of a line is the record, and each piece in front of it is a torn one (journal_torn counts
 * them).
 */
#include "journal/journal.h"

#include "base/civil.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "base/utf8.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define RECORD_START   '\x1e'
#define LOST_WORD      "lost"
#define NODE_MAX       64
#define COMPLAIN_EVERY 60 /* seconds */
#define FIELD_COUNT    8  /* the last may be missing */

struct journal {
    char *folder;
    char node[NODE_MAX + 1];
    char *path;         /* of the open file, or NULL */
    int fd;             /* or -1 */
    time_t day;         /* days since the epoch of the open file */
    time_t looked;      /* second in which the file was last seen under its name */
    struct buffer line; /* kept between records */
    long lost;          /* records not written since the last "lost" record */
    time_t complained;  /* monotonic second of the last message, 0 = never */
};

/* --- a line out --- */

static void put_field(struct buffer *out, const char *text, char end)
{
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;

        buffer_putc(out, c < 0x20 || c == 0x7f ? '?' : *text);
    }
    buffer_putc(out, end);
}

void journal_format(struct buffer *out, const struct record *record)
{
    const char *word = event_word(record->event.kind);

    buffer_printf(out, "%c%lld\t%s\t", RECORD_START, (long long)record->when,
                  word != NULL ? word : "");
    put_field(out, record->event.id, '\t');
    buffer_printf(out, "%d\t", record->event.results);
    put_field(out, record->referrer, '\t');
    put_field(out, client_word(record->client), '\t');
    put_field(out, record->language, *record->searched != '\0' ? '\t' : '\n');
    if (*record->searched != '\0')
        put_field(out, record->searched, '\n');
}

static void format_lost(struct buffer *out, time_t when, long count)
{
    buffer_printf(out, "%c%lld\t" LOST_WORD "\t%ld\t-1\t\t%s\t\n", RECORD_START, (long long)when,
                  count, client_word(CLIENT_PERSON));
}

/* --- a line in --- */

struct field {
    const char *text;
    size_t len;
};

/* True if there are FIELD_COUNT fields, or one less; the last is then empty. */
static bool split(struct field fields[static FIELD_COUNT], const char *text, size_t len)
{
    const char *end = text + len;
    int count = 0;

    while (text != NULL && count < FIELD_COUNT) {
        const char *tab = memchr(text, '\t', (size_t)(end - text));

        fields[count++] = (struct field){text, (size_t)((tab == NULL ? end : tab) - text)};
        text = tab == NULL ? NULL : tab + 1;
    }
    if (count == FIELD_COUNT - 1)
        fields[count] = (struct field){"", 0};
    else if (count < FIELD_COUNT || fields[FIELD_COUNT - 1].len == 0)
        return false; /* an empty last one would have been left out */
    return text == NULL;
}

/* Copies a field of clean text; false if it is too long for its place (size counts the NUL). */
static bool take_text(char *out, size_t size, struct field field)
{
    bool plain = true;

    if (field.len >= size)
        return false;
    for (size_t i = 0; i < field.len; i++)
        plain = plain && field.text[i] >= 0x20 && field.text[i] < 0x7f;
    /* Nearly all fields are plain ASCII, and the full check costs more than the rest of the line.
     */
    if (!plain && !utf8_clean(field.text, field.len))
        return false;
    memcpy(out, field.text, field.len);
    out[field.len] = '\0';
    return true;
}

/* A decimal number as this file writes it: digits, no sign, at most 12 of them. */
static bool take_number(long long *out, struct field field)
{
    long long number = 0;

    if (field.len == 0 || field.len > 12)
        return false;
    for (size_t i = 0; i < field.len; i++) {
        if (field.text[i] < '0' || field.text[i] > '9')
            return false;
        number = number * 10 + (field.text[i] - '0');
    }
    *out = number;
    return true;
}

static bool take_results(int *out, struct field field)
{
    long long number;

    if (field.len == 2 && memcmp(field.text, "-1", 2) == 0) {
        *out = -1;
        return true;
    }
    if (!take_number(&number, field) || number > 1000000)
        return false;
    *out = (int)number;
    return true;
}

/* Kind and id, or the count of a "lost" record. */
static bool take_event(struct record *out, struct field kind, struct field id, long *lost)
{
    char word[16];
    long long count;

    if (!take_text(word, sizeof word, kind))
        return false;
    if (strcmp(word, LOST_WORD) == 0) {
        if (!take_number(&count, id) || count == 0)
            return false;
        *lost = (long)count;
        return true;
    }
    out->event.kind = event_kind(word);
    return out->event.kind != EVENT_NONE && take_text(out->event.id, sizeof out->event.id, id);
}

static bool take_client(enum client *out, struct field field)
{
    char word[16];
    bool known;

    if (!take_text(word, sizeof word, field))
        return false;
    *out = client_from_word(word, &known);
    return known;
}

enum err journal_parse(struct record *out, const char *line, size_t len, long *lost)
{
    struct field fields[FIELD_COUNT];
    const char *start = memrchr(line, RECORD_START, len);
    long long when;

    *lost = 0;
    *out = (struct record){.event = {.kind = EVENT_NONE, .results = -1}};
    if (start == NULL || !split(fields, start + 1, len - (size_t)(start + 1 - line)))
        return ERR_INVALID;
    if (!take_number(&when, fields[0]) || !take_event(out, fields[1], fields[2], lost) ||
        !take_results(&out->event.results, fields[3]) ||
        !take_text(out->referrer, sizeof out->referrer, fields[4]) ||
        !take_client(&out->client, fields[5]) ||
        !take_text(out->language, sizeof out->language, fields[6]) ||
        !take_text(out->searched, sizeof out->searched, fields[7])) {
        *lost = 0;
        return ERR_INVALID;
    }
    out->when = (time_t)when;
    return ERR_NONE;
}

long journal_torn(const char *line, size_t len)
{
    const char *end = line + len;
    const char *last = memrchr(line, RECORD_START, len);
    long torn = 0;

    if (last == NULL || last == line) /* nearly always: one record, and nothing before it */
        return 0;
    if (*line != RECORD_START)
        torn++;
    for (const char *at = line; (at = memchr(at, RECORD_START, (size_t)(end - at))) != last; at++)
        torn++;
    return torn;
}

/* --- files --- */

static bool node_is_good(const char *node)
{
    size_t len = strspn(node, "abcdefghijklmnopqrstuvwxyz0123456789-");

    return len > 0 && len <= NODE_MAX && node[len] == '\0';
}

enum err journal_open(struct journal **out, const char *folder, const char *node)
{
    struct journal *journal;

    *out = NULL;
    if (!node_is_good(node)) {
        log_error("journal: node \"%s\": use 1 to %d of a-z, 0-9 and -", node, NODE_MAX);
        return ERR_INVALID;
    }
    journal = calloc(1, sizeof *journal);
    if (journal == NULL)
        return ERR_MEMORY;
    journal->fd = -1;
    memcpy(journal->node, node, strlen(node) + 1);
    journal->folder = strdup(folder);
    if (journal->folder == NULL) {
        journal_close(journal);
        return ERR_MEMORY;
    }
    /* Pages do not wait for a folder that cannot be made now: each new file tries it again. */
    if (file_make_folder(folder) != ERR_NONE)
        log_error("journal: cannot make %s; views are lost until it can be written", folder);
    *out = journal;
    return ERR_NONE;
}

static void shut(struct journal *journal)
{
    if (journal->fd >= 0)
        close(journal->fd);
    journal->fd = -1;
    free(journal->path);
    journal->path = NULL;
}

/* -1 with errno. A pipe must not hold the reader, and nothing but a file keeps what is written. */
static int open_file(const char *path)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0640);
    struct stat status;

    if (fd < 0 || (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)))
        return fd;
    close(fd);
    errno = EINVAL;
    return -1;
}

static enum err open_day(struct journal *journal, time_t when)
{
    struct buffer name = BUFFER_INIT;
    char date[21];
    enum err err = ERR_MEMORY;

    shut(journal);
    clock_format(when, date);
    buffer_printf(&name, "%s-%.10s", journal->node, date);
    if (buffer_failed(&name))
        goto out;
    journal->path = file_path(journal->folder, buffer_text(&name), ".log");
    if (journal->path == NULL)
        goto out;
    journal->fd = open_file(journal->path);
    /* The folder may have been removed since journal_open. Not with file_make_folder: it would log
     * each try. */
    if (journal->fd < 0 && errno == ENOENT && mkdir(journal->folder, 0755) == 0)
        journal->fd = open_file(journal->path);
    err = journal->fd < 0 ? ERR_SYSTEM : ERR_NONE;
    journal->day = when / DAY_SECONDS;
    journal->looked = when;
out:
    buffer_free(&name);
    return err;
}

/* True if the open file still stands under its name. Somebody may have moved or deleted it, and
 * what is written to it then is never read. One stat(2) a second at most. */
static bool in_place(struct journal *journal, time_t when)
{
    struct stat by_name, opened;

    if (journal->looked == when)
        return true;
    journal->looked = when;
    return stat(journal->path, &by_name) == 0 && fstat(journal->fd, &opened) == 0 &&
           by_name.st_ino == opened.st_ino && by_name.st_dev == opened.st_dev;
}

static enum err be_open(struct journal *journal, time_t when)
{
    if (journal->fd >= 0 && journal->day == when / DAY_SECONDS && in_place(journal, when))
        return ERR_NONE;
    return open_day(journal, when);
}

/* One write(2). What was written in part is not written again: the next record's first byte ends
 * it, and the collector counts the torn one, so it does not count as lost here. */
static enum err write_line(struct journal *journal, bool *torn)
{
    ssize_t n;

    *torn = false;
    if (buffer_failed(&journal->line))
        return ERR_MEMORY;
    do
        n = write(journal->fd, journal->line.data, journal->line.len);
    while (n < 0 && errno == EINTR);
    if (n == (ssize_t)journal->line.len)
        return ERR_NONE;
    if (n >= 0) {
        *torn = n > 0;
        errno = ENOSPC; /* a short write to a file means that there is no room for more */
    }
    return ERR_SYSTEM;
}

/* A full disk must not fill the log as well. */
static void complain(struct journal *journal, enum err err, int cause)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    if (journal->complained != 0 && now.tv_sec - journal->complained < COMPLAIN_EVERY)
        return;
    journal->complained = now.tv_sec > 0 ? now.tv_sec : 1;
    log_error("journal: cannot write %s: %s; pages go on, views are not counted (%ld so far): "
              "check space and rights of %s",
              journal->path ? journal->path : "a file",
              err == ERR_SYSTEM ? strerror(cause) : err_text(err), journal->lost, journal->folder);
}

/* Says how many are missing, before anything else is written. */
static enum err append_lost(struct journal *journal, time_t when, bool *torn)
{
    enum err err;

    *torn = false;
    if (journal->lost == 0)
        return ERR_NONE;
    buffer_clear(&journal->line);
    format_lost(&journal->line, when, journal->lost);
    err = write_line(journal, torn);
    if (err == ERR_NONE)
        journal->lost = 0;
    return err;
}

enum err journal_append(struct journal *journal, const struct record *record)
{
    bool torn = false;
    enum err err = be_open(journal, record->when);

    if (err == ERR_NONE)
        err = append_lost(journal, record->when, &torn);
    if (err == ERR_NONE) {
        buffer_clear(&journal->line);
        journal_format(&journal->line, record);
        err = write_line(journal, &torn);
    }
    if (err != ERR_NONE) {
        int cause = errno;

        if (!torn) /* a torn line stands for this record, whichever line it was */
            journal->lost++;
        complain(journal, err, cause);
    }
    return err;
}

void journal_close(struct journal *journal)
{
    bool torn;

    if (journal == NULL)
        return;
    if (journal->lost > 0 && (be_open(journal, clock_now()) != ERR_NONE ||
                              append_lost(journal, clock_now(), &torn) != ERR_NONE))
        log_error("journal: %ld views were lost, and that could not be written to %s",
                  journal->lost, journal->folder);
    shut(journal);
    buffer_free(&journal->line);
    free(journal->folder);
    free(journal);
}
