/*
 * access_line.c: takes a line of the combined log apart from left to right. Values stand in quotes,
 * with escapes as Apache and nginx write them (\" \\ \xhh and C's letters), so a quote of the
 * client's never ends a value. What is escaped may be any byte but NUL; whoever uses a value checks
 * it.
 */
#include "journal/access_line.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* What is left of the line. */
struct cursor {
    char *at;
};

/* Takes what stands before the first stop character, which is overwritten; false if it is empty. */
static bool take_word(struct cursor *c, char stop, const char **out)
{
    char *end = strchr(c->at, stop);

    if (end == NULL || end == c->at)
        return false;
    *end = '\0';
    *out = c->at;
    c->at = end + 1;
    return true;
}

static bool take_text(struct cursor *c, const char *text)
{
    size_t len = strlen(text);

    if (strncmp(c->at, text, len) != 0)
        return false;
    c->at += len;
    return true;
}

static int hex(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* The byte of an escape, whose backslash has been taken; 0 for none. */
static char take_escape(struct cursor *c)
{
    static const char letters[] = "\"\\nrtvbf";
    static const char bytes[] = "\"\\\n\r\t\v\b\f";
    char letter = *c->at++;
    const char *found = letter == '\0' ? NULL : strchr(letters, letter);

    if (found != NULL)
        return bytes[found - letters];
    if (letter != 'x' || hex(c->at[0]) < 0 || hex(c->at[1]) < 0)
        return '\0';
    letter = (char)(hex(c->at[0]) * 16 + hex(c->at[1]));
    c->at += 2;
    return letter;
}

/* A value in quotes, unescaped where it stands: it only becomes shorter. "-" is "". NULL for none.
 */
static char *take_quoted(struct cursor *c)
{
    char *value = c->at, *to = value;

    if (*c->at++ != '"')
        return NULL;
    while (*c->at != '"') {
        char byte = *c->at;

        if (byte == '\0')
            return NULL;
        c->at++;
        if (byte == '\\' && (byte = take_escape(c)) == '\0')
            return NULL;
        *to++ = byte;
    }
    c->at++;
    *to = '\0';
    return strcmp(value, "-") == 0 ? to : value;
}

/* count digits as a number. */
static bool take_number(struct cursor *c, int count, int *out)
{
    *out = 0;
    for (; count > 0; count--) {
        if (*c->at < '0' || *c->at > '9')
            return false;
        *out = *out * 10 + (*c->at++ - '0');
    }
    return true;
}

static bool take_month(struct cursor *c, int *out)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

    for (*out = 0; *out < 12; ++*out)
        if (strncmp(c->at, months + *out * 3, 3) == 0) {
            c->at += 3;
            return true;
        }
    return false;
}

/* "[21/Nov/2026:08:15:00 +0300]" */
static bool take_time(struct cursor *c, time_t *out)
{
    struct tm tm = {.tm_isdst = 0};
    int hours, minutes, year, day, sign;

    if (!take_text(c, "[") || !take_number(c, 2, &tm.tm_mday) || !take_text(c, "/") ||
        !take_month(c, &tm.tm_mon) || !take_text(c, "/") || !take_number(c, 4, &year) ||
        !take_text(c, ":") || !take_number(c, 2, &tm.tm_hour) || !take_text(c, ":") ||
        !take_number(c, 2, &tm.tm_min) || !take_text(c, ":") || !take_number(c, 2, &tm.tm_sec))
        return false;
    sign = take_text(c, " +") ? 1 : take_text(c, " -") ? -1 : 0;
    if (sign == 0 || !take_number(c, 2, &hours) || !take_number(c, 2, &minutes) ||
        !take_text(c, "] "))
        return false;
    if (tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 60 || hours > 15 || minutes > 59 ||
        year < 1970)
        return false;
    tm.tm_year = year - 1900;
    day = tm.tm_mday;
    *out = timegm(&tm) - sign * (time_t)(hours * 3600 + minutes * 60);
    return tm.tm_mday == day; /* timegm takes the 31st of June for the 1st of July */
}

/* Method and target of "GET /q/17 HTTP/1.1"; both "" for bytes that are no request. */
static void split_request(struct access_line *out, char *request)
{
    char *space = strchr(request, ' ');
    char *last = space == NULL ? NULL : strchr(space + 1, ' ');

    out->method = out->target = request + strlen(request);
    if (last == NULL || strncmp(last + 1, "HTTP/", 5) != 0 || strchr(last + 1, ' ') != NULL)
        return;
    *space = '\0';
    *last = '\0';
    out->method = request;
    out->target = space + 1;
}

/* Digits or "-", up to the space behind. */
static bool take_bytes(struct cursor *c)
{
    size_t len = strspn(c->at, "0123456789");

    if (len == 0 && *c->at == '-')
        len = 1;
    c->at += len;
    return len > 0 && len < 20 && take_text(c, " ");
}

/* What stands in front of the time. A user's name may hold spaces; the time begins at the first
 * bracket behind one. */
static bool take_who(struct cursor *c, struct access_line *out)
{
    const char *ident;
    char *time;

    if (!take_word(c, ' ', &out->address) || !take_word(c, ' ', &ident))
        return false;
    time = strstr(c->at, " [");
    if (time == NULL || time == c->at)
        return false;
    *time = '\0';
    out->user = strcmp(c->at, "-") == 0 ? time : c->at;
    c->at = time + 1;
    return true;
}

enum err access_line_parse(struct access_line *out, char *line)
{
    struct cursor c = {line};
    char *request;

    if (!take_who(&c, out) || !take_time(&c, &out->when) || (request = take_quoted(&c)) == NULL ||
        !take_text(&c, " ") || !take_number(&c, 3, &out->status) || !take_text(&c, " ") ||
        !take_bytes(&c) || (out->referrer = take_quoted(&c)) == NULL || !take_text(&c, " ") ||
        (out->agent = take_quoted(&c)) == NULL || *c.at != '\0')
        return ERR_INVALID;
    split_request(out, request);
    return ERR_NONE;
}
