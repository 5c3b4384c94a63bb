/*
 * typed.c: what may be left out of an address. Contract in typed.h. Knows how browsers complete
 * what is typed, and nothing of what the addresses lead to.
 */
#include "base/typed.h"
#include "base/idn.h"
#include "base/url.h"
#include <stdbool.h>
#include <string.h>

#define WWW     "www."
#define WWW_LEN (sizeof WWW - 1)

/* Hosts that are the same with "www." and without. Of others nobody knows. */
static const char *const same_without[] = {"www.gosuslugi.ru"};

static bool may_lose_www(const char *host)
{
    for (size_t i = 0; i < sizeof same_without / sizeof same_without[0]; i++) {
        if (strcmp(host, same_without[i]) == 0)
            return true;
    }
    return false;
}

static bool is_https(const struct url *url)
{
    return url->scheme_len == sizeof "https" - 1;
}

/* True if a browser would not try this scheme for what stands behind it. */
static bool needs_scheme(const struct url *url)
{
    return !is_https(url) || (url->port != 0 && url->port != 443);
}

/* The host in letters, without port and without the dot that may end it. */
static enum err add_host(struct buffer *out, const struct url *url)
{
    struct buffer ascii = BUFFER_INIT, letters = BUFFER_INIT;
    size_t len = url->host_len;
    const char *shown;
    enum err err;

    if (len > 0 && url->host[len - 1] == '.')
        len--;
    for (size_t i = 0; i < len; i++)
        buffer_putc(&ascii, url->host[i] >= 'A' && url->host[i] <= 'Z'
                                ? (char)(url->host[i] - 'A' + 'a')
                                : url->host[i]);
    err = idn_to_unicode(&letters, buffer_text(&ascii));
    shown = err == ERR_NONE ? buffer_text(&letters) : buffer_text(&ascii);
    if (err == ERR_INVALID)
        err = ERR_NONE;
    buffer_puts(out, may_lose_www(shown) ? shown + WWW_LEN : shown);
    if (buffer_failed(&ascii) || buffer_failed(&letters))
        err = ERR_MEMORY;
    buffer_free(&ascii);
    buffer_free(&letters);
    return err;
}

enum err typed_address(struct buffer *out, const char *address)
{
    struct url url;
    bool brackets;
    enum err err;

    if (url_parse(&url, address) != ERR_NONE) {
        buffer_puts(out, address);
        return buffer_failed(out) ? ERR_MEMORY : ERR_NONE;
    }
    if (needs_scheme(&url))
        buffer_puts(out, is_https(&url) ? "https://" : "http://");
    brackets = url.host_len > 0 && memchr(url.host, ':', url.host_len) != NULL;
    buffer_puts(out, brackets ? "[" : "");
    err = add_host(out, &url);
    buffer_puts(out, brackets ? "]" : "");
    if (url.port != 0 && url.port != (is_https(&url) ? 443 : 80))
        buffer_printf(out, ":%d", url.port);
    if (strcmp(url.rest, "/") != 0)
        buffer_puts(out, url.rest);
    return err == ERR_NONE && buffer_failed(out) ? ERR_MEMORY : err;
}
