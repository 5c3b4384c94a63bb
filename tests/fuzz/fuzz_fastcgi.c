/*
 * fuzz_fastcgi.c: any bytes from the web server, in two pieces. What is complete has its variables
 * within what was sent; the same bytes in one piece come to the same.
 */
#include "web/fastcgi.h"
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct fastcgi pieces = {.body_max = 64}, whole = {.body_max = 64};
    size_t cut = size == 0 ? 0 : data[0] % (size + 1);
    enum fastcgi_state state = fastcgi_take(&pieces, (const char *)data, cut);

    state = fastcgi_take(&pieces, (const char *)data + cut, size - cut);
    if (state != fastcgi_take(&whole, (const char *)data, size) ||
        pieces.body_len != whole.body_len)
        abort();
    if (pieces.variables.len > FASTCGI_VARIABLES_MAX || pieces.body.len > 64)
        abort();
    if (state == FASTCGI_COMPLETE) {
        const char *uri = fastcgi_variable(&pieces, "REQUEST_URI");
        struct buffer out = BUFFER_INIT;

        if (uri != NULL && strlen(uri) > size)
            abort();
        fastcgi_answer(&pieces, &out, (const char *)data, size);
        if (out.len < size + 24)
            abort();
        buffer_free(&out);
    }
    fastcgi_free(&pieces);
    fastcgi_free(&whole);
    return 0;
}
