/*
 * rule.c: the checks of single values. Contract: rule.h. Most checks are one loop over a list
 * with commas (each_part) with a judge for one part.
 */
#include "content/rule.h"
#include "base/ascii.h"
#include "base/clock.h"
#include "base/ini.h"
#include "base/message.h"
#include "base/url.h"
#include "base/utf8.h"
#include "content/list.h"
#include "directory/hours.h"
#include <ctype.h>
#include <string.h>
#include <strings.h>

/* characters of a short answer: it must fit one text message or one breath */
#define NOTICE_MAX 160
#define SHORT_MAX  299

static bool same_part(struct list_part a, struct list_part b)
{
    return a.len == b.len && memcmp(a.text, b.text, a.len) == 0;
}

/* Judges every part; complaint is returned as soon as one fails, and a doubled part has its own. */
static const char *each_part(const char *value, bool (*fine)(struct list_part),
                             const char *complaint)
{
    const char *rest = value;
    struct list_part part;

    while (list_next(&rest, &part)) {
        const char *later;
        struct list_part other;

        if (part.len == 0)
            return N_("has an empty part: take the extra comma out");
        if (!fine(part))
            return complaint;
        later = rest;
        while (list_next(&later, &other)) {
            if (same_part(part, other))
                return N_("names one thing twice: take one of them out");
        }
    }
    return NULL;
}

static bool whole(const char *value, bool (*fine)(struct list_part))
{
    return fine((struct list_part){value, strlen(value)});
}

/* Texts and names. */

static bool fine_text(struct list_part part)
{
    return part.len > 0 && utf8_clean(part.text, part.len) && part.text[0] != ' ' &&
           part.text[part.len - 1] != ' ';
}

const char *rule_text(const char *value)
{
    return whole(value, fine_text)
               ? NULL
               : N_("must be text without control characters or spaces at its ends");
}

const char *rule_names(const char *value)
{
    return each_part(value, fine_text, N_("must be names with commas"));
}

const char *rule_plain(const char *value)
{
    static const char *const marks[] = {"](", "**", "__", "`", "<", ">", "&"};

    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (strstr(value, marks[i]) != NULL)
            return N_("must be plain text: no Markdown, no HTML");
    }
    return rule_text(value);
}

const char *rule_short(const char *value)
{
    const char *complaint = rule_plain(value);

    if (complaint != NULL)
        return complaint;
    return utf8_length(value) <= SHORT_MAX ? NULL : N_("must have fewer than 300 characters");
}

const char *rule_notice(const char *value)
{
    const char *complaint = rule_plain(value);

    if (complaint == NULL && strchr(".!?", value[strlen(value) - 1]) != NULL)
        complaint = N_("must end without a mark: the page adds the full stop");
    if (complaint != NULL)
        return complaint;
    return utf8_length(value) <= NOTICE_MAX
               ? NULL
               : N_("must have at most 160 characters: the rest belongs under more");
}

static bool fine_id(struct list_part part)
{
    for (size_t i = 0; i < part.len; i++) {
        if (!ascii_is_lower(part.text[i]) && !ascii_is_digit(part.text[i]) && part.text[i] != '-')
            return false;
    }
    return part.len > 0 && part.len <= 64 && part.text[0] != '-' && part.text[part.len - 1] != '-';
}

const char *rule_id(const char *value)
{
    return whole(value, fine_id) ? NULL : N_("must be an id: a-z, 0-9 and - inside");
}

const char *rule_ids(const char *value)
{
    return each_part(value, fine_id, N_("must be ids (a-z, 0-9, -) with commas"));
}

const char *rule_answer(const char *value)
{
    bool answer;

    return ini_parse_bool(value, &answer) ? NULL : N_("must be yes or no");
}

/* Numbers. */

static bool in_range(const char *value, long min, long max)
{
    long number;

    return ini_parse_int(value, min, max, &number);
}

const char *rule_position(const char *value)
{
    return in_range(value, 1, 999) ? NULL : N_("must be a number from 1 to 999");
}

const char *rule_minutes(const char *value)
{
    return in_range(value, 1, 240) ? NULL : N_("must be a number of minutes from 1 to 240");
}

const char *rule_number(const char *value)
{
    return in_range(value, 1, 9999) ? NULL : N_("must be a number from 1 to 9999");
}

/* Digits only, at least min and at most max of them. */
static bool digits(struct list_part part, size_t min, size_t max)
{
    if (part.len < min || part.len > max)
        return false;
    for (size_t i = 0; i < part.len; i++) {
        if (!ascii_is_digit(part.text[i]))
            return false;
    }
    return true;
}

/* Value of at most nine digits. */
static int number_of(struct list_part part)
{
    int number = 0;

    for (size_t i = 0; i < part.len; i++)
        number = number * 10 + (part.text[i] - '0');
    return number;
}

const char *rule_tile(const char *value)
{
    static const char complaint[] = N_("must be row, column: two numbers from 1 to 40");
    const char *rest = value;
    struct list_part part;
    int count = 0;

    while (list_next(&rest, &part)) {
        if (!digits(part, 1, 2) || number_of(part) < 1 || number_of(part) > 40)
            return complaint;
        count++;
    }
    return count == 2 ? NULL : complaint;
}

static bool fine_code(struct list_part part)
{
    return digits(part, 2, 3);
}

const char *rule_codes(const char *value)
{
    return each_part(value, fine_code,
                     N_("must be plate codes of two or three digits with commas"));
}

static bool fine_postcode(struct list_part part)
{
    struct list_part first = {part.text, 3};
    struct list_part last;

    if (part.len == 3)
        return digits(part, 3, 3);
    last = (struct list_part){part.text + 4, part.len - 4};
    return part.len == 7 && part.text[3] == '-' && digits(first, 3, 3) && digits(last, 3, 3) &&
           number_of(first) < number_of(last);
}

const char *rule_postcodes(const char *value)
{
    return each_part(
        value, fine_postcode,
        N_("must be first three digits of postcodes, single (649) or ranges (656-659)"));
}

/* Times. */

const char *rule_date(const char *value)
{
    return clock_is_date(value) ? NULL : N_("must be a date like 2026-09-24, 2025-11 or 2018");
}

const char *rule_day(const char *value)
{
    return strlen(value) == 10 && clock_is_date(value) ? NULL : N_("must be a day like 2026-09-24");
}

const char *rule_moment(const char *value)
{
    time_t when;

    return clock_local(value, "UTC", &when) == ERR_NONE
               ? NULL
               : N_("must be a day and a time like 2026-11-27 18:00");
}

const char *rule_zone(const char *value)
{
    return clock_is_zone(value)
               ? NULL
               : N_("is no time zone this system knows: write one like Asia/Barnaul");
}

const char *rule_hours(const char *value)
{
    struct hours hours;

    return hours_parse(&hours, value) == ERR_NONE
               ? NULL
               : N_("must be like mon-fri 09:00-18:00, several with commas, no day twice");
}

/* Addresses. */

const char *rule_url(const char *value)
{
    struct url url;

    for (const char *c = value; *c; c++) {
        if ((unsigned char)*c > 126)
            return N_(
                "must be ASCII: write a Cyrillic host in its xn-- form, other letters as %XX");
        if (strchr("\"<>\\^`{|}", *c) != NULL)
            return N_("has a character that no address may have: write it as %XX");
    }
    if (url_parse(&url, value) != ERR_NONE)
        return N_("must begin with https:// or http:// and name a host");
    return url.has_user ? N_("must not hold a user name or a password") : NULL;
}

const char *rule_https(const char *value)
{
    const char *complaint = rule_url(value);

    if (complaint != NULL)
        return complaint;
    return strncasecmp(value, "https:", 6) == 0 ? NULL : N_("must begin with https://");
}

const char *rule_email(const char *value)
{
    const char *at = strchr(value, '@');
    const char *dot = at != NULL ? strrchr(at, '.') : NULL;
    bool fine;

    for (const char *c = value; *c; c++) {
        if (!isalnum((unsigned char)*c) && strchr("@.-_+", *c) == NULL)
            return N_("must be an e-mail address");
    }
    fine = at != NULL && at != value && strchr(at + 1, '@') == NULL && dot != NULL &&
           dot > at + 1 && dot[1];
    return fine ? NULL : N_("must be an e-mail address");
}

const char *rule_phone(const char *value)
{
    size_t count = 0;
    bool fine = ascii_is_digit(value[0]) || value[0] == '+' || value[0] == '(';

    for (const char *c = value; *c; c++) {
        count += ascii_is_digit(*c);
        fine =
            fine && (ascii_is_digit(*c) || strchr(" -()", *c) != NULL || (*c == '+' && c == value));
    }
    return fine && count >= 3 && count <= 15
               ? NULL
               : N_("must be a phone number as it is read out, like 8 800 550-63-73");
}

static bool fine_article(struct list_part part)
{
    if (part.len > 2 && memcmp(part.text, "q/", 2) == 0)
        return part.text[2] != '0' && digits((struct list_part){part.text + 2, part.len - 2}, 1, 4);
    return fine_id(part);
}

const char *rule_article(const char *value)
{
    return whole(value, fine_article) ? NULL : N_("must be a question like q/8 or a guide's id");
}

const char *rule_articles(const char *value)
{
    return each_part(value, fine_article,
                     N_("must be questions like q/8 or ids of guides, with commas"));
}

/* One of a few words. */

static const char *one_of(const char *value, const char *const *words, const char *complaint)
{
    for (; *words != NULL; words++) {
        if (strcmp(value, *words) == 0)
            return NULL;
    }
    return complaint;
}

const char *rule_audience(const char *value)
{
    static const char *const words[] = {"all", "parents", "students", "staff", NULL};

    return one_of(value, words, N_("must be one of: all, parents, students, staff"));
}

const char *rule_via(const char *value)
{
    static const char *const words[] = {"esia", "password", "both", "unknown", NULL};

    return one_of(value, words, N_("must be one of: esia, password, both, unknown"));
}

const char *rule_status(const char *value)
{
    static const char *const words[] = {"current", "transition", "optional", "college", NULL};

    return one_of(value, words, N_("must be one of: current, transition, optional, college"));
}

const char *rule_level(const char *value)
{
    static const char *const words[] = {"info", "warning", "danger", NULL};

    return one_of(value, words, N_("must be one of: info, warning, danger"));
}

const char *rule_via_limit(const char *value)
{
    static const char *const words[] = {"esia", "password", NULL};

    return one_of(value, words, N_("must be one of: esia, password"));
}

static bool fine_age(struct list_part part)
{
    static const char *const ages[] = {"under-14", "from-14", "adult"};

    for (size_t i = 0; i < sizeof ages / sizeof ages[0]; i++) {
        if (strlen(ages[i]) == part.len && memcmp(ages[i], part.text, part.len) == 0)
            return true;
    }
    return false;
}

const char *rule_ages(const char *value)
{
    return each_part(value, fine_age, N_("must be under-14, from-14, adult, with commas"));
}

const char *rule_reader(const char *value)
{
    static const char *const words[] = {"family", "staff", NULL};

    return one_of(value, words, N_("must be one of: family, staff"));
}

#define ALOUD_PHRASES_MIN 2
#define ALOUD_PHRASES_MAX 8
#define ALOUD_WORDS_MAX   12

/* Words between blanks that hold more than a dash; *at moves behind the phrase. Returns -1 for a
 * quote or backslash, which the snapshot's list of phrases could not hold as they are. */
static int count_words(const char **at)
{
    int words = 0;

    while (**at && strncmp(*at, " / ", 3) != 0) {
        size_t len = strcspn(*at, " ");

        if (len == 0) {
            ++*at;
            continue;
        }
        if (memchr(*at, '"', len) != NULL || memchr(*at, '\\', len) != NULL)
            return -1;
        words += !(len == strlen("—") && memcmp(*at, "—", len) == 0);
        *at += len;
    }
    return words;
}

const char *rule_aloud(const char *value)
{
    int phrases = 0;

    for (const char *at = value;;) {
        int words = count_words(&at);

        if (words < 0)
            return N_("must not hold straight quotes or backslashes; use «»");
        if (words < 1 || words > ALOUD_WORDS_MAX)
            return N_("must be phrases of 1 to 12 words, parted by \" / \"");
        phrases++;
        if (!*at)
            break;
        at += 3;
    }
    return phrases < ALOUD_PHRASES_MIN || phrases > ALOUD_PHRASES_MAX
               ? N_("must be 2 to 8 phrases, parted by \" / \"")
               : rule_plain(value);
}
