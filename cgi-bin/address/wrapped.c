/*
 * wrapped.c: links that lead on. Contract in wrapped.h.
 */
#include "address/wrapped.h"
#include "base/url.h"
#include <stdbool.h>
#include <string.h>
#include <strings.h>

enum coding {
    CODED_PERCENT, /* as in every query */
    CODED_DASHES,  /* '-' for '%', '_' for '/', within the percent coding */
    CODED_PATH     /* in the path: "/v3/__https://…__;" */
};

/* Who leads on. host: the whole name, or with a dot before it its end, or with one behind it its
 * beginning ("google." for google.ru, google.com). path: its beginning. name: the parameter that
 * holds the address. */
static const struct wrapper {
    const char *host, *path, *name;
    enum coding coding;
} wrappers[] = {
    {"vk.com", "/away", "to", CODED_PERCENT},
    {"vk.ru", "/away", "to", CODED_PERCENT},
    {"m.vk.com", "/away", "to", CODED_PERCENT},
    {"m.vk.ru", "/away", "to", CODED_PERCENT},
    {"away.vk.com", "/", "to", CODED_PERCENT},
    {"ok.ru", "/dk", "st.link", CODED_PERCENT},
    {"t.me", "/iv", "url", CODED_PERCENT},
    {"t.me", "/share/url", "url", CODED_PERCENT},
    {"google.", "/url", "q", CODED_PERCENT},
    {"google.", "/url", "url", CODED_PERCENT},
    {"youtube.com", "/redirect", "q", CODED_PERCENT},
    {"yandex.ru", "/turbo", "text", CODED_PERCENT},
    {"yandex.ru", "/clck/", "url", CODED_PERCENT},
    {"ya.ru", "/clck/", "url", CODED_PERCENT},
    {"sba.yandex.net", "/redirect", "url", CODED_PERCENT},
    {"sba.yandex.ru", "/redirect", "url", CODED_PERCENT},
    {"click.mail.ru", "/", "u", CODED_PERCENT},
    {"checklink.mail.ru", "/", "url", CODED_PERCENT},
    {"l.facebook.com", "/l.php", "u", CODED_PERCENT},
    {"l.instagram.com", "/", "u", CODED_PERCENT},
    {"duckduckgo.com", "/l/", "uddg", CODED_PERCENT},
    {".safelinks.protection.outlook.com", "/", "url", CODED_PERCENT},
    {"urldefense.proofpoint.com", "/v1/url", "u", CODED_PERCENT},
    {"urldefense.proofpoint.com", "/v2/url", "u", CODED_DASHES},
    {"urldefense.com", "/v3/", "__", CODED_PATH},
    {"linkprotect.cudasvc.com", "/url", "a", CODED_PERCENT},
};

/* --- which --- */

/* "google." is one name before an ending, or before "com.tr": not "google.evil.example". */
static bool is_national(const char *host, const char *name)
{
    const char *ending;

    if (strncmp(host, name, strlen(name)) != 0)
        return false;
    ending = host + strlen(name);
    if (strncmp(ending, "com.", 4) == 0 || strncmp(ending, "co.", 3) == 0) {
        ending = strchr(ending, '.') + 1;
        return strlen(ending) == 2;
    }
    return strcmp(ending, "com") == 0 || (strlen(ending) == 2 && strchr(ending, '.') == NULL);
}

static bool is_host(const struct wrapper *wrapper, const char *host)
{
    size_t len = strlen(host), own = strlen(wrapper->host);

    if (wrapper->host[0] == '.')
        return len > own && strcmp(host + len - own, wrapper->host) == 0;
    if (wrapper->host[own - 1] == '.')
        return is_national(host, wrapper->host);
    return strcmp(host, wrapper->host) == 0;
}

/* --- what it holds --- */

/* The value of a parameter of the query; NULL if there is none. */
static const char *find_value(const char *rest, const char *name, size_t *len)
{
    const char *at = strchr(rest, '?');
    size_t own = strlen(name);

    while (at != NULL && *at != '\0' && *at != '#') {
        at++;
        *len = strcspn(at, "&#");
        if (*len > own && strncmp(at, name, own) == 0 && at[own] == '=') {
            *len -= own + 1;
            return at + own + 1;
        }
        at += *len;
    }
    return NULL;
}

static enum err put_dashes(struct buffer *out, const char *text, size_t len)
{
    struct buffer coded = BUFFER_INIT;
    enum err err;

    for (size_t i = 0; i < len; i++)
        buffer_putc(&coded, text[i] == '-' ? '%' : text[i] == '_' ? '/' : text[i]);
    err =
        buffer_failed(&coded) ? ERR_MEMORY : url_decode(out, buffer_text(&coded), coded.len, true);
    buffer_free(&coded);
    return err;
}

/* "/v3/__https://school.example/__;!!…" has '*' for what the signs behind ';' stand for; only
 * what is written out is taken. */
static enum err put_path(struct buffer *out, const char *rest)
{
    const char *from = strstr(rest, "__"), *to = from != NULL ? strstr(from + 2, "__;") : NULL;

    if (to == NULL || memchr(from, '*', (size_t)(to - from)) != NULL)
        return ERR_NOT_FOUND;
    buffer_add(out, from + 2, (size_t)(to - from - 2));
    return ERR_NONE;
}

static enum err put_inner(struct buffer *out, const struct wrapper *wrapper, const char *rest)
{
    size_t len = 0;
    const char *value;

    if (wrapper->coding == CODED_PATH)
        return put_path(out, rest);
    value = find_value(rest, wrapper->name, &len);
    if (value == NULL)
        return ERR_NOT_FOUND;
    if (wrapper->coding == CODED_DASHES)
        return put_dashes(out, value, len);
    return url_decode(out, value, len, true);
}

/* Makes an absolute address of what was found; whatever is none is not followed. */
static enum err finish(struct buffer *inner)
{
    struct buffer whole = BUFFER_INIT;
    struct url url;
    const char *text = buffer_text(inner);
    bool schemed = strncasecmp(text, "http://", 7) == 0 || strncasecmp(text, "https://", 8) == 0;
    enum err err = ERR_NONE;

    buffer_puts(&whole, schemed ? "" : "https://");
    buffer_puts(&whole, text);
    buffer_clear(inner);
    if (buffer_failed(&whole))
        err = ERR_MEMORY;
    else if (url_parse(&url, buffer_text(&whole)) != ERR_NONE ||
             memchr(url.host, '.', url.host_len) == NULL)
        err = ERR_NOT_FOUND;
    else
        buffer_puts(inner, buffer_text(&whole));
    buffer_free(&whole);
    return err == ERR_NONE && buffer_failed(inner) ? ERR_MEMORY : err;
}

enum err wrapped_find(struct buffer *inner, const char *address)
{
    struct buffer host = BUFFER_INIT;
    struct url url;
    enum err err = ERR_NOT_FOUND;
    const char *name;

    buffer_clear(inner);
    if (url_parse(&url, address) != ERR_NONE || url.has_user || url.port != 0)
        return ERR_NOT_FOUND;
    url_host(&host, &url);
    name = buffer_text(&host);
    if (strncmp(name, "www.", 4) == 0)
        name += 4;
    for (size_t i = 0; i < sizeof wrappers / sizeof wrappers[0] && err == ERR_NOT_FOUND; i++)
        if (is_host(&wrappers[i], name) &&
            strncmp(*url.rest != '\0' ? url.rest : "/", wrappers[i].path,
                    strlen(wrappers[i].path)) == 0) {
            buffer_clear(inner);
            err = put_inner(inner, &wrappers[i], url.rest);
        }
    if (buffer_failed(&host) || buffer_failed(inner))
        err = ERR_MEMORY;
    if (err == ERR_NONE)
        err = finish(inner);
    buffer_free(&host);
    return err == ERR_MEMORY ? err : err == ERR_NONE ? ERR_NONE : ERR_NOT_FOUND;
}
