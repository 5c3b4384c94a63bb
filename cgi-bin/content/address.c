/*
 * address.c: comparing addresses. Contract: address.h.
 */
#include "content/address.h"
#include "base/buffer.h"
#include "base/url.h"
#include <string.h>

enum err content_same_address(bool *same, const char *left, const char *right)
{
    const char *texts[2] = {left, right};
    struct buffer normal[2] = {BUFFER_INIT, BUFFER_INIT};
    bool failed;

    for (size_t i = 0; i < 2; i++) {
        struct url url;

        if (url_parse(&url, texts[i]) != ERR_NONE)
            continue;
        buffer_puts(&normal[i], url.scheme_len == 5 ? "https://" : "http://");
        url_host(&normal[i], &url);
        buffer_puts(&normal[i], strcmp(url.rest, "/") == 0 ? "" : url.rest);
    }
    failed = buffer_failed(&normal[0]) || buffer_failed(&normal[1]);
    *same = !failed && strcmp(buffer_text(&normal[0]), buffer_text(&normal[1])) == 0;
    buffer_free(&normal[0]);
    buffer_free(&normal[1]);
    return failed ? ERR_MEMORY : ERR_NONE;
}

enum err content_knows_address(bool *is, const struct source_region *region, const char *url)
{
    enum err err = ERR_NONE;

    *is = false;
    for (size_t i = 0; i < region->login_count && err == ERR_NONE && !*is; i++)
        err = content_same_address(is, region->logins[i].url, url);
    for (size_t i = 0; i < region->former_count && err == ERR_NONE && !*is; i++)
        err = content_same_address(is, region->formers[i].url, url);
    return err;
}
