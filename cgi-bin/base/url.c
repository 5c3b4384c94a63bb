/*
 * url.c: percent-decoding and the split of an http(s) address. Hex digits are read by ascii_hex()
 * alone: sscanf and isxdigit take blanks, signs or the locale's idea of a digit.
 */
#include "base/url.h"
#include "base/ascii.h"
#include "base/utf8.h"
#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#define HOST_MAX 253 /* RFC 1035, 2.3.4, in its usual reading */

/* The byte that "%XX" at text stands for, or -1. */
static int escaped_byte(const char *text, size_t len)
{
    int high;
    int low;

    if (len < 3)
        return -1;
    high = ascii_hex(text[1]);
    low = ascii_hex(text[2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* Decodes into room for len bytes; *got is the decoded length. */
static bool decode(char *room, size_t *got, const char *text, size_t len, bool plus_is_space)
{
    size_t put = 0;

    for (size_t i = 0; i < len; i++) {
        if (text[i] == '%') {
            int byte = escaped_byte(text + i, len - i);

            if (byte < 0)
                return false;
            room[put++] = (char)byte;
            i += 2;
        } else {
            room[put++] = text[i] == '+' && plus_is_space ? ' ' : text[i];
        }
    }
    *got = put;
    return true;
}

enum err url_decode(struct buffer *out, const char *text, size_t len, bool plus_is_space)
{
    char *room = buffer_reserve(out, len);
    size_t got = 0;

    if (room == NULL)
        return ERR_MEMORY;
    /* The bytes stand behind the buffer's end and are taken in only when they are clean. */
    if (!decode(room, &got, text, len, plus_is_space) || !utf8_clean(room, got)) {
        *room = '\0';
        return ERR_INVALID;
    }
    buffer_grew(out, got);
    return ERR_NONE;
}

static bool is_alphanumeric(char c)
{
    return ascii_is_digit(c) || ascii_is_lower(c) || ascii_is_upper(c);
}

static bool is_unreserved(char c)
{
    return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

void url_encode(struct buffer *out, const char *text, size_t len)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)text[i];

        if (is_unreserved(text[i])) {
            buffer_putc(out, text[i]);
            continue;
        }
        buffer_putc(out, '%');
        buffer_putc(out, digits[byte >> 4]);
        buffer_putc(out, digits[byte & 15]);
    }
}

/* Characters that RFC 3986 allows nowhere, and that readers disagree about: browsers take \ for /.
 */
static bool has_forbidden(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (strchr(" \"<>\\^`{|}", text[i]) != NULL)
            return true;
        if (text[i] == '%' && escaped_byte(text + i, len - i) < 0)
            return true;
    }
    return false;
}

/* Points text past "http://" or "https://". */
static bool parse_scheme(struct url *out, const char **text)
{
    static const char *const schemes[] = {"http", "https"};

    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        size_t len = strlen(schemes[i]);

        if (strncasecmp(*text, schemes[i], len) != 0 || strncmp(*text + len, "://", 3) != 0)
            continue;
        out->scheme = *text;
        out->scheme_len = len;
        *text += len + 3;
        return true;
    }
    return false;
}

/* One to five digits, 1 to 65535. */
static bool parse_port(int *port, const char *text, size_t len)
{
    int value = 0;

    if (len < 1 || len > 5)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        value = value * 10 + (text[i] - '0');
    }
    *port = value;
    return value >= 1 && value <= 65535;
}

/* Labels of letters, digits, hyphens, underscores and non-ASCII letters (RFC 3987), parted by
 * single dots; one dot may end it. */
static bool is_host_name(const char *host, size_t len)
{
    bool label = false;

    if (len < 1 || len > HOST_MAX)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (host[i] == '.' && !label)
            return false;
        if (host[i] != '.' && !is_alphanumeric(host[i]) && host[i] != '-' && host[i] != '_' &&
            (unsigned char)host[i] < 0x80)
            return false;
        label = host[i] != '.';
    }
    return true;
}

static bool is_ipv6(const char *host, size_t len)
{
    char copy[INET6_ADDRSTRLEN];
    struct in6_addr address;

    if (len >= sizeof copy)
        return false;
    memcpy(copy, host, len);
    copy[len] = '\0';
    return inet_pton(AF_INET6, copy, &address) == 1;
}

/* "[::1]" with an optional port behind it; *used is the length up to the bracket's end. */
static bool parse_bracketed(struct url *out, const char *text, size_t len, size_t *used)
{
    const char *close = memchr(text, ']', len);

    if (close == NULL)
        return false;
    out->host = text + 1;
    out->host_len = (size_t)(close - text) - 1;
    *used = out->host_len + 2;
    return is_ipv6(out->host, out->host_len);
}

/* host or host:port, len bytes. */
static bool parse_host(struct url *out, const char *text, size_t len)
{
    const char *colon;
    size_t used;

    if (len > 0 && text[0] == '[') {
        if (!parse_bracketed(out, text, len, &used))
            return false;
    } else {
        colon = memchr(text, ':', len);
        used = colon == NULL ? len : (size_t)(colon - text);
        out->host = text;
        out->host_len = used;
        if (!is_host_name(text, used))
            return false;
    }
    if (used == len)
        return true;
    return text[used] == ':' && parse_port(&out->port, text + used + 1, len - used - 1);
}

enum err url_parse(struct url *out, const char *text)
{
    size_t len = strlen(text);
    const char *at;

    memset(out, 0, sizeof *out);
    if (!utf8_clean(text, len) || has_forbidden(text, len) || !parse_scheme(out, &text))
        return ERR_INVALID;
    len = strcspn(text, "/?#");
    out->rest = text + len;
    at = memchr(text, '@', len);
    if (at != NULL) {
        out->has_user = true;
        len -= (size_t)(at - text) + 1;
        text = at + 1;
    }
    /* A second @ or anything else odd is no host name. */
    return parse_host(out, text, len) ? ERR_NONE : ERR_INVALID;
}

void url_host(struct buffer *out, const struct url *url)
{
    size_t len = url->host_len;
    bool ipv6 = memchr(url->host, ':', len) != NULL;

    /* "school.ru." and "school.ru" are the same name. */
    if (len > 1 && url->host[len - 1] == '.')
        len--;
    if (ipv6)
        buffer_putc(out, '[');
    /* The parser let only valid UTF-8 in; running out of memory sticks to the buffer. */
    (void)utf8_lower(out, url->host, len);
    if (ipv6)
        buffer_putc(out, ']');
    if (url->port != 0)
        buffer_printf(out, ":%d", url->port);
}

enum err url_host_of(struct buffer *out, const char *address)
{
    struct url url;

    if (url_parse(&url, address) != ERR_NONE)
        return ERR_INVALID;
    url_host(out, &url);
    return buffer_failed(out) ? ERR_MEMORY : ERR_NONE;
}
