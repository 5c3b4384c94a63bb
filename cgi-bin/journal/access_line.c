/*
 * access_line.c: takes a line apart from left to right, by the steps of its grammar. Values stand
 * in quotes, with escapes as Apache and nginx write them (\" \\ \xhh and C's letters), so a quote
 * of the client's never ends a value. What is escaped may be any byte but NUL; whoever uses a value
 * checks it. A name with a space in it is no name: it could be any surplus word.
 */
#include "journal/access_line.h"
#include "base/ascii.h"
#include "base/message.h"
#include "base/network.h"
#include <stdlib.h>
#include <string.h>

/* What is left of the line. */
struct cursor {
    char *at;
};

static bool take_text(struct cursor *c, const char *text)
{
    size_t len = strlen(text);

    if (strncmp(c->at, text, len) != 0)
        return false;
    c->at += len;
    return true;
}

/* Stands for a NUL of the client's, which would end the value: bytes that are no request have them.
 */
#define SUBSTITUTE '\x1a'

/* The byte of an escape, whose backslash has been taken; 0 for none. */
static char take_escape(struct cursor *c)
{
    static const char letters[] = "\"\\nrtvbf";
    static const char bytes[] = "\"\\\n\r\t\v\b\f";
    char letter = *c->at++;
    const char *found = letter == '\0' ? NULL : strchr(letters, letter);

    if (found != NULL)
        return bytes[found - letters];
    if (letter != 'x' || ascii_hex(c->at[0]) < 0 || ascii_hex(c->at[1]) < 0)
        return '\0';
    letter = (char)(ascii_hex(c->at[0]) * 16 + ascii_hex(c->at[1]));
    c->at += 2;
    return letter;
}

/* A value in quotes, unescaped where it stands: it only becomes shorter. "-" is "". NULL for none.
 * nul: an escaped NUL may be in it. */
static char *take_value(struct cursor *c, bool nul)
{
    char *value = c->at, *to = value;

    if (*c->at++ != '"')
        return NULL;
    while (*c->at != '"') {
        char byte = *c->at;

        if (byte == '\0')
            return NULL;
        c->at++;
        if (byte == '\\' && nul && strncmp(c->at, "x00", 3) == 0) {
            c->at += 3;
            byte = SUBSTITUTE;
        } else if (byte == '\\' && (byte = take_escape(c)) == '\0') {
            return NULL;
        }
        *to++ = byte;
    }
    c->at++;
    *to = '\0';
    return strcmp(value, "-") == 0 ? to : value;
}

static char *take_quoted(struct cursor *c)
{
    return take_value(c, false);
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

/* "21/Nov/2026:08:15:00 +0300" */
static bool take_moment(struct cursor *c, time_t *out)
{
    struct tm tm = {.tm_isdst = 0};
    int hours, minutes, year, day, sign;

    if (!take_number(c, 2, &tm.tm_mday) || !take_text(c, "/") || !take_month(c, &tm.tm_mon) ||
        !take_text(c, "/") || !take_number(c, 4, &year) || !take_text(c, ":") ||
        !take_number(c, 2, &tm.tm_hour) || !take_text(c, ":") || !take_number(c, 2, &tm.tm_min) ||
        !take_text(c, ":") || !take_number(c, 2, &tm.tm_sec))
        return false;
    sign = take_text(c, " +") ? 1 : take_text(c, " -") ? -1 : 0;
    if (sign == 0 || !take_number(c, 2, &hours) || !take_number(c, 2, &minutes))
        return false;
    if (tm.tm_hour > 23 || tm.tm_min > 59 || tm.tm_sec > 60 || hours > 15 || minutes > 59 ||
        year < 1970)
        return false;
    tm.tm_year = year - 1900;
    day = tm.tm_mday;
    *out = timegm(&tm) - sign * (time_t)(hours * 3600 + minutes * 60);
    return tm.tm_mday == day; /* timegm takes the 31st of June for the 1st of July */
}

bool access_time(const char *text, time_t *out)
{
    char copy[40];
    struct cursor c = {copy};
    size_t len = strlen(text);

    if (len >= sizeof copy)
        return false;
    memcpy(copy, text, len + 1);
    return take_moment(&c, out) && *c.at == '\0';
}

void access_split_request(struct access_line *out, char *request)
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

/* --- the steps of a grammar: each takes one part, or leaves it and says no --- */

/* A word with a space behind it, which is overwritten. NULL for none. */
static char *take_word(struct cursor *c)
{
    char *word = c->at;
    size_t len = strcspn(word, " ");

    if (len == 0 || word[len] != ' ')
        return NULL;
    word[len] = '\0';
    c->at = word + len + 1;
    return word;
}

static bool step_vhost(struct cursor *c, struct access_line *out)
{
    const char *host = take_word(c);
    const char *colon = host == NULL ? NULL : strrchr(host, ':');
    size_t digits = colon == NULL ? 0 : strspn(colon + 1, "0123456789");

    (void)out;
    return colon != host && digits > 0 && digits < 6 && colon[1 + digits] == '\0';
}

static bool step_address(struct cursor *c, struct access_line *out)
{
    const char *word = take_word(c);

    if (word == NULL)
        return false;
    out->address = word;
    return network_is_address(word);
}

/* "192.0.2.7, 203.0.113.9", or "-" where nobody forwarded it. */
static bool step_list(struct cursor *c, struct access_line *out)
{
    bool more = true;

    while (more) {
        char *part = c->at;
        size_t len = strcspn(part, ", ");

        more = part[len] == ',';
        c->at += len + 1;
        if (part[len] == '\0')
            return false;
        part[len] = '\0';
        if (more && *c->at == ' ')
            c->at++;
        out->address = strcmp(part, "-") == 0 ? part + 1 : part;
        if (*out->address != '\0' && !network_is_address(part))
            return false;
    }
    return true;
}

static bool step_ident(struct cursor *c, struct access_line *out)
{
    const char *word = take_word(c);

    (void)out;
    return word != NULL && *word != '[' && *word != '"';
}

static bool step_user(struct cursor *c, struct access_line *out)
{
    char *part = c->at;

    if (!step_ident(c, out))
        return false;
    out->user = strcmp(part, "-") == 0 ? part + 1 : part;
    return true;
}

static bool step_time(struct cursor *c, struct access_line *out)
{
    return take_text(c, "[") && take_moment(c, &out->when) && take_text(c, "] ");
}

static bool step_request(struct cursor *c, struct access_line *out)
{
    char *request = take_value(c, true);

    if (request == NULL || !take_text(c, " "))
        return false;
    access_split_request(out, request);
    return true;
}

static bool step_status(struct cursor *c, struct access_line *out)
{
    return take_number(c, 3, &out->status) && take_text(c, " ");
}

/* Digits or "-". */
static bool step_bytes(struct cursor *c, struct access_line *out)
{
    size_t len = strspn(c->at, "0123456789");

    (void)out;
    if (len == 0 && *c->at == '-')
        len = 1;
    c->at += len;
    return len > 0 && len < 20 && (*c->at == '\0' || take_text(c, " "));
}

static bool step_referrer(struct cursor *c, struct access_line *out)
{
    out->referrer = take_quoted(c);
    return out->referrer != NULL && take_text(c, " ");
}

static bool step_agent(struct cursor *c, struct access_line *out)
{
    out->agent = take_quoted(c);
    return out->agent != NULL && (*c->at == '\0' || take_text(c, " "));
}

/* What the client sent may be anything: only an address at its end is one. */
static bool step_forwarded(struct cursor *c, struct access_line *out)
{
    char *list = take_quoted(c), *last;

    if (list == NULL)
        return false;
    last = strrchr(list, ',');
    last = last == NULL ? list : last + 1;
    last += strspn(last, " ");
    if (network_is_address(last))
        out->address = last;
    return true;
}

static bool step_end(struct cursor *c, struct access_line *out)
{
    (void)out;
    return *c->at == '\0' && c->at[-1] != ' ';
}

struct step {
    bool (*take)(struct cursor *c, struct access_line *out);
    const char *expected;
};

#define STEPS_MAX 12

static const struct step vhost = {step_vhost, N_("a host and its port, school.example:443")},
                         address = {step_address, N_("an address of a reader")},
                         list = {step_list,
                                 N_("addresses with commas between, as in X-Forwarded-For")},
                         ident = {step_ident, N_("the name by identd, or -")},
                         user = {step_user, N_("a user's name in one word, or -")},
                         moment = {step_time, N_("a time like [21/Nov/2026:08:15:00 +0300]")},
                         asked = {step_request, N_("a request in quotes")},
                         status = {step_status, N_("a status of three digits")},
                         bytes = {step_bytes, N_("a number of bytes, or -")},
                         referrer = {step_referrer, N_("a referrer in quotes")},
                         agent = {step_agent, N_("a user agent in quotes")},
                         forwarded = {step_forwarded, N_("X-Forwarded-For in quotes")},
                         end = {step_end, N_("the end of the line")};

static const struct step *const grammars[ACCESS_GRAMMAR__MAX][STEPS_MAX] = {
    [ACCESS_COMMON] = {&address, &ident, &user, &moment, &asked, &status, &bytes, &end},
    [ACCESS_COMBINED] = {&address, &ident, &user, &moment, &asked, &status, &bytes, &referrer,
                         &agent, &end},
    [ACCESS_VHOST] = {&vhost, &address, &ident, &user, &moment, &asked, &status, &bytes, &referrer,
                      &agent, &end},
    [ACCESS_MAIN] = {&address, &ident, &user, &moment, &asked, &status, &bytes, &referrer, &agent,
                     &forwarded, &end},
    [ACCESS_FORWARDED] = {&list, &ident, &user, &moment, &asked, &status, &bytes, &referrer, &agent,
                          &end},
};

enum err access_line_parse(struct access_line *out, enum access_grammar grammar, char *line,
                           struct access_fault *fault)
{
    struct cursor c = {line};
    size_t len = strlen(line);

    *out = (struct access_line){.address = line + len,
                                .user = line + len,
                                .method = line + len,
                                .target = line + len,
                                .referrer = line + len,
                                .agent = line + len};
    for (const struct step *const *step = grammars[grammar]; *step != NULL; step++) {
        *fault = (struct access_fault){(size_t)(c.at - line) + 1, (*step)->expected};
        if (!(*step)->take(&c, out))
            return ERR_INVALID;
    }
    return ERR_NONE;
}
