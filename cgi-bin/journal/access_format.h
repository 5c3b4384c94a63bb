/*
 * access_format.h: which form a log is said to have, and its lines read by that form alone. Nothing
 * is guessed: a line of another form is a fault, with the place and the forms that would fit it.
 */
#ifndef VHOD_JOURNAL_ACCESS_FORMAT_H
#define VHOD_JOURNAL_ACCESS_FORMAT_H

#include "journal/access_json.h"
#include "journal/access_line.h"

/* What a line is. */
enum access_kind {
    ACCESS_LINE,    /* a request */
    ACCESS_NOISE,   /* one of bytes that are no request: TLS on the wrong port, scanners */
    ACCESS_COMMENT, /* none: a table's head */
};

struct access_reader {
    const struct access_format *format;
    bool syslog; /* each line has a prefix of syslog (RFC 3164, RFC 5424) */
    struct access_names names;
};

/* format: "combined", "syslog:combined" …; see access_format_words. fields: the mapping for "json"
 * (access_json.h), "" for the names of nginx. ERR_NOT_FOUND: no such format. ERR_INVALID: a mapping
 * with a fault, *wrong says which. ERR_MEMORY. Free with access_reader_close. */
enum err access_reader_open(struct access_reader *out, const char *format, const char *fields,
                            const char **wrong);
void access_reader_close(struct access_reader *reader);

/* Copies a line of a log into room, without its newline and a CR, NUL-terminated, for access_read;
 * false for bytes that are no line: too many, or a NUL among them. */
bool access_copy_line(char room[static ACCESS_LINE_MAX + 1], const char *text, size_t len);

/* Reads a line (NUL-terminated, without its newline; it is changed). What *out points to is valid
 * until the next line. ERR_INVALID, with *fault; ERR_MEMORY. */
enum err access_read(struct access_reader *reader, char *line, enum access_kind *kind,
                     struct access_line *out, struct access_fault *fault);

/* True for what may be a view: GET, answered 200 or 304. */
bool access_is_shown(const struct access_line *line);

/* Names of all formats, with commas between. */
void access_format_words(struct buffer *out);
/* Names of those whose grammar a line (which is not changed) fits, with commas between; empty for
 * none. */
enum err access_formats_of(struct buffer *out, const char *line);

#endif
