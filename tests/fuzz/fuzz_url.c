/*
 * fuzz_url.c: the decoder and the parser of addresses on any bytes. What decodes must be clean
 * UTF-8 and must come back when it is encoded again; what parses must have a host.
 */
#include "base/url.h"
#include "base/utf8.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct buffer once = BUFFER_INIT, encoded = BUFFER_INIT, again = BUFFER_INIT;
    char *text = fuzz_text(data, size);
    struct url url;

    if (url_decode(&once, (const char *)data, size, false) == ERR_NONE) {
        if (!utf8_clean(buffer_text(&once), once.len))
            abort();
        url_encode(&encoded, buffer_text(&once), once.len);
        if (url_decode(&again, buffer_text(&encoded), encoded.len, false) != ERR_NONE ||
            strcmp(buffer_text(&once), buffer_text(&again)) != 0)
            abort();
    }
    if (url_parse(&url, text) == ERR_NONE && url.host_len == 0)
        abort();
    free(text);
    buffer_free(&once);
    buffer_free(&encoded);
    buffer_free(&again);
    return 0;
}
