/*
 * access_format.c: the table of forms, and the prefix that syslog puts in front of a line.
 */
#include "journal/access_format.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum how { BY_GRAMMAR, BY_NAMES, BY_COLUMNS };

struct access_format {
    const char *word;
    enum how how;
    enum access_grammar grammar;
    const char *mapping;
};

/* Names as nginx, Caddy and Amazon CloudFront document them. */
static const struct access_format formats[] = {
    {"common", BY_GRAMMAR, ACCESS_COMMON, NULL},
    {"combined", BY_GRAMMAR, ACCESS_COMBINED, NULL},
    {"vhost_combined", BY_GRAMMAR, ACCESS_VHOST, NULL},
    {"main", BY_GRAMMAR, ACCESS_MAIN, NULL},
    {"forwarded", BY_GRAMMAR, ACCESS_FORWARDED, NULL},
    {"json", BY_NAMES, ACCESS_GRAMMAR__MAX,
     "time=time_iso8601|time_local|msec|time address=remote_addr user=remote_user "
     "request=request method=request_method target=request_uri status=status "
     "referrer=http_referer agent=http_user_agent"},
    {"caddy", BY_NAMES, ACCESS_GRAMMAR__MAX,
     "time=ts address=request.client_ip|request.remote_ip|request.remote_addr user=user_id "
     "method=request.method target=request.uri status=status "
     "referrer=request.headers.Referer.0 agent=request.headers.User-Agent.0"},
    {"cloudfront", BY_COLUMNS, ACCESS_GRAMMAR__MAX,
     "time=date|time address=c-ip method=cs-method target=cs-uri-stem query=cs-uri-query "
     "status=sc-status referrer=cs(Referer) agent=cs(User-Agent)"},
};
#define FORMATS (sizeof formats / sizeof formats[0])

static const char syslog_word[] = "syslog:";

enum err access_reader_open(struct access_reader *out, const char *format, const char *fields,
                            const char **wrong)
{
    *out = (struct access_reader){.format = NULL};
    *wrong = NULL;
    out->syslog = strncmp(format, syslog_word, strlen(syslog_word)) == 0;
    if (out->syslog)
        format += strlen(syslog_word);
    for (size_t i = 0; i < FORMATS; i++)
        if (strcmp(formats[i].word, format) == 0)
            out->format = &formats[i];
    if (out->format == NULL)
        return ERR_NOT_FOUND;
    if (out->format->how == BY_GRAMMAR)
        return ERR_NONE;
    /* What settings name is for logs that have no format of their own here. */
    if (*fields == '\0' || strcmp(format, "json") != 0)
        fields = out->format->mapping;
    return access_map(&out->names, fields, wrong);
}

void access_reader_close(struct access_reader *reader)
{
    access_names_free(&reader->names);
}

/* --- syslog --- */

/* "word ", or NULL. */
static char *skip_word(char *at)
{
    size_t len = strcspn(at, " ");

    return len == 0 || at[len] == '\0' ? NULL : at + len + 1;
}

static char *skip_words(char *at, int count)
{
    for (; count > 0 && at != NULL; count--)
        at = skip_word(at);
    return at;
}

/* "Nov 21 08:15:00 ", or a time in one word. */
static char *skip_time(char *at)
{
    static const char form[] = "Aaa _0 00:00:00 ";

    if (isdigit((unsigned char)*at))
        return skip_word(at);
    for (size_t i = 0; form[i] != '\0'; i++) {
        bool fits = form[i] == 'A'   ? isupper((unsigned char)at[i])
                    : form[i] == 'a' ? islower((unsigned char)at[i])
                    : form[i] == '_' ? at[i] == ' ' || isdigit((unsigned char)at[i])
                    : form[i] == '0' ? isdigit((unsigned char)at[i])
                                     : at[i] == form[i];

        if (!fits)
            return NULL;
    }
    return at + strlen(form);
}

/* "host tag: " or "host tag[pid]: " */
static char *skip_sender(char *at)
{
    char *tag = skip_word(at), *message = tag == NULL ? NULL : skip_word(tag);

    return message != NULL && message[-2] == ':' ? message : NULL;
}

/* Structured data, "-" or "[id name="value"]"…, and the space behind it. */
static char *skip_data(char *at)
{
    bool quoted = false;

    if (*at == '-' && at[1] == ' ')
        return at + 2;
    while (*at == '[') {
        for (; *at != '\0' && (quoted || *at != ']'); at++) {
            if (*at == '\\' && at[1] != '\0')
                at++;
            else if (*at == '"')
                quoted = !quoted;
        }
        if (*at++ != ']')
            return NULL;
    }
    return *at == ' ' ? at + 1 : NULL;
}

/* The message behind the prefix; NULL if there is none. */
static char *skip_syslog(char *line)
{
    char *at = line;

    if (*at == '<') {
        size_t digits = strspn(at + 1, "0123456789");

        if (digits == 0 || digits > 3 || at[1 + digits] != '>')
            return NULL;
        at += digits + 2;
    }
    if (strncmp(at, "1 ", 2) == 0) { /* version of RFC 5424: time, host, program, process, kind */
        at = skip_words(at + 2, 5);
        return at == NULL ? NULL : skip_data(at);
    }
    at = skip_time(at);
    return at == NULL ? NULL : skip_sender(at);
}

/* --- lines --- */

bool access_copy_line(char room[static ACCESS_LINE_MAX + 1], const char *text, size_t len)
{
    if (len > 0 && text[len - 1] == '\r')
        len--;
    if (len > ACCESS_LINE_MAX || memchr(text, '\0', len) != NULL)
        return false;
    memcpy(room, text, len);
    room[len] = '\0';
    return true;
}

bool access_is_shown(const struct access_line *line)
{
    return strcmp(line->method, "GET") == 0 && (line->status == 200 || line->status == 304);
}

enum err access_read(struct access_reader *reader, char *line, enum access_kind *kind,
                     struct access_line *out, struct access_fault *fault)
{
    char *start = reader->syslog ? skip_syslog(line) : line;
    bool comment = false;
    enum err err;

    *kind = ACCESS_LINE;
    *fault = (struct access_fault){1, "a prefix of syslog"};
    if (start == NULL)
        return ERR_INVALID;
    switch (reader->format->how) {
    case BY_GRAMMAR:
        err = access_line_parse(out, reader->format->grammar, start, fault);
        break;
    case BY_NAMES:
        err = access_json_parse(out, &reader->names, start, fault);
        break;
    default:
        err = access_table_parse(out, &reader->names, start, &comment, fault);
        break;
    }
    fault->column += (size_t)(start - line);
    if (err == ERR_NONE && comment)
        *kind = ACCESS_COMMENT;
    else if (err == ERR_NONE && *out->method == '\0')
        *kind = ACCESS_NOISE;
    return err;
}

void access_format_words(struct buffer *out)
{
    for (size_t i = 0; i < FORMATS; i++)
        buffer_printf(out, "%s%s", i > 0 ? ", " : "", formats[i].word);
    buffer_printf(out, ", each with %s in front", syslog_word);
}

/* Adds the format if it reads the line. A table's line alone does not tell what it is. */
static enum err try_format(struct buffer *out, const char *word, bool syslog, const char *line)
{
    struct buffer name = BUFFER_INIT;
    struct access_reader reader;
    struct access_line parsed;
    struct access_fault fault;
    enum access_kind kind;
    const char *wrong;
    char *copy = strdup(line);
    enum err err = copy == NULL ? ERR_MEMORY : ERR_NONE;

    buffer_printf(&name, "%s%s", syslog ? syslog_word : "", word);
    reader = (struct access_reader){.format = NULL};
    if (err == ERR_NONE)
        err = access_reader_open(&reader, buffer_text(&name), "", &wrong);
    if (err == ERR_NONE)
        err = access_read(&reader, copy, &kind, &parsed, &fault);
    if (err == ERR_NONE && (kind != ACCESS_COMMENT || strncmp(line, "#Version:", 9) == 0))
        buffer_printf(out, "%s%s", out->len > 0 ? ", " : "", buffer_text(&name));
    access_reader_close(&reader);
    buffer_free(&name);
    free(copy);
    return err == ERR_MEMORY ? err : ERR_NONE;
}

enum err access_formats_of(struct buffer *out, const char *line)
{
    enum err err = ERR_NONE;

    for (int syslog = 0; syslog < 2 && err == ERR_NONE; syslog++)
        for (size_t i = 0; i < FORMATS && err == ERR_NONE; i++)
            err = try_format(out, formats[i].word, syslog > 0, line);
    return buffer_failed(out) ? ERR_MEMORY : err;
}
